public import Tensors

/// A signal cut into rows of one period, its columns as signals of their own (Kong et al. 2020, section 2.3):
///
///     y[b * period + column, t] = x[b, reflect(t * period + column)]
///
/// The end is reflected about the last sample up to a multiple of the period. A two-dimensional convolution along the columns
/// of `[batch, time / period, period]` is then a one-dimensional one whose batch entries are the columns.
public enum PeriodColumns {
    /// Samples of each column of a signal of `time` samples.
    public static func outputTime(from time: Int, period: Int) -> Int { (time + period - 1) / period }

    /// From `[batch, time, 1]` to `[batch * period, ceil(time / period), 1]`, float32.
    public static func columns(of input: Tensor, period: Int) -> Tensor {
        let output = Tensor([input.batch * period, outputTime(from: input.time, period: period), 1])
        let (from, to) = (input.pointer(Float.self), output.pointer(Float.self))
        forEachSample(of: input, period: period) { sample, place in to[place] = from[sample] }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The adjoint of ``columns(of:period:)``: back to `time` samples, to which reflected ones are added.
    public static func inputGradient(from gradient: Tensor, time: Int, period: Int) -> Tensor {
        let input = Tensor.zeros([gradient.batch / period, time, 1])
        precondition(
            gradient.shape == [input.batch * period, outputTime(from: time, period: period), 1],
            "\(gradient.shape) is no gradient of \(time) samples by a period of \(period)")
        let (from, to) = (gradient.pointer(Float.self), input.pointer(Float.self))
        forEachSample(of: input, period: period) { sample, place in to[sample] += from[place] }
        withExtendedLifetime((gradient, input)) {}
        return input
    }

    /// Calls `body(sample, place)` with the offsets in the signal and in the columns.
    @inline(__always)
    private static func forEachSample(of signal: Tensor, period: Int, _ body: (Int, Int) -> Void) {
        let (time, steps) = (signal.time, outputTime(from: signal.time, period: period))
        precondition(signal.channels == 1, "columns are of one channel, not \(signal.channels)")
        precondition(steps * period - time < time, "\(time) samples are too few to reflect up to \(steps * period)")
        for entry in 0..<signal.batch {
            for step in 0..<steps {
                for column in 0..<period {
                    let sample = ReflectionPadding.reflect(step * period + column, time)
                    body(entry * time + sample, (entry * period + column) * steps + step)
                }
            }
        }
    }
}
