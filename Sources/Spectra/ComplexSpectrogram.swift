/// A complex spectrogram: two `[time, bin]` planes, row-major.
public struct ComplexSpectrogram: Sendable, Equatable {
    public let frameCount: Int
    /// `fftSize / 2 + 1`.
    public let binCount: Int
    /// `frameCount * binCount` real parts, a frame after the other.
    public var real: [Float]
    /// The imaginary parts, likewise.
    public var imaginary: [Float]

    /// Zeros.
    public init(frameCount: Int, binCount: Int) {
        self.frameCount = frameCount
        self.binCount = binCount
        real = [Float](repeating: 0, count: frameCount * binCount)
        imaginary = real
    }

    /// - Precondition: both planes hold `frameCount` frames of `binCount` bins.
    public init(real: [Float], imaginary: [Float], binCount: Int) {
        precondition(
            real.count == imaginary.count && real.count % binCount == 0,
            "\(real.count) real and \(imaginary.count) imaginary parts are not frames of \(binCount) bins")
        frameCount = real.count / binCount
        self.binCount = binCount
        self.real = real
        self.imaginary = imaginary
    }

    /// `|X|`, `[time, bin]`.
    public var magnitudes: [Float] {
        let count = real.count
        return [Float](unsafeUninitializedCapacity: count) { result, filled in
            for i in 0..<count {
                result[i] = (real[i] * real[i] + imaginary[i] * imaginary[i]).squareRoot()
            }
            filled = count
        }
    }
}
