public import Tensors

/// A strided convolution in groups (``PolyphaseConvolution``'s), float32, straight between the signals as they lie.
///
/// A group's channels over a few hundred steps are brought together in the first-level cache, where folding them costs
/// nothing, and multiplied there by ``SlidingWindowTile``.
public final class GroupedConvolution {
    public let folding: PolyphaseConvolution
    /// `[output, input / groups, kernel]`.
    private let weights: Tensor
    /// For each group and vector of outputs a row for each tap, phase and input.
    private lazy var forward = packedForward()
    /// For each group and vector of folded inputs a row for each tap, last first, and output.
    private lazy var backward = packedBackward()

    /// Whether this build's vectors multiply and add in one instruction. Where not, oneDNN chooses at run time.
    public static var isFast: Bool { WeightGradientGEMM.isFast }
    /// Inputs of a folded group up to which its rows stay in the caches beside its weights.
    private static let widestGroup = 128

    /// Whether `folding` is better off here than with the folded convolution of stride 1.
    public static func suits(_ folding: PolyphaseConvolution) -> Bool {
        isFast && folding.foldedDilation == 1 && folding.foldedWidth <= widestGroup
    }

    public init(_ weights: Tensor, _ folding: PolyphaseConvolution) {
        precondition(weights.shape == folding.weightShape, "weights \(weights.shape), expected \(folding.weightShape)")
        precondition(folding.foldedDilation == 1, "a dilation of \(folding.dilation) by a stride of \(folding.stride)")
        (self.weights, self.folding) = (weights, folding)
    }

    /// - Parameters:
    ///   - input: `[batch, time, inputChannels]`.
    ///   - bias: `[outputChannels]`.
    ///   - negativeSlope: Where given, a leaky rectifier of that slope is applied last.
    /// - Returns: `[batch, outputTime, outputChannels]`.
    public func output(of input: Tensor, bias: Tensor, negativeSlope: Float?) -> Tensor {
        precondition(input.channels == folding.inputChannels, "\(input.shape) given, \(folding.inputChannels) channels expected")
        let steps = folding.outputTime(from: input.time)
        let output = Tensor([input.batch, steps, folding.outputChannels])
        let width = folding.groupOutputs
        let sweep = SlidingWindowGEMM(
            depth: folding.foldedKernel * folding.foldedWidth, stride: folding.foldedWidth, outputs: width, steps: steps,
            reach: folding.foldedKernel - 1)
        let starts = folding.groups * sweep.vectors * PackedPanels.lanes
        let start = Tensor.zeros([starts])
        for channel in 0..<folding.outputChannels {
            let (group, within) = channel.quotientAndRemainder(dividingBy: width)
            start.pointer(Float.self)[group * sweep.vectors * PackedPanels.lanes + within] = bias.pointer(Float.self)[channel]
        }
        let packed = forward
        sweep.forEachChunk(batch: input.batch, rowFloats: folding.stride * folding.inputChannels) { entry, chunk, rows, sums in
            for group in 0..<self.folding.groups {
                let slice = self.inputSlice(input, entry, group)
                let first = chunk.lowerBound * self.folding.stride - self.folding.paddingLeft
                slice.gather(first..<first + (chunk.count + sweep.reach) * self.folding.stride, at: rows)
                for vector in 0..<sweep.vectors {
                    let place = group * sweep.vectors + vector
                    sweep.multiply(
                        chunk.count, rows: rows, weights: packed.pointer(Float.self) + place * sweep.depth * PackedPanels.lanes,
                        start: start.pointer(Float.self) + place * PackedPanels.lanes, sums: sums)
                    let channel = group * width + vector * PackedPanels.lanes
                    sweep.finish(
                        chunk.count, sums, vector, negativeSlope,
                        output.pointer(Float.self) + (entry * steps + chunk.lowerBound) * self.folding.outputChannels + channel,
                        self.folding.outputChannels)
                }
            }
        }
        withExtendedLifetime((input, output, start, packed)) {}
        return output
    }

