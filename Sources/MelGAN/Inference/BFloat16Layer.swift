import Kernels
import Neural
import Tensors

/// A convolution or a residual block in bfloat16, over a fixed number of rows, by oneDNN's primitives.
///
/// One shape, one primitive: the same piece has the same bits.
struct BFloat16Layer {
    private enum Layer {
        case convolution(NormalizedWeights, negativeSlope: Float?, outputType: ScalarType)
        case residual(Residual)
    }
    private struct Residual {
        let dilation: Int
        let negativeSlope: Float
        let rectifies: Bool
        let dilated: NormalizedWeights
        let pointwise: NormalizedWeights
        let shortcut: NormalizedWeights
        let rectified: Tensor
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
                rectified: Tensor([1, count + 2 * block.dilation, channels], .bfloat16),
                hidden: Tensor([1, count, channels], .bfloat16)))
    }

    /// - Parameters:
    ///   - input: `[1, count + reach, channels]`.
    ///   - output: As many numbers as the layer makes of them, in whatever shape.
    func run(input: Tensor, output: Tensor) {
        switch layer {
        case .convolution(let weights, let slope, let type):
            precondition(output.type == type, "\(output.type) for a result of \(type)")
            let shape = [1, count, weights.convolution.geometry.outputChannels]
            engine.convolution(
                of: input, by: weights.convolution, bias: weights.bias, negativeSlope: slope, into: output.reshaped(shape),
                forInference: true)
        case .residual(let block):
            Elementwise.leakyReLU(input, into: block.rectified, negativeSlope: block.negativeSlope)
            engine.convolution(
                of: block.rectified, by: block.dilated.convolution, bias: block.dilated.bias,
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
