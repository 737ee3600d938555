import CFFTW

/// The working memory of one thread for a ``FourierTransform``: a real signal and its half spectrum, aligned for SIMD.
///
/// Both start as zeros. The owner frees them; the pointers must not outlive it.
public struct FourierBuffers: ~Copyable {
    /// `size` samples.
    public let samples: UnsafeMutableBufferPointer<Float>
    /// `size / 2 + 1` complex bins, real part in `x`, imaginary part in `y`.
    public let spectrum: UnsafeMutableBufferPointer<SIMD2<Float>>

    /// - Parameter size: samples of the transform.
    public init(size: Int) {
        let binCount = size / 2 + 1
        let sampleMemory = fftwf_malloc(size * MemoryLayout<Float>.stride)!
        let spectrumMemory = fftwf_malloc(binCount * MemoryLayout<SIMD2<Float>>.stride)!
        samples = UnsafeMutableBufferPointer(
            start: sampleMemory.bindMemory(to: Float.self, capacity: size), count: size)
        spectrum = UnsafeMutableBufferPointer(
            start: spectrumMemory.bindMemory(to: SIMD2<Float>.self, capacity: binCount), count: binCount)
        samples.initialize(repeating: 0)
        spectrum.initialize(repeating: .zero)
    }

    deinit {
        fftwf_free(samples.baseAddress)
        fftwf_free(spectrum.baseAddress)
    }

    var complexBins: UnsafeMutablePointer<fftwf_complex> {
        UnsafeMutableRawPointer(spectrum.baseAddress!).assumingMemoryBound(to: fftwf_complex.self)
    }
}
