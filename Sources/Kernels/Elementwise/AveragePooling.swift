public import Tensors

/// Average pooling of a mono signal by 2 with windows of 4, one sample of padding that is not counted
/// (`AvgPool1d(4, stride=2, padding=1, count_include_pad=False)`), as between the scales of MelGAN's discriminator.
///
///     y[b, t] = mean of x[b, n] over n in 2t - 1 ... 2t + 2 that exist
public enum AveragePooling {
    /// Samples of the result.
    public static func outputTime(from time: Int) -> Int { (time + 2 - 4) / 2 + 1 }

    @inline(__always)
    private static func window(_ step: Int, _ time: Int) -> Range<Int> { max(0, 2 * step - 1)..<min(time, 2 * step + 3) }

    /// The pooled signal, `[batch, outputTime, 1]`.
    ///
    /// - Parameter input: `[batch, time, 1]`, float32.
    public static func pooled(_ input: Tensor) -> Tensor {
        precondition(input.channels == 1, "average pooling takes one channel, not \(input.channels)")
        let (time, steps) = (input.time, outputTime(from: input.time))
        let output = Tensor([input.batch, steps, 1])
        let (from, to) = (input.pointer(Float.self), output.pointer(Float.self))
        for entry in 0..<input.batch {
            let signal = from + entry * time
            for step in 0..<steps {
                let window = window(step, time)
                var sum: Float = 0
                for sample in window { sum += signal[sample] }
                to[entry * steps + step] = sum / Float(window.count)
            }
        }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The gradient with respect to an input of `time` samples.
    public static func inputGradient(from gradient: Tensor, time: Int) -> Tensor {
        let output = Tensor.zeros([gradient.batch, time, 1])
        let (from, to) = (gradient.pointer(Float.self), output.pointer(Float.self))
        for entry in 0..<gradient.batch {
            for step in 0..<gradient.time {
                let window = window(step, time)
                let part = from[entry * gradient.time + step] / Float(window.count)
                for sample in window { to[entry * time + sample] += part }
            }
        }
        withExtendedLifetime((gradient, output)) {}
        return output
    }
}
