import Platform
public import Tensors

/// A pseudo-QMF filterbank: it divides a signal into K bands of equal width at 1/K of its rate and reconstructs it almost perfectly
/// (Nguyen, "Near-perfect-reconstruction pseudo-QMF banks", 1994).
///
/// One lowpass filter of `taps + 1` coefficients, a sinc with a Kaiser window, is modulated to the centre of each band:
///
///     h[k, n] = 2 p[n] cos((2k + 1) pi / 2K (n - taps / 2) + (-1)^k pi / 4)
///     analysis:   y[m, k] = sum over n of  h[k, n] x[K m + n - taps / 2]
///     synthesis:  x[t] = K sum over m, k of  h[k, t - K m + taps / 2] y[m, k]
///
/// with zeros beyond the ends of the signal. Synthesis is K times the adjoint of analysis, so each is the other's gradient.
public struct SubBandFilterbank: Sendable {
    /// K, the number of bands.
    public let bandCount: Int
    /// The order of the filters, even.
    public let taps: Int
    /// The coefficients, `[tap, band]`.
    private let filters: [Float]

    /// - Parameters:
    ///   - taps: Even.
    ///   - cutoff: The cutoff of the lowpass filter as a fraction of the Nyquist frequency.
    ///   - beta: The parameter of the Kaiser window.
    public init(bandCount: Int, taps: Int, cutoff: Double, beta: Double) {
        precondition(bandCount > 1 && taps > 0 && taps % 2 == 0, "\(bandCount) bands by filters of \(taps) taps")
        (self.bandCount, self.taps) = (bandCount, taps)
        let width = Double(2 * bandCount)
        filters = (0...taps).flatMap { tap -> [Float] in
            let place = Double(tap - taps / 2)
            let sinc = place == 0 ? cutoff : sin(.pi * cutoff * place) / (.pi * place)
            let edge = 2 * place / Double(taps)
            let window = besselI0(beta * (1 - edge * edge).squareRoot()) / besselI0(beta)
            return (0..<bandCount).map { band in
                let turn = (Double(2 * band + 1) * .pi / width) * place + (band % 2 == 0 ? .pi : -.pi) / 4
                return Float(2 * sinc * window * cos(turn))
            }
        }
    }

    /// Samples that a filter reads on either side.
    var reach: Int { taps / 2 }
    /// Steps of the bands on either side that a sample of ``synthesis(of:)`` depends on.
    public var reachSteps: Int { (reach + bandCount - 1) / bandCount }

    /// `[batch, time / bands, bands]` from `[batch, time, 1]`, float32; the time is a multiple of the bands.
    public func analysis(of signal: Tensor) -> Tensor {
        precondition(signal.channels == 1 && signal.time % bandCount == 0, "\(signal.shape) in \(bandCount) bands")
        let (time, steps) = (signal.time, signal.time / bandCount)
        let bands = Tensor.zeros([signal.batch, steps, bandCount])
        Parallel.forEach(signal.batch) { entries in
            for entry in entries {
                let from = signal.pointer(Float.self) + entry * time
                let to = bands.pointer(Float.self) + entry * time
                forEachPair(steps, time) { step, sample, row in
                    for band in 0..<bandCount { to[step * bandCount + band] += from[sample] * row[band] }
                }
            }
        }
        withExtendedLifetime((signal, bands)) {}
        return bands
    }

    /// `[batch, time * bands, 1]` from `[batch, time, bands]`, float32.
    public func synthesis(of bands: Tensor) -> Tensor {
        precondition(bands.channels == bandCount, "\(bands.shape) of \(bandCount) bands")
        let (steps, time) = (bands.time, bands.time * bandCount)
        let signal = Tensor.zeros([bands.batch, time, 1])
        let scale = Float(bandCount)
        Parallel.forEach(bands.batch) { entries in
            for entry in entries {
                let from = bands.pointer(Float.self) + entry * time
                let to = signal.pointer(Float.self) + entry * time
                forEachPair(steps, time) { step, sample, row in
                    var sum: Float = 0
                    for band in 0..<bandCount { sum += from[step * bandCount + band] * row[band] }
                    to[sample] += scale * sum
                }
            }
        }
        withExtendedLifetime((bands, signal)) {}
        return signal
    }

    /// The gradient with respect to the bands, from the gradient with respect to ``synthesis(of:)``.
    public func synthesisGradient(from gradient: Tensor) -> Tensor {
        let result = analysis(of: gradient)
        Elementwise.scale(result, by: Float(bandCount))
        return result
    }

    /// Calls `body` for every step with every sample that its filters read, and the bands' coefficients there.
    @inline(__always)
    private func forEachPair(
        _ steps: Int, _ time: Int, _ body: (_ step: Int, _ sample: Int, _ row: UnsafePointer<Float>) -> Void
    ) {
        filters.withUnsafeBufferPointer { filters in
            for step in 0..<steps {
                let start = step * bandCount - reach
                for tap in max(0, -start)...min(taps, time - 1 - start) {
                    body(step, start + tap, filters.baseAddress! + tap * bandCount)
                }
            }
        }
    }

    /// ``synthesis(of:)`` as a GEMM: a row of K samples from the steps ``reachSteps`` before it to as many after.
    public func synthesisProduct() -> PackedGEMM {
        let steps = 2 * reachSteps + 1
        var taps = [Float](repeating: 0, count: steps * bandCount * bandCount)
        for step in 0..<steps {
            for phase in 0..<bandCount {
                // The step lies `reachSteps - step` before the row.
                let tap = phase + reach + (reachSteps - step) * bandCount
                guard (0...self.taps).contains(tap) else { continue }
                for band in 0..<bandCount {
                    taps[(step * bandCount + band) * bandCount + phase] =
                        Float(bandCount) * filters[tap * bandCount + band]
                }
            }
        }
        let matrix = MatrixView(
            Tensor(taps, shape: [taps.count]), rowOffsets: (0..<steps * bandCount).map { $0 * bandCount },
            columnOffsets: Array(0..<bandCount))
        return PackedGEMM(from: bandCount, to: bandCount, shifts: Array(0..<steps), taps: matrix, bias: nil)
    }
}

/// The modified Bessel function of the first kind and order 0, by its power series.
private func besselI0(_ value: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for index in 1...200 where term > 1e-18 * sum {
        term *= (value / 2 / Double(index)) * (value / 2 / Double(index))
        sum += term
    }
    return sum
}
