import Platform
public import Spectra
import Tensors

/// The phases of the minimum-phase filter with a mel's envelope, as a vocal tract has them, by the cepstrum (Oppenheim and Schafer,
/// "Discrete-Time Signal Processing", section on minimum-phase and all-pass sequences).
///
///     c[n] = mean over all bins of ln A[k] cos (2 pi k n / N),   phase[k] = -sum over 0 < n < Q of 2 w[n] c[n] sin (2 pi k n / N)
///
/// with A the mel's envelope, its logarithm linear in frequency between the bands' peaks, and w half a period of a raised cosine: what
/// varies faster along frequency is due to harmonics and not to the vocal tract.
public struct MinimumPhase: Sendable {
    public let bandCount: Int
    public let binCount: Int
    private let quefrencies: Int
    /// `[band, quefrency]`: the weight of a band's natural-log magnitude in 2 w[n] c[n].
    private let cepstra: [Float]
    /// The logarithm of each band's sum of weights, which is subtracted from its log magnitude.
    private let offset: [Float]
    /// `[bin, quefrency]`.
    private let sines: [Float]

    /// The quefrency in seconds at which w reaches 0: 60 samples at 22,050 Hz came nearest to recordings.
    private static let longestQuefrency = 0.0027

    public init(_ convention: MelConvention) {
        let filterbank = MelFilterbank(convention)
        let size = convention.fftSize
        bandCount = filterbank.bandCount
        binCount = filterbank.binCount
        quefrencies = max(2, min(size / 2, Int((Self.longestQuefrency * Double(convention.sampleRate)).rounded())))
        let grid = BandGrid(convention, filterbank)
        var cepstra = [Double](repeating: 0, count: bandCount * quefrencies)
        var sines = [Float](repeating: 0, count: quefrencies * binCount)
        for quefrency in 1..<quefrencies {
            let window = 0.5 + 0.5 * cos(.pi * Double(quefrency) / Double(quefrencies))
            for bin in 0..<binCount {
                let angle = 2 * .pi * Double(bin * quefrency % size) / Double(size)
                sines[bin * quefrencies + quefrency] = Float(-sin(angle))
                // Both halves of the spectrum, of which the first and the last bin belong to one.
                let count = bin == 0 || 2 * bin == size ? 1.0 : 2.0
                let part = 2 * window * count * cos(angle) / Double(size)
                let position = grid.positions[bin]
                cepstra[grid.bands[Int(position.below)] * quefrencies + quefrency] += part * Double(1 - position.fraction)
                cepstra[grid.bands[Int(position.above)] * quefrencies + quefrency] += part * Double(position.fraction)
            }
        }
        self.cepstra = cepstra.map(Float.init)
        self.sines = sines
        offset = (0..<filterbank.bandCount).map { logf(max(1e-30, filterbank.weightSum(of: $0))) }
    }

    /// The phase of each bin in radians.
    ///
    /// - Parameter logMagnitudes: Natural-log magnitudes of the `bandCount` bands.
    public func phases(of logMagnitudes: UnsafeBufferPointer<Float>) -> [Float] {
        precondition(logMagnitudes.count == bandCount, "\(logMagnitudes.count) bands given, \(bandCount) expected")
        let levels = logMagnitudes.map { SIMD8<Float>(repeating: $0 * Self.binaryLogarithmOfE) }
        return [SIMD8<Float>](unsafeUninitializedCapacity: binCount) { phases, count in
            levels.withUnsafeBufferPointer { put(phasesOf: $0.baseAddress!, into: phases.baseAddress!) }
            count = binCount
        }.map { $0[0] }
    }

    /// Computes the phases of eight frames.
    ///
    /// - Parameters:
    ///   - levels: Base-2 logarithms of the `bandCount` band magnitudes.
    ///   - phases: The phases of `binCount` bins in radians, overwritten.
    func put(phasesOf levels: UnsafePointer<SIMD8<Float>>, into phases: UnsafeMutablePointer<SIMD8<Float>>) {
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: quefrencies) { cepstrum in
            let cepstrum = cepstrum.baseAddress!
            cepstrum.initialize(repeating: .zero, count: quefrencies)
            for band in 0..<bandCount {
                let level = levels[band] * (1 / Self.binaryLogarithmOfE) - offset[band]
                for quefrency in 1..<quefrencies {
                    cepstrum[quefrency].addProduct(level, SIMD8<Float>(repeating: cepstra[band * quefrencies + quefrency]))
                }
            }
            for bin in 0..<binCount {
                var phase = SIMD8<Float>.zero
                for quefrency in 1..<quefrencies {
                    phase.addProduct(cepstrum[quefrency], SIMD8<Float>(repeating: sines[bin * quefrencies + quefrency]))
                }
                phases[bin] = phase
            }
        }
    }

    /// log2 e
    private static let binaryLogarithmOfE: Float = 1.442_695_04
}
