public import Tensors

/// A strided, grouped convolution as one of stride 1, by a polyphase (space-to-depth) folding of `stride` consecutive steps into channels:
///
///     y[b, t, o] = bias[o] + sum over k, i of  w[o, i, k] * x[b, t * stride + k * dilation - paddingLeft, group(o) + i]
///
/// A convolution of stride s over T steps with c channels a group is one of stride 1 over T / s steps with s * c channels
/// a group. MelGAN's discriminator strides by 4 over groups of 4 channels, for which no library has fast code; folded,
/// they are groups of 16, a register's width, and the work stays the same but for 41 taps becoming 44.
/// Where a group has fewer than 16 outputs it is widened to 16 with zero weights: wasted work, yet far faster.
///
/// Kernel, stride, dilation and padding are any; taps that the folded kernel has beyond the strided one's have zero weights.
/// Where `ceil(T / stride)` steps result and the padding on the left is a multiple of the stride, as in MelGAN, the folded
/// convolution pads; elsewhere the folded signal contains the padding.
public struct PolyphaseConvolution: Hashable, Sendable {
    public let inputChannels: Int
    public let outputChannels: Int
    public let kernel: Int
    public let stride: Int
    public let dilation: Int
    public let paddingLeft: Int
    public let paddingRight: Int
    public let groups: Int

    public init(
        from inputChannels: Int, to outputChannels: Int, kernel: Int, stride: Int, dilation: Int = 1, paddingLeft: Int,
        paddingRight: Int, groups: Int = 1
    ) {
        precondition(
            inputChannels % groups == 0 && outputChannels % groups == 0,
            "\(groups) groups divide neither \(inputChannels) nor \(outputChannels) channels")
        precondition(
            kernel > 0 && stride > 0 && dilation > 0 && paddingLeft >= 0 && paddingRight >= 0,
            "kernel \(kernel), stride \(stride), dilation \(dilation), padding \(paddingLeft) and \(paddingRight)")
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.paddingLeft = paddingLeft
        self.paddingRight = paddingRight
        self.groups = groups
    }

    /// A convolution padded by half its kernel on either side, so that an odd kernel gives `ceil(T / stride)` steps.
    public init(from inputChannels: Int, to outputChannels: Int, kernel: Int, stride: Int, groups: Int) {
        self.init(
            from: inputChannels, to: outputChannels, kernel: kernel, stride: stride, paddingLeft: kernel / 2,
            paddingRight: kernel / 2, groups: groups)
    }

    var groupInputs: Int { inputChannels / groups }
    var groupOutputs: Int { outputChannels / groups }
    /// Whether all taps fall into one phase, so that the folded convolution is dilated instead of having taps between.
    private var isDilatedByBlocks: Bool { dilation % stride == 0 }
    var foldedKernel: Int { isDilatedByBlocks ? kernel : (kernel - 1) * dilation / stride + 1 }
    var foldedDilation: Int { isDilatedByBlocks ? dilation / stride : 1 }
    /// Inputs of a group once folded.
    var foldedWidth: Int { stride * groupInputs }
    /// Whether the folded convolution pads: it then has as many steps of output as of input.
    var padsBlocks: Bool { dilation == 1 && paddingLeft % stride == 0 && paddingLeft + paddingRight == kernel - 1 }
    /// The padding of the convolution of stride 1 before the first step.
    var padding: Int { padsBlocks ? paddingLeft / stride : 0 }
    /// Zeros before the first step in the folded signal.
    var lead: Int { paddingLeft - padding * stride }
    /// Outputs a group has once widened.
    private var widenedOutputs: Int { groups > 1 ? (groupOutputs + 15) / 16 * 16 : groupOutputs }
    private var isWidened: Bool { widenedOutputs != groupOutputs }

    /// `[output, input / groups, kernel]`, of the strided convolution.
    public var weightShape: [Int] { [outputChannels, groupInputs, kernel] }

