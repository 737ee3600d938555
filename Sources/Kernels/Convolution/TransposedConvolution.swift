public import Tensors

/// A transposed convolution (PyTorch's ConvTranspose1d) as a plain one of stride 1:
///
///     y[b, n, o] = bias[o] + sum over i, j of  w[i, o, n + padding - j * stride] * x[b, j, i]
///
/// Each block of `stride` outputs depends on `taps = ceil(kernel / stride)` input steps: two where the kernel is twice the stride,
/// as in MelGAN and HiFi-GAN. With the outputs of a block as channels, `[time + taps - 1, stride * channels]` *is*
/// `[(time + taps - 1) * stride, channels]` in memory; what is left is to cut `padding` samples off the front and the
/// rest off the end, so that `(time - 1) * stride - 2 * padding + kernel + outputPadding` remain. Taps past the kernel's end
/// have zero weights.
public struct TransposedConvolutionGeometry: Hashable, Sendable {
    public let inputChannels: Int
    public let outputChannels: Int
    public let kernel: Int
    public let stride: Int
    /// Samples cut off the front; at the end as many, less ``outputPadding``.
    public let padding: Int
    public let outputPadding: Int

    public init(
        from inputChannels: Int, to outputChannels: Int, kernel: Int, stride: Int, padding: Int = 0, outputPadding: Int = 0
    ) {
        precondition(
            kernel > 0 && stride > 0 && padding >= 0 && outputPadding >= 0 && outputPadding < max(2, stride),
            "kernel \(kernel), stride \(stride), padding \(padding), output padding \(outputPadding)")
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.outputPadding = outputPadding
    }

    /// MelGAN's upsampling: a kernel of twice the stride, and `time * stride` samples of output.
    public init(from inputChannels: Int, to outputChannels: Int, stride: Int) {
        self.init(
            from: inputChannels, to: outputChannels, kernel: 2 * stride, stride: stride, padding: stride / 2 + stride % 2,
            outputPadding: stride % 2)
    }

    /// Input steps that a block of outputs depends on.
    public var taps: Int { (kernel + max(0, outputPadding - padding) + stride - 1) / stride }
    /// Samples of output beyond `stride` for each step of input; negative where there are fewer.
    public var surplus: Int { kernel + outputPadding - stride - 2 * padding }
    /// `[input, output, kernel]`, PyTorch's order for transposed convolutions.
    public var weightShape: [Int] { [inputChannels, outputChannels, kernel] }

    /// The plain convolution that does the work.
    public var convolution: ConvolutionGeometry {
        ConvolutionGeometry(
            from: inputChannels, to: stride * outputChannels, kernel: taps, paddingLeft: taps - 1, paddingRight: taps - 1)
    }

    /// The samples that `inputTime` steps become.
    public func outputTime(from inputTime: Int) -> Int {
        let time = inputTime * stride + surplus
        precondition(time > 0, "\(inputTime) steps are too few for \(self)")
        return time
    }

    /// Calls `body(transposed, plain)` with the offsets of each weight in the two arrangements.
    @inline(__always)
    private func forEachWeight(input: Int, _ body: (Int, Int) -> Void) {
        for output in 0..<outputChannels {
            let transposed = (input * outputChannels + output) * kernel
            for block in 0..<(kernel + stride - 1) / stride {
                for phase in 0..<min(stride, kernel - block * stride) {
                    let plain = ((phase * outputChannels + output) * inputChannels + input) * taps
                    body(transposed + block * stride + phase, plain + taps - 1 - block)
                }
            }
        }
    }

    /// From `[input, output, kernel]` to the plain convolution's `[stride * output, input, taps]`.
    public func plainWeights(_ transposed: Tensor) -> Tensor {
        precondition(transposed.shape == weightShape, "weights \(transposed.shape), expected \(weightShape)")
        let shape = convolution.weightShape
        let plain = taps * stride == kernel ? Tensor(shape) : Tensor.zeros(shape)
        rearrange(plain, transposed) { plain, transposed, pair in plain[pair.1] = transposed[pair.0] }
        return plain
    }

