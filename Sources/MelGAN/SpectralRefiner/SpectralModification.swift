import Platform
import Tensors

/// How a network's output changes a spectrum, frame by frame:
///
///     Y[k] = S[k] exp(g[k]) (1 + i u[k])^2 / (1 + u[k]^2)  +  0.7 exp(n[k] - 2.5) A[k] Z[k],   u = pi / 2 t
///
/// S is the source's spectrum, and for each bin k the network gives a gain g (natural logarithm, within -4...3), a turn of the phase, 2
/// arctan u, which is about pi t where it is small, and the level n of noise (n - 2.5 within -8...1) relative to A, the mean of |S| over
/// the nine bins around k. Z is complex white noise with a variance of 1 in either part, a function of seed, frame and bin alone.
///
/// Where the source is silent, so is the result.
struct SpectralModification {
    let binCount: Int
    let seed: UInt64

    private static let gains: ClosedRange<Float> = -4...3
    private static let noiseOffset: Float = 2.5
    private static let noiseLevels: ClosedRange<Float> = -8...1
    private static let noiseFactor: Float = 0.7
    private static let halfWidth = 4
    private static let floor: Float = 1e-4

    /// The network's input for the spectrum of a frame: `ln(|S| + 0.0001) / 2 + 2`.
    func input(_ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>) {
        forEachGroup { index, lanes in
            let (x, y) = (load(real + index, lanes), load(imaginary + index, lanes))
            let magnitude = (x * x + y * y).squareRoot()
            store(naturalLogarithm(magnitude + Self.floor) * 0.5 + 2, at: row + index, lanes)
        }
    }

    /// The memory of one frame.
    struct Workspace: ~Copyable {
        /// The smoothed magnitudes A, and both parts of the noise Z.
        let smooth: UnsafeMutablePointer<Float>
        let noiseReal: UnsafeMutablePointer<Float>
        let noiseImaginary: UnsafeMutablePointer<Float>
        let sums: UnsafeMutablePointer<Double>

        init(binCount: Int) {
            smooth = .allocate(capacity: 3 * binCount)
            (noiseReal, noiseImaginary) = (smooth + binCount, smooth + 2 * binCount)
            sums = .allocate(capacity: binCount + 1)
        }

        deinit {
            smooth.deallocate()
            sums.deallocate()
        }
    }

    /// Computes Y of a frame.
    ///
    /// - Parameters:
    ///   - controls: g, then t, then n, of all bins each.
    ///   - frame: The frame's number, for its noise.
    func modified(
        _ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>, controls: UnsafePointer<Float>, frame: Int,
        intoReal outputReal: UnsafeMutablePointer<Float>, imaginary outputImaginary: UnsafeMutablePointer<Float>,
        _ workspace: borrowing Workspace
    ) {
        prepare(real, imaginary, frame, workspace)
        forEachGroup { index, lanes in
            let parts = Parts(real, imaginary, controls, index, lanes, binCount, workspace)
            store(parts.turnedReal + parts.noiseReal, at: outputReal + index, lanes)
            store(parts.turnedImaginary + parts.noiseImaginary, at: outputImaginary + index, lanes)
        }
    }

    /// The gradient with respect to the controls, from that with respect to both parts of Y.
    func controlGradient(
        _ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>, controls: UnsafePointer<Float>, frame: Int,
        gradientReal: UnsafePointer<Float>, gradientImaginary: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
        _ workspace: borrowing Workspace
    ) {
        prepare(real, imaginary, frame, workspace)
        forEachGroup { index, lanes in
            let parts = Parts(real, imaginary, controls, index, lanes, binCount, workspace)
            let (dx, dy) = (load(gradientReal + index, lanes), load(gradientImaginary + index, lanes))
            let zero = SIMD16<Float>()
            let gain = (dx * parts.turnedReal + dy * parts.turnedImaginary).replacing(with: zero, where: parts.isGainClamped)
            // A turn by an angle moves the number at right angles to itself, and the angle is 2 arctan u.
            let turn = (dy * parts.turnedReal - dx * parts.turnedImaginary) * (Float.pi / (1 + parts.tangent * parts.tangent))
            let noise = (dx * parts.noiseReal + dy * parts.noiseImaginary).replacing(with: zero, where: parts.isNoiseClamped)
            store(gain, at: result + index, lanes)
            store(turn, at: result + (binCount + index), lanes)
            store(noise, at: result + (2 * binCount + index), lanes)
        }
    }