    /// The convolution of stride 1.
    public var convolution: ConvolutionGeometry {
        ConvolutionGeometry(
            from: stride * inputChannels, to: groups * widenedOutputs, kernel: foldedKernel, dilation: foldedDilation,
            paddingLeft: padding, paddingRight: padsBlocks ? foldedKernel - 1 - padding : 0, groups: groups)
    }

    /// The same without widening.
    var narrowConvolution: ConvolutionGeometry {
        var narrow = convolution
        narrow.outputChannels = outputChannels
        return narrow
    }

    /// The steps that `inputTime` steps become.
    public func outputTime(from inputTime: Int) -> Int {
        let reach = (kernel - 1) * dilation
        let span = inputTime + paddingLeft + paddingRight - reach
        precondition(span > 0, "\(inputTime) steps are too few for a reach of \(reach)")
        return (span - 1) / stride + 1
    }

    /// The steps of the folded signal.
    func foldedTime(from inputTime: Int) -> Int {
        outputTime(from: inputTime) + (padsBlocks ? 0 : (foldedKernel - 1) * foldedDilation)
    }

    /// The tap of the folded kernel that a tap falls into, and its phase.
    @inline(__always)
    func place(ofTap tap: Int) -> (block: Int, phase: Int) {
        if isDilatedByBlocks { return (tap, 0) }
        let (block, phase) = (tap * dilation).quotientAndRemainder(dividingBy: stride)
        return (block, phase)
    }

    /// Calls `body(strided, folded)` with the offsets of each weight in the two arrangements, where a group has `widened`
    /// outputs in the second.
    @inline(__always)
    private func forEachWeight(output: Int, widened: Int, _ body: (Int, Int) -> Void) {
        let (group, within) = output.quotientAndRemainder(dividingBy: groupOutputs)
        let row = (group * widened + within) * stride * groupInputs * foldedKernel
        for input in 0..<groupInputs {
            for tap in 0..<kernel {
                let (block, phase) = place(ofTap: tap)
                body(
                    (output * groupInputs + input) * kernel + tap,
                    row + (phase * groupInputs + input) * foldedKernel + block)
            }
        }
    }

    /// The folded convolution's weights.
    public func foldedWeights(_ strided: Tensor) -> Tensor {
        precondition(strided.shape == weightShape, "weights \(strided.shape), expected \(weightShape)")
        let folded = Tensor.zeros(convolution.weightShape)
        Parallel.forEach(outputChannels, grain: 8) { outputs in
            let (from, to) = (strided.pointer(Float.self), folded.pointer(Float.self))
            for output in outputs { forEachWeight(output: output, widened: widenedOutputs) { to[$1] = from[$0] } }
        }
        withExtendedLifetime((strided, folded)) {}
        return folded
    }

    /// The way back of ``foldedWeights(_:)``, for gradients; those of weights that are always zero are dropped.
    ///
    /// - Parameter folded: Of the widened convolution, or of the narrow.
    public func stridedWeights(_ folded: Tensor) -> Tensor {
        let widened = folded.shape[0] / groups
        precondition(
            folded.shape == [groups * widened, foldedWidth, foldedKernel] && widened >= groupOutputs,
            "weights \(folded.shape), expected \(convolution.weightShape)")
        let strided = Tensor(weightShape)
        Parallel.forEach(outputChannels, grain: 8) { outputs in
            let (from, to) = (folded.pointer(Float.self), strided.pointer(Float.self))
            for output in outputs { forEachWeight(output: output, widened: widened) { to[$0] = from[$1] } }
        }
        withExtendedLifetime((strided, folded)) {}
        return strided
    }

