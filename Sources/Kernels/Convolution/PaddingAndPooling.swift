public import Tensors

/// Padding by reflection about the first and last step, which are not repeated, after an optional leaky ReLU:
///
///     y[b, t, c] = leakyReLU(x[b, reflect(t - padding), c])
///
/// Both are one operation because both only move memory; MelGAN has them before each dilated convolution (Kumar et al. 2019).
public enum ReflectionPadding {
    /// The step of `0..<count` at position `time` of its reflection.
    @inline(__always)
    static func reflect(_ time: Int, _ count: Int) -> Int {
        time < 0 ? -time : time >= count ? 2 * (count - 1) - time : time
    }

    /// - Parameter negativeSlope: 1 leaves the values as they are.
    public static func padded(_ input: Tensor, by padding: Int, negativeSlope: Float = 1) -> Tensor {
        precondition(padding < input.time, "reflection by \(padding) needs more than \(input.time) steps")
        let (time, channels, width) = (input.time, input.channels, input.time + 2 * padding)
        let output = Tensor([input.batch, width, channels], input.type)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(input.batch * width, grain: elementGrain / channels) { rows in
                let (from, to) = (UnsafePointer(input.pointer(Scalar.self)), output.pointer(Scalar.self))
                for row in rows {
                    let (entry, position) = row.quotientAndRemainder(dividingBy: width)
                    let source = from + (entry * time + reflect(position - padding, time)) * channels
                    transform(source, to + row * channels, count: channels) { $0.leakyReLU(negativeSlope) }
                }
            }
        }
        if input.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The gradient with respect to the input of ``padded(_:by:negativeSlope:)``, added to `accumulator` if given.
    ///
    /// `gradient` is overwritten: the gradients of its margins are added to the steps that they repeat.
    public static func inputGradient(
        from gradient: Tensor, input: Tensor, by padding: Int, negativeSlope: Float, addedTo accumulator: Tensor?
    ) -> Tensor {
        let (time, channels, width) = (input.time, input.channels, input.time + 2 * padding)
        precondition(gradient.shape == [input.batch, width, channels], "\(gradient.shape) is not \(input.shape) padded")
        let output = accumulator ?? Tensor(input.shape, input.type)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(input.batch * time, grain: elementGrain / channels) { rows in
                let (from, to) = (UnsafePointer(gradient.pointer(Scalar.self)), output.pointer(Scalar.self))
                let signs = UnsafePointer(input.pointer(Scalar.self))
                for row in rows {
                    let (entry, step) = row.quotientAndRemainder(dividingBy: time)
                    let start = from + entry * width * channels
                    let direct = start + (step + padding) * channels
                    // A step that is repeated in a margin also receives the margin's gradient.
                    let left = step > 0 && step <= padding ? start + (padding - step) * channels : nil
                    let mirrored = 2 * (time - 1) - step
                    let right = step < time - 1 && mirrored < time + padding
                        ? start + (mirrored + padding) * channels : nil
                    let target = to + row * channels
                    if let left { addRow(left, direct, channels) }
                    if let right { addRow(right, direct, channels) }
                    let sign = signs + row * channels
                    if accumulator != nil {
                        rectifiedRow(direct, sign, target, channels, negativeSlope, adding: true)
                    } else {
                        rectifiedRow(direct, sign, target, channels, negativeSlope, adding: false)
                    }
                }
            }
        }
        if input.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((gradient, input, output)) {}
        return output
    }

    /// Adds a margin's gradient to the row that it repeats, in place.
    @inline(__always)
    private static func addRow<Scalar: VectorLoadable>(
        _ margin: UnsafePointer<Scalar>, _ row: UnsafePointer<Scalar>, _ count: Int
    ) {
        combine(margin, row, UnsafeMutablePointer(mutating: row), count: count) { $0 + $1 }
    }

    /// Multiplies a row by the derivative of the leaky ReLU and stores it or adds it to `target`.
    @inline(__always)
    private static func rectifiedRow<Scalar: VectorLoadable>(
        _ gradient: UnsafePointer<Scalar>, _ input: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>,
        _ count: Int, _ negativeSlope: Float, adding: Bool
    ) {
        var index = 0
        while index < count {
            let lanes = min(16, count &- index)
            let value = load(gradient + index, lanes)
            let passed = value.replacing(with: value * negativeSlope, where: load(input + index, lanes) .<= 0)
            let sum = adding ? passed + load(UnsafePointer(target) + index, lanes) : passed
            store(sum, at: target + index, lanes)
            index &+= 16
        }
    }
}

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