    /// The adjoint of ``plainWeights(_:)``, for gradients.
    public func transposedWeights(_ plain: Tensor) -> Tensor {
        let transposed = Tensor(weightShape)
        rearrange(plain, transposed) { plain, transposed, pair in transposed[pair.0] = plain[pair.1] }
        return transposed
    }

    /// Weights `[input, output, kernel]` as the matrix of the plain convolution, whose last tap sees the step itself.
    public func matrix(of weights: Tensor) -> MatrixView {
        precondition(weights.shape == weightShape, "weights \(weights.shape), expected \(weightShape)")
        let length = taps * stride
        return MatrixView(
            padded(weights, to: length),
            rowOffsets: (0..<taps).flatMap { tap in
                (0..<inputChannels).map { $0 * outputChannels * length + (taps - 1 - tap) * stride }
            },
            columnOffsets: (0..<stride).flatMap { phase in (0..<outputChannels).map { $0 * length + phase } })
    }

    /// Each kernel with zeros after it, up to `length`.
    private func padded(_ weights: Tensor, to length: Int) -> Tensor {
        guard length > kernel else { return weights }
        let padded = Tensor.zeros([inputChannels, outputChannels, length])
        for row in 0..<inputChannels * outputChannels {
            (padded.pointer(Float.self) + row * length).update(from: weights.pointer(Float.self) + row * kernel, count: kernel)
        }
        withExtendedLifetime((padded, weights)) {}
        return padded
    }

    @inline(__always)
    private func rearrange(
        _ plain: Tensor, _ transposed: Tensor,
        _ move: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, (Int, Int)) -> Void
    ) {
        withoutActuallyEscaping(move) { move in
            Parallel.forEach(inputChannels, grain: 8) { inputs in
                let (first, second) = (plain.pointer(Float.self), transposed.pointer(Float.self))
                for input in inputs { forEachWeight(input: input) { move(first, second, ($0, $1)) } }
            }
        }
        withExtendedLifetime((plain, transposed)) {}
    }

    /// `bias[o]` for every phase: `[stride * output]`.
    public func plainBias(_ bias: Tensor) -> Tensor {
        Tensor((0..<stride).flatMap { _ in bias.values }, shape: [stride * outputChannels])
    }

    /// The adjoint of ``plainBias(_:)``, for gradients: the sum over phases.
    public func transposedBias(_ plain: Tensor) -> Tensor {
        let values = plain.values
        return Tensor(
            (0..<outputChannels).map { output in
                (0..<stride).reduce(0) { $0 + values[$1 * outputChannels + output] }
            }, shape: [outputChannels])
    }

    /// From the plain convolution's `[batch, time + taps - 1, stride * channels]` to `[batch, outputTime, channels]`.
    public func trimmed(_ blocks: Tensor) -> Tensor {
        let time = outputTime(from: blocks.time - taps + 1)
        let output = Tensor([blocks.batch, time, outputChannels], blocks.type)
        let bytes = outputChannels * blocks.type.byteCount
        Parallel.forEach(blocks.batch) { entries in
            for entry in entries {
                let from = blocks.address + (entry * blocks.time * stride + padding) * bytes
                (output.address + entry * time * bytes).copyMemory(from: from, byteCount: time * bytes)
            }
        }
        withExtendedLifetime((blocks, output)) {}
        return output
    }

    /// The adjoint of ``trimmed(_:)``: zeros where samples were cut off.
    public func untrimmed(_ output: Tensor) -> Tensor {
        let time = output.time
        precondition((time - surplus) % stride == 0, "\(time) samples are no result of \(self)")
        let count = (time - surplus) / stride + taps - 1
        let blocks = Tensor([output.batch, count, stride * outputChannels], output.type)
        let bytes = outputChannels * output.type.byteCount
        Parallel.forEach(output.batch) { entries in
            for entry in entries {
                let start = blocks.address + entry * count * stride * bytes
                start.initializeMemory(as: UInt8.self, repeating: 0, count: padding * bytes)
                let body = start + padding * bytes
                body.copyMemory(from: output.address + entry * time * bytes, byteCount: time * bytes)
                (body + time * bytes).initializeMemory(
                    as: UInt8.self, repeating: 0, count: (count * stride - padding - time) * bytes)
            }
        }
        withExtendedLifetime((output, blocks)) {}
        return blocks
    }
}