    /// The gradient with respect to an input of `time` steps.
    public func inputGradient(from gradient: Tensor, time: Int) -> Tensor {
        precondition(
            gradient.channels == folding.outputChannels && gradient.time == folding.outputTime(from: time),
            "\(gradient.shape) is no gradient of \(folding.outputChannels) channels over \(time) steps")
        let shape = [gradient.batch, time, folding.inputChannels]
        let input = folding.coversAll(time) ? Tensor(shape) : Tensor.zeros(shape)
        let width = folding.groupOutputs
        let sweep = SlidingWindowGEMM(
            depth: folding.foldedKernel * width, stride: width, outputs: folding.foldedWidth, steps: folding.foldedTime(from: time),
            reach: folding.foldedKernel - 1)
        let start = Tensor.zeros([PackedPanels.lanes])
        let packed = backward
        sweep.forEachChunk(batch: gradient.batch, rowFloats: folding.outputChannels) { entry, chunk, rows, sums in
            for group in 0..<self.folding.groups {
                let source = ChannelSlice(
                    base: gradient.pointer(Float.self) + entry * gradient.time * gradient.channels + group * width,
                    time: gradient.time, channels: gradient.channels, width: width)
                let first = chunk.lowerBound - (sweep.reach - self.folding.padding)
                source.gather(first..<first + chunk.count + sweep.reach, at: rows)
                let found = sums + sweep.sumFloats
                for vector in 0..<sweep.vectors {
                    let place = group * sweep.vectors + vector
                    sweep.multiply(
                        chunk.count, rows: rows, weights: packed.pointer(Float.self) + place * sweep.depth * PackedPanels.lanes,
                        start: start.pointer(Float.self), sums: sums)
                    sweep.finish(
                        chunk.count, sums, vector, nil, found + vector * PackedPanels.lanes, self.folding.foldedWidth)
                }
                let slice = self.inputSlice(input, entry, group)
                let step = chunk.lowerBound * self.folding.stride - self.folding.lead
                slice.scatter(step..<step + chunk.count * self.folding.stride, from: found)
            }
        }
        withExtendedLifetime((gradient, input, start, packed)) {}
        return input
    }

    /// The gradients with respect to weights and bias.
    public func weightGradient(input: Tensor, gradient: Tensor) -> (weights: Tensor, bias: Tensor) {
        let parts =
            folding.padsBlocks
            ? WeightGradientGEMM(folding.narrowConvolution, input: input, gradient: gradient, phases: folding.stride).run()
            : WeightGradientGEMM(folding.narrowConvolution, input: folding.folded(input), gradient: gradient).run()
        return (folding.stridedWeights(parts.weights), parts.bias)
    }

    private func inputSlice(_ input: Tensor, _ entry: Int, _ group: Int) -> ChannelSlice {
        ChannelSlice(
            base: input.pointer(Float.self) + entry * input.time * input.channels + group * folding.groupInputs,
            time: input.time, channels: input.channels, width: folding.groupInputs)
    }

    private func packedForward() -> Tensor {
        let lanes = PackedPanels.lanes
        let depth = folding.foldedKernel * folding.foldedWidth
        let vectors = (folding.groupOutputs + lanes - 1) / lanes
        let packed = Tensor.zeros([folding.groups * vectors * depth * lanes])
        forEachWeight { output, tap, folded, weight in
            let (group, within) = output.quotientAndRemainder(dividingBy: self.folding.groupOutputs)
            let (vector, lane) = within.quotientAndRemainder(dividingBy: lanes)
            let row = (group * vectors + vector) * depth + tap * self.folding.foldedWidth + folded
            packed.pointer(Float.self)[row * lanes + lane] = weight
        }
        return packed
    }

    private func packedBackward() -> Tensor {
        let lanes = PackedPanels.lanes
        let depth = folding.foldedKernel * folding.groupOutputs
        let vectors = (folding.foldedWidth + lanes - 1) / lanes
        let packed = Tensor.zeros([folding.groups * vectors * depth * lanes])
        forEachWeight { output, tap, folded, weight in
            let (group, within) = output.quotientAndRemainder(dividingBy: self.folding.groupOutputs)
            let (vector, lane) = folded.quotientAndRemainder(dividingBy: lanes)
            let row =
                (group * vectors + vector) * depth
                + (self.folding.foldedKernel - 1 - tap) * self.folding.groupOutputs + within
            packed.pointer(Float.self)[row * lanes + lane] = weight
        }
        return packed
    }

    /// Calls `body` with each weight, its output, and where folding puts it: the tap and the input among the folded.
    private func forEachWeight(_ body: (_ output: Int, _ tap: Int, _ folded: Int, _ weight: Float) -> Void) {
        let (inputs, kernel) = (folding.groupInputs, folding.kernel)
        withoutActuallyEscaping(body) { body in
            Parallel.forEach(folding.outputChannels, grain: max(1, elementGrain / (inputs * kernel))) { outputs in
                var weight = weights.pointer(Float.self) + outputs.lowerBound * inputs * kernel
                for output in outputs {
                    for input in 0..<inputs {
                        for tap in 0..<kernel {
                            let (block, phase) = folding.place(ofTap: tap)
                            body(output, block, phase * inputs + input, weight.pointee)
                            weight += 1
                        }
                    }
                }
            }
        }
        withExtendedLifetime(weights) {}
    }
}
