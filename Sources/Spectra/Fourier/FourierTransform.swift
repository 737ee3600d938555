import CFFTW
import Synchronization

/// The lock for making and destroying plans, since FFTW's planner is not thread-safe. Executing a plan needs no lock.
private let planner = Mutex(())

/// A single-precision real Fourier transform of one size and its inverse. It owns an FFTW plan.
///
/// `X[k] = sum over n of x[n] exp(-2 pi i k n / size)` for `k` in `0 ... size / 2`.
///
/// FFTW's real transforms take twice as long as its complex transform of half the size with real and imaginary parts in separate
/// arrays, which uses full vectors; so a complex transform is used, with ``RealSpectrum`` to pack and unpack.
///
/// Plans are estimated and not measured: measured plans, and with them the last bits of every result, differ from run to run, and
/// measuring takes a tenth of a second. Plans hold no working memory, so any number of threads may share a transform if each has
/// its own buffers.
public struct FourierTransform: ~Copyable, Sendable {
    /// The number of samples; even.
    public let size: Int
    public var binCount: Int { size / 2 + 1 }

    private let halves: RealSpectrum
    // FFTW documents its new-array execute functions as safe to call on one plan from several threads.
    nonisolated(unsafe) private let plan: fftwf_plan

    /// - Parameter size: The number of samples: even, at least 2, and fastest if its prime factors are small.
    public init(size: Int) {
        precondition(size >= 2 && size % 2 == 0, "a transform of \(size) samples; expected an even number, 2 or more")
        self.size = size
        halves = RealSpectrum(size: size)
        let buffers = FourierBuffers(size: size)
        var dimension = fftwf_iodim(n: Int32(size / 2), is: 1, os: 1)
        var plan: fftwf_plan?
        planner.withLock { _ in
            plan = fftwf_plan_guru_split_dft(
                1, &dimension, 0, nil, buffers.even, buffers.odd, buffers.packedReal, buffers.packedImaginary,
                UInt32(FFTW_ESTIMATE))
        }
        self.plan = plan!
    }

    deinit {
        planner.withLock { _ in fftwf_destroy_plan(plan) }
    }

    /// Computes `buffers.real` and `buffers.imaginary` from `buffers.samples`, which do not change.
    public func forward(_ buffers: borrowing FourierBuffers) {
        check(buffers)
        halves.divide(buffers)
        fftwf_execute_split_dft(plan, buffers.even, buffers.odd, buffers.packedReal, buffers.packedImaginary)
        halves.unpack(buffers)
    }

    /// Computes in `buffers.samples` `size` times the signal whose half spectrum is in `buffers.real` and `buffers.imaginary`, which do
    /// not change. The imaginary parts of the first and the last bin count as zero.
    public func inverse(_ buffers: borrowing FourierBuffers) {
        check(buffers)
        halves.pack(buffers)
        // With real and imaginary parts exchanged on both sides the transform is its own inverse.
        fftwf_execute_split_dft(plan, buffers.packedImaginary, buffers.packedReal, buffers.odd, buffers.even)
        halves.interleave(buffers)
    }

    private func check(_ buffers: borrowing FourierBuffers) {
        precondition(
            buffers.samples.count == size,
            "buffers of \(buffers.samples.count) samples for a transform of \(size)")
    }
}

/// The working memory of one thread for a ``FourierTransform``: a real signal and its half spectrum, aligned for SIMD.
///
/// All values are initially 0. The owner frees it; the pointers must not outlive it.
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

extension FourierTransform {
    /// FFTW's release and what it was built for, as `fftw-3.3.10-sse2-avx`.
    public static var libraryVersion: String { String(cString: vocoder_fftw_version()) }
}
