import CFFTW
import Synchronization

/// FFTW's planner is not thread-safe: whoever makes or destroys a plan holds this. Executing a plan needs no lock.
private let planner = Mutex(())

/// A single-precision real Fourier transform of one size and its inverse: the owner of two FFTW plans.
///
/// `X[k] = sum over n of x[n] exp(-2 pi i k n / size)` for `k` in `0 ... size / 2`.
///
/// Planned once by estimate rather than by measuring: measured plans differ from run to run, and with them the last
/// bits of every result. Plans hold no working memory, so any number of threads may share one transform, each with
/// buffers of its own.
public struct FourierTransform: ~Copyable, Sendable {
    /// Samples; even.
    public let size: Int
    public var binCount: Int { size / 2 + 1 }

    // FFTW documents its new-array execute functions as safe to call on one plan from several threads.
    nonisolated(unsafe) private let forwardPlan: fftwf_plan
    nonisolated(unsafe) private let inversePlan: fftwf_plan

    /// - Parameter size: samples; even, at least 2; fastest where its prime factors are small.
    public init(size: Int) {
        precondition(size >= 2 && size % 2 == 0, "a transform of \(size) samples; expected an even number, 2 or more")
        self.size = size
        let buffers = FourierBuffers(size: size)
        let samples = buffers.samples.baseAddress!, bins = buffers.complexBins
        var forward: fftwf_plan?, inverse: fftwf_plan?
        planner.withLock { _ in
            forward = fftwf_plan_dft_r2c_1d(Int32(size), samples, bins, UInt32(FFTW_ESTIMATE))
            inverse = fftwf_plan_dft_c2r_1d(Int32(size), bins, samples, UInt32(FFTW_ESTIMATE))
        }
        forwardPlan = forward!
        inversePlan = inverse!
    }

    deinit {
        planner.withLock { _ in
            fftwf_destroy_plan(forwardPlan)
            fftwf_destroy_plan(inversePlan)
        }
    }

    /// Fills `buffers.spectrum` from `buffers.samples`, which stay.
    public func forward(_ buffers: borrowing FourierBuffers) {
        check(buffers)
        fftwf_execute_dft_r2c(forwardPlan, buffers.samples.baseAddress!, buffers.complexBins)
    }

    /// Fills `buffers.samples` with `size` times the signal whose half spectrum is `buffers.spectrum`, which is
    /// destroyed. The imaginary parts of the first and the last bin count as zero.
    public func inverse(_ buffers: borrowing FourierBuffers) {
        check(buffers)
        buffers.spectrum[0].y = 0
        buffers.spectrum[binCount - 1].y = 0
        fftwf_execute_dft_c2r(inversePlan, buffers.complexBins, buffers.samples.baseAddress!)
    }

    private func check(_ buffers: borrowing FourierBuffers) {
        precondition(
            buffers.samples.count == size,
            "buffers of \(buffers.samples.count) samples for a transform of \(size)")
    }
}
