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
