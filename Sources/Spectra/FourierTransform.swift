import CFFTW
import Synchronization

/// FFTW's planner is not thread-safe: whoever makes or destroys a plan holds this. Executing a plan needs no lock.
private let planner = Mutex(())

/// A single-precision real Fourier transform of one size and its inverse: the owner of an FFTW plan.
///
/// `X[k] = sum over n of x[n] exp(-2 pi i k n / size)` for `k` in `0 ... size / 2`.
///
/// FFTW's own real transforms take twice as long as its complex one of half the size with the parts in separate planes,
/// which vector instructions fill; so that one does the work, and ``RealSpectrum`` what is left.
///
/// Planned by estimate rather than by measuring: measured plans differ from run to run, and with them the last bits of
/// every result, and measuring takes a tenth of a second. Plans hold no working memory, so any number of threads may
/// share one transform, each with buffers of its own.
public struct FourierTransform: ~Copyable, Sendable {
    /// Samples; even.
    public let size: Int
    public var binCount: Int { size / 2 + 1 }

    private let halves: RealSpectrum
    // FFTW documents its new-array execute functions as safe to call on one plan from several threads.
    nonisolated(unsafe) private let plan: fftwf_plan

    /// - Parameter size: samples; even, at least 2; fastest where its prime factors are small.
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

    /// Fills `buffers.real` and `buffers.imaginary` from `buffers.samples`, which stay.
    public func forward(_ buffers: borrowing FourierBuffers) {
        check(buffers)
        halves.divide(buffers)
        fftwf_execute_split_dft(plan, buffers.even, buffers.odd, buffers.packedReal, buffers.packedImaginary)
        halves.unpack(buffers)
    }

    /// Fills `buffers.samples` with `size` times the signal whose half spectrum is in `buffers.real` and
    /// `buffers.imaginary`, which stay. The imaginary parts of the first and the last bin count as zero.
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
