import Platform

/// The window that every frame of a short-time Fourier transform is multiplied by.
public enum Window: String, Codable, Hashable, Sendable {
    /// The periodic Hann window, `w[n] = (1 - cos(2 pi n / length)) / 2`, as `torch.hann_window` and `scipy.signal.get_window`.
    case hann

    /// The window of `length` samples, centred in `fftSize` zeros.
    ///
    /// - Precondition: `1 <= length <= fftSize`.
    public func samples(length: Int, fftSize: Int) -> [Float] {
        precondition(length >= 1 && length <= fftSize, "a window of \(length) samples in a transform of \(fftSize)")
        var window = [Float](repeating: 0, count: fftSize)
        let offset = (fftSize - length) / 2
        for (n, value) in values(length: length).enumerated() { window[offset + n] = Float(value) }
        return window
    }

    /// The window of `length` samples in double precision.
    public func values(length: Int) -> [Double] {
        switch self {
        case .hann: (0..<length).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length)) }
        }
    }
}

extension MelConvention {
    /// The convention's window, centred in the transform: `fftSize` values.
    public var windowSamples: [Float] { window.samples(length: windowLength, fftSize: fftSize) }
}
