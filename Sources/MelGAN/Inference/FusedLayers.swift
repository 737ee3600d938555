import Kernels
import Neural
import Tensors

/// A residual block in float32: `V x + W leaky(U * leaky(x) + c) + b`, where `U` is a dilated convolution.
struct ResidualLayer {
    let channels: Int
    private let dilation: Int
    private let negativeSlope: Float
    /// Whether a leaky ReLU follows the block.
    private let rectifies: Bool
    private let dilated: PackedGEMM
    /// The pointwise convolution and the shortcut in one product.
    private let sum: PackedGEMM

    /// Rows computed at a time: what lies between the two products then stays in the nearest caches.
    private static let chunkRows = 96

    init(_ block: ResidualBlock, negativeSlope: Float, rectifies: Bool) {
        dilation = block.dilation
        (self.negativeSlope, self.rectifies) = (negativeSlope, rectifies)
        dilated = block.dilated.packedGEMM()
        sum = block.pointwise.packedGEMM(shortcut: block.shortcut)
        channels = dilated.outputChannels
    }

    /// Computes `count` rows on all threads.
    ///
    /// - Parameter input: The rows from `dilation` before the first output's to as many after the last's.
    func run(_ count: Int, input: Rows, output: Rows) {
        let chunks = (count + Self.chunkRows - 1) / Self.chunkRows
        Parallel.forEachItem(chunks, workers: Parallel.threadCount) { _, index in
            let first = index * Self.chunkRows
            let count = min(Self.chunkRows, count - first)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * (count + dilation) * channels) { scratch in
                run(
                    chunk: count, input: input.advanced(by: first), output: output.advanced(by: first),
                    scratch.baseAddress!)
            }
        }
    }

    private func run(chunk count: Int, input: Rows, output: Rows, _ scratch: UnsafeMutablePointer<Float>) {
        let context = count + 2 * dilation
        let activated = Rows(scratch, stride: channels)
        let hidden = Rows(scratch + context * channels, stride: channels)
        Elementwise.leakyReLU(UnsafePointer(input.base), into: scratch, count: context * channels, negativeSlope: negativeSlope)
        dilated.run(count, input: activated, output: hidden, negativeSlope: negativeSlope)
        sum.run(
            count, input: hidden, shortcut: input.advanced(by: dilation), output: output,
            negativeSlope: rectifies ? negativeSlope : nil)
    }
}

/// A convolution or a residual block in bfloat16, over a fixed number of rows, by oneDNN's primitives.
///
/// There is one shape and so one primitive: the same rows always give the same bits.
struct BFloat16Layer {
    private enum Layer {
        case convolution(NormalizedWeights, negativeSlope: Float?, outputType: ScalarType)
        case residual(Residual)
    }
    /// The weights of a residual block, and memory for what lies between its convolutions.
    private struct Residual {
        let dilation: Int
        let negativeSlope: Float
        /// Whether a leaky ReLU follows the block.
        let rectifies: Bool
        let dilated: NormalizedWeights
        let pointwise: NormalizedWeights
        let shortcut: NormalizedWeights
        let activated: Tensor
        let hidden: Tensor
    }

    /// Rows computed at once.
    let count: Int
    private let layer: Layer
    private let engine: Engine

    init(
        _ convolution: WeightNormConvolution, negativeSlope: Float?, outputType: ScalarType, rows count: Int, _ engine: Engine
    ) {
        (self.count, self.engine) = (count, engine)
        layer = .convolution(convolution.unpaddedWeights(), negativeSlope: negativeSlope, outputType: outputType)
    }

    init(_ block: ResidualBlock, negativeSlope: Float, rectifies: Bool, rows count: Int, _ engine: Engine) {
        (self.count, self.engine) = (count, engine)
        let channels = block.shortcut.form.outputChannels
        layer = .residual(
            Residual(
                dilation: block.dilation, negativeSlope: negativeSlope, rectifies: rectifies,
                dilated: block.dilated.normalizedWeights(), pointwise: block.pointwise.normalizedWeights(),
                shortcut: block.shortcut.normalizedWeights(),
                activated: Tensor([1, count + 2 * block.dilation, channels], .bfloat16),
                hidden: Tensor([1, count, channels], .bfloat16)))
    }

    /// Computes ``count`` rows.
    ///
    /// - Parameters:
    ///   - input: `[1, count + context, channels]`, the context being the rows around that the outputs depend on.
    ///   - output: As many numbers as the layer makes of them, in any shape.
    func run(input: Tensor, output: Tensor) {
        switch layer {
        case .convolution(let weights, let slope, let type):
            precondition(output.type == type, "a result of \(type) into a tensor of \(output.type)")
            let shape = [1, count, weights.convolution.geometry.outputChannels]
            engine.convolution(
                of: input, by: weights.convolution, bias: weights.bias, negativeSlope: slope, into: output.reshaped(shape),
                forInference: true)
        case .residual(let block):
            Elementwise.leakyReLU(input, into: block.activated, negativeSlope: block.negativeSlope)
            engine.convolution(
                of: block.activated, by: block.dilated.convolution, bias: block.dilated.bias,
                negativeSlope: block.negativeSlope, into: block.hidden, forInference: true)
            engine.convolution(
                of: input.steps(block.dilation..<block.dilation + count), by: block.shortcut.convolution,
                bias: block.shortcut.bias, into: output, forInference: true)
            engine.convolution(
                of: block.hidden, by: block.pointwise.convolution, bias: block.pointwise.bias, addedTo: output,
                negativeSlope: block.rectifies ? block.negativeSlope : nil, forInference: true)
        }
    }
}

/// The end of a generator in sub-bands, in float32: the hyperbolic tangent of the bands, then the filters that join them.
struct BandSynthesisLayer {
    let bandCount: Int
    /// The rows on either side that a row of samples depends on.
    let reach: Int
    private let product: PackedGEMM

    init(_ configuration: SubBandConfiguration) {
        let filterbank = configuration.filterbank
        (bandCount, reach) = (filterbank.bandCount, filterbank.reachSteps)
        product = filterbank.synthesisProduct()
    }

    /// Computes `count` rows of samples, one for each row of bands.
    ///
    /// - Parameters:
    ///   - input: The rows of bands, from `reach` before the first output's to as many after the last's.
    ///   - output: Rows of as many samples as there are bands.
    func run(_ count: Int, input: Rows, output: UnsafeMutablePointer<Float>) {
        let rows = count + 2 * reach
        let bands = Tensor([1, rows, bandCount])
        let numbers = bands.pointer(Float.self)
        numbers.update(from: input.base, count: rows * bandCount)
        Elementwise.tanh(numbers, count: rows * bandCount)
        product.runOnAllThreads(
            count, input: Rows(numbers, stride: bandCount), output: Rows(output, stride: bandCount))
        withExtendedLifetime(bands) {}
    }
}
