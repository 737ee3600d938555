import Platform

/// The periodic Hann window of `length` samples, centred in `fftSize` zeros.
///
/// `w[n] = (1 - cos(2 pi n / length)) / 2`, as `torch.hann_window` and `scipy.signal.get_window`.
///
/// - Precondition: `1 <= length <= fftSize`.
public func hannWindow(length: Int, fftSize: Int) -> [Float] {
    precondition(length >= 1 && length <= fftSize, "a window of \(length) samples in a transform of \(fftSize)")
    var window = [Float](repeating: 0, count: fftSize)
    let offset = (fftSize - length) / 2
    for n in 0..<length {
        window[offset + n] = Float(0.5 - 0.5 * cos(2 * Double.pi * Double(n) / Double(length)))
    }
    return window
}
