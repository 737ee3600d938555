public import Tensors

/// A transposed convolution whose kernel is twice its stride, seen as a plain one with kernel 2.
///
/// Each input step reaches `2 * stride` outputs, so each block of `stride` outputs hears two input steps. With the
/// outputs of a block as channels, `[time + 1, stride * channels]` *is* `[(time + 1) * stride, channels]` in memory; what is
/// left is to cut `padding` samples off the front and the rest off the end, so that `time * stride` remain:
///
///     y[b, n, o] = bias[o] + sum over i, j of  w[i, o, n + padding - j * stride] * x[b, j, i]
public struct TransposedConvolutionGeometry: Hashable, Sendable {
    public let inputChannels: Int
    public let outputChannels: Int
    public let stride: Int

    public init(from inputChannels: Int, to outputChannels: Int, stride: Int) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.stride = stride
    }

    /// Samples cut off the front: PyTorch's `padding`, `stride / 2 + stride % 2`.
    public var padding: Int { stride / 2 + stride % 2 }
    /// `[input, output, kernel]`, PyTorch's order for transposed convolutions.
    public var weightShape: [Int] { [inputChannels, outputChannels, 2 * stride] }

    /// The plain convolution that does the work.
    public var convolution: ConvolutionGeometry {
        ConvolutionGeometry(
            from: inputChannels, to: stride * outputChannels, kernel: 2, paddingLeft: 1, paddingRight: 1)
    }

    /// Calls `body(transposed, plain)` with the offsets of each weight in the two arrangements.
    @inline(__always)
    private func forEachWeight(input: Int, _ body: (Int, Int) -> Void) {
        for output in 0..<outputChannels {
            for phase in 0..<stride {
                let transposed = (input * outputChannels + output) * 2 * stride + phase
                let plain = ((phase * outputChannels + output) * inputChannels + input) * 2
                body(transposed, plain + 1)
                body(transposed + stride, plain)
            }
        }
    }

    /// From `[input, output, 2 * stride]` to the plain convolution's `[stride * output, input, 2]`.
    public func plainWeights(_ transposed: Tensor) -> Tensor {
        precondition(transposed.shape == weightShape, "weights \(transposed.shape), expected \(weightShape)")
        let plain = Tensor(convolution.weightShape)
        rearrange(plain, transposed) { plain, transposed, pair in plain[pair.1] = transposed[pair.0] }
        return plain
    }

    /// The way back of ``plainWeights(_:)``, for gradients.
    public func transposedWeights(_ plain: Tensor) -> Tensor {
        let transposed = Tensor(weightShape)
        rearrange(plain, transposed) { plain, transposed, pair in transposed[pair.0] = plain[pair.1] }
        return transposed
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

    /// The way back of ``plainBias(_:)``, for gradients: the sum over phases.
    public func transposedBias(_ plain: Tensor) -> Tensor {
        let values = plain.values
        return Tensor(
            (0..<outputChannels).map { output in
                (0..<stride).reduce(0) { $0 + values[$1 * outputChannels + output] }
            }, shape: [outputChannels])
    }

    /// From the plain convolution's `[batch, time + 1, stride * channels]` to `[batch, time * stride, channels]`.
    public func trimmed(_ blocks: Tensor) -> Tensor {
        let time = (blocks.time - 1) * stride
        let output = Tensor([blocks.batch, time, outputChannels], blocks.type)
        let bytes = outputChannels * blocks.type.byteCount
        Parallel.forEach(blocks.batch) { entries in
            for entry in entries {
                let from = blocks.address + (entry * (time + stride) + padding) * bytes
                (output.address + entry * time * bytes).copyMemory(from: from, byteCount: time * bytes)
            }
        }
        withExtendedLifetime((blocks, output)) {}
        return output
    }

    /// The adjoint of ``trimmed(_:)``: zeros where samples were cut off.
    public func untrimmed(_ output: Tensor) -> Tensor {
        let time = output.time
        let blocks = Tensor([output.batch, time / stride + 1, stride * outputChannels], output.type)
        let bytes = outputChannels * output.type.byteCount
        Parallel.forEach(output.batch) { entries in
            for entry in entries {
                let start = blocks.address + entry * (time + stride) * bytes
                start.initializeMemory(as: UInt8.self, repeating: 0, count: padding * bytes)
                let body = start + padding * bytes
                body.copyMemory(from: output.address + entry * time * bytes, byteCount: time * bytes)
                (body + time * bytes).initializeMemory(
                    as: UInt8.self, repeating: 0, count: (stride - padding) * bytes)
            }
        }
        withExtendedLifetime((output, blocks)) {}
        return blocks
    }
}