    /// The two addends of Y for some bins.
    private struct Parts {
        let turnedReal: SIMD16<Float>, turnedImaginary: SIMD16<Float>
        let noiseReal: SIMD16<Float>, noiseImaginary: SIMD16<Float>
        let tangent: SIMD16<Float>
        let isGainClamped: SIMDMask<SIMD16<Int32>>, isNoiseClamped: SIMDMask<SIMD16<Int32>>

        @inline(__always)
        init(
            _ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>, _ controls: UnsafePointer<Float>, _ index: Int,
            _ lanes: Int, _ binCount: Int, _ workspace: borrowing Workspace
        ) {
            let (gain, isGainClamped) = Self.clamped(load(controls + index, lanes), gains)
            let level = load(controls + (2 * binCount + index), lanes) - noiseOffset
            let (noise, isNoiseClamped) = Self.clamped(level, noiseLevels)
            (self.isGainClamped, self.isNoiseClamped) = (isGainClamped, isNoiseClamped)
            tangent = load(controls + (binCount + index), lanes) * (Float.pi / 2)
            let square = tangent * tangent
            let factor = exponential(gain) / (1 + square)
            let (cosine, sine) = (factor * (1 - square), factor * (tangent + tangent))
            let (x, y) = (load(real + index, lanes), load(imaginary + index, lanes))
            turnedReal = x * cosine - y * sine
            turnedImaginary = x * sine + y * cosine
            let amplitude = exponential(noise) * noiseFactor * load(UnsafePointer(workspace.smooth + index), lanes)
            noiseReal = amplitude * load(UnsafePointer(workspace.noiseReal + index), lanes)
            noiseImaginary = amplitude * load(UnsafePointer(workspace.noiseImaginary + index), lanes)
        }

        @inline(__always)
        private static func clamped(
            _ values: SIMD16<Float>, _ range: ClosedRange<Float>
        ) -> (SIMD16<Float>, SIMDMask<SIMD16<Int32>>) {
            let (least, most) = (SIMD16<Float>(repeating: range.lowerBound), SIMD16<Float>(repeating: range.upperBound))
            let (below, above) = (values .< least, values .> most)
            return (values.replacing(with: least, where: below).replacing(with: most, where: above), below .| above)
        }
    }

    /// Computes smoothed magnitudes and noise.
    private func prepare(
        _ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>, _ frame: Int, _ workspace: borrowing Workspace
    ) {
        let (sums, smooth) = (workspace.sums, workspace.smooth)
        sums[0] = 0
        for bin in 0..<binCount {
            sums[bin + 1] = sums[bin] + Double((real[bin] * real[bin] + imaginary[bin] * imaginary[bin]).squareRoot())
        }
        for bin in 0..<binCount {
            let (first, end) = (max(0, bin - Self.halfWidth), min(binCount, bin + Self.halfWidth + 1))
            smooth[bin] = Float((sums[end] - sums[first]) / Double(end - first))
            // Evenly distributed, in ±sqrt 3: the transform makes normal distributions of it.
            let number = SplitMix64.mixed(seed &+ UInt64(bitPattern: Int64(frame * binCount + bin)) &* SplitMix64.increment)
            let scale: Float = 0x1p-31 * 1.732_050_8
            workspace.noiseReal[bin] = Float(Int32(truncatingIfNeeded: number)) * scale
            workspace.noiseImaginary[bin] = Float(Int32(truncatingIfNeeded: number >> 32)) * scale
        }
    }

    @inline(__always)
    private func forEachGroup(_ body: (_ index: Int, _ lanes: Int) -> Void) {
        var index = 0
        while index < binCount {
            body(index, min(16, binCount &- index))
            index &+= 16
        }
    }
}
