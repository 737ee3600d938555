import CFFTW

/// The working memory of one thread for a ``FourierTransform``: a real signal and its half spectrum, aligned for SIMD.
///
/// All starts as zeros. The owner frees it; the pointers must not outlive it.
public struct FourierBuffers: ~Copyable {
    /// `size` samples.
    public let samples: UnsafeMutableBufferPointer<Float>
    /// The real parts of `size / 2 + 1` bins.
    public let real: UnsafeMutableBufferPointer<Float>
    /// Their imaginary parts.
    public let imaginary: UnsafeMutableBufferPointer<Float>
    /// `size / 2` samples of even and of odd number: a complex signal, its parts in planes.
    let even: UnsafeMutablePointer<Float>
    let odd: UnsafeMutablePointer<Float>
    /// That signal's spectrum, `size / 2` bins.
    let packedReal: UnsafeMutablePointer<Float>
    let packedImaginary: UnsafeMutablePointer<Float>

    /// - Parameter size: samples of the transform.
    public init(size: Int) {
        let binCount = size / 2 + 1
        // Each plane starts on a cache line, and none a whole page after another: their lines would displace each other.
        let plane = (binCount + 15) / 16 * 16 + 16
        let signal = (size + 15) / 16 * 16 + 16
        let count = signal + 6 * plane
        let memory = fftwf_malloc(count * MemoryLayout<Float>.stride)!.bindMemory(to: Float.self, capacity: count)
        memory.initialize(repeating: 0, count: count)
        samples = UnsafeMutableBufferPointer(start: memory, count: size)
        real = UnsafeMutableBufferPointer(start: memory + signal, count: binCount)
        imaginary = UnsafeMutableBufferPointer(start: memory + signal + plane, count: binCount)
        even = memory + signal + 2 * plane
        odd = even + plane
        packedReal = odd + plane
        packedImaginary = packedReal + plane
    }

    deinit {
        fftwf_free(samples.baseAddress)
    }
}