    /// From `[batch, time, inputChannels]` to `[batch, blocks, groups * stride * groupInputs]`, which is `ceil(time / stride)`
    /// blocks where the folded convolution pads; steps outside the signal are zeros.
    public func folded(_ input: Tensor) -> Tensor {
        let blocks = foldedTime(from: input.time)
        let output = Tensor([input.batch, blocks, stride * inputChannels], input.type)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            forEachRun(batch: input.batch, time: input.time, blocks: blocks) { plain, folded in
                let target = output.pointer(Scalar.self) + folded
                if let plain {
                    target.update(from: input.pointer(Scalar.self) + plain, count: groupInputs)
                } else {
                    target.update(repeating: Scalar(0), count: groupInputs)
                }
            }
        }
        if input.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The adjoint of ``folded(_:)``: back to `time` steps, zeros where a step is in no block.
    public func unfolded(_ gradient: Tensor, time: Int) -> Tensor {
        let shape = [gradient.batch, time, inputChannels]
        let output = coversAll(time) ? Tensor(shape, gradient.type) : Tensor.zeros(shape, gradient.type)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            forEachRun(batch: gradient.batch, time: time, blocks: gradient.time) { plain, folded in
                guard let plain else { return }
                (output.pointer(Scalar.self) + plain)
                    .update(from: gradient.pointer(Scalar.self) + folded, count: groupInputs)
            }
        }
        if gradient.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((gradient, output)) {}
        return output
    }

    /// Whether each of `time` steps is in a block: the last ones need not be where no tap reaches them.
    func coversAll(_ time: Int) -> Bool { foldedTime(from: time) * stride - lead >= time }

    /// Calls `move(plain, folded)` with the offsets of each run of one group's channels; `plain` is nil outside the signal.
    @inline(__always)
    private func forEachRun(batch: Int, time: Int, blocks: Int, _ move: (Int?, Int) -> Void) {
        withoutActuallyEscaping(move) { move in
            Parallel.forEach(batch * blocks, grain: max(1, elementGrain / (stride * inputChannels))) { rows in
                for row in rows {
                    let (entry, block) = row.quotientAndRemainder(dividingBy: blocks)
                    for phase in 0..<stride {
                        let step = block * stride + phase - lead
                        let plain = (entry * time + step) * inputChannels
                        for group in 0..<groups {
                            let folded = ((row * groups + group) * stride + phase) * groupInputs
                            move(step >= 0 && step < time ? plain + group * groupInputs : nil, folded)
                        }
                    }
                }
            }
        }
    }

    /// Drops the outputs that widening added: `[batch, time, groups * widened]` to `[batch, time, outputChannels]`.
    public func narrowed(_ widened: Tensor) -> Tensor {
        guard isWidened else { return widened }
        let output = Tensor([widened.batch, widened.time, outputChannels], widened.type)
        moveGroups(output, widened) { narrow, wide, bytes in narrow.copyMemory(from: wide, byteCount: bytes) }
        return output
    }

    /// The adjoint of ``narrowed(_:)``: zeros for the outputs that widening added. Serves a bias as well.
    public func widened(_ narrow: Tensor) -> Tensor {
        guard isWidened else { return narrow }
        let output = Tensor.zeros([narrow.batch, narrow.time, groups * widenedOutputs], narrow.type)
        moveGroups(narrow, output) { narrow, wide, bytes in wide.copyMemory(from: narrow, byteCount: bytes) }
        return output
    }

    @inline(__always)
    private func moveGroups(
        _ narrow: Tensor, _ wide: Tensor, _ move: (UnsafeMutableRawPointer, UnsafeMutableRawPointer, Int) -> Void
    ) {
        let size = narrow.type.byteCount
        withoutActuallyEscaping(move) { move in
            Parallel.forEach(narrow.batch * narrow.time, grain: max(1, elementGrain / outputChannels)) { rows in
                for group in rows.lowerBound * groups..<rows.upperBound * groups {
                    move(
                        narrow.address + group * groupOutputs * size, wide.address + group * widenedOutputs * size,
                        groupOutputs * size)
                }
            }
        }
        withExtendedLifetime((narrow, wide)) {}
    }
}
