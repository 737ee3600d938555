import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct PhaseFoldingTests {
    let engine = Engine()

    /// Channels in and out, groups, stride, and steps, which need not be a multiple of the stride.
    struct Layer: CustomTestStringConvertible, Sendable {
        let (inputs, outputs, groups, stride, time): (Int, Int, Int, Int, Int)

        var testDescription: String { "\(inputs) to \(outputs) in \(groups) groups by \(stride), \(time) steps" }

        var folding: PolyphaseConvolution {
            PolyphaseConvolution(from: inputs, to: outputs, kernel: 10 * stride + 1, stride: stride, groups: groups)
        }

        var reference: ReferenceConvolution {
            ReferenceConvolution(
                batch: 2, time: time, inputChannels: inputs, outputChannels: outputs, kernel: 10 * stride + 1,
                stride: stride, paddingLeft: 5 * stride, paddingRight: 5 * stride, groups: groups)
        }

        init(_ inputs: Int, _ outputs: Int, groups: Int, stride: Int = 4, time: Int) {
            (self.inputs, self.outputs, self.groups, self.stride, self.time) = (inputs, outputs, groups, stride, time)
        }
    }

    static let layers: [Layer] =
        [61, 64, 1].map { Layer(16, 64, groups: 4, time: $0) } + [
            Layer(64, 256, groups: 16, time: 18), Layer(256, 1024, groups: 64, time: 11),
            Layer(1024, 1024, groups: 256, time: 7), Layer(8, 8, groups: 2, time: 13), Layer(4, 16, groups: 1, time: 9),
            Layer(4, 12, groups: 1, stride: 2, time: 9), Layer(8, 40, groups: 2, stride: 3, time: 10),
        ]

    struct Draw {
        let (input, weights, bias, gradient): (Tensor, Tensor, Tensor, Tensor)

        init(_ layer: Layer) {
            var numbers = SplitMix64(seed: 10)
            input = .random([2, layer.time, layer.inputs], using: &numbers)
            weights = .random(layer.folding.weightShape, using: &numbers)
            bias = .random([1, 1, layer.outputs], using: &numbers)
            gradient = .random([2, layer.reference.outputTime, layer.outputs], using: &numbers)
        }
    }

    @Test("A strided convolution in groups is its definition", arguments: layers)
    func forward(layer: Layer) {
        let (folding, draw) = (layer.folding, Draw(layer))
        let weights = ConvolutionWeights(folding.foldedWeights(draw.weights), folding.convolution)
        let bias = folding.widened(draw.bias)
        let output = folding.narrowed(
            engine.convolution(of: folding.folded(draw.input), by: weights, bias: bias.reshaped([bias.count])))
        #expect(output.shape == draw.gradient.shape)
        expectAgreement(
            output,
            with: layer.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles), within: singleRounding)
    }

    @Test("Its gradients are the definition's", arguments: layers)
    func gradients(layer: Layer) {
        let (folding, draw) = (layer.folding, Draw(layer))
        let weights = ConvolutionWeights(folding.foldedWeights(draw.weights), folding.convolution)
        let wide = folding.widened(draw.gradient)
        let back = folding.unfolded(engine.inputGradient(from: wide, by: weights), time: layer.time)
        expectAgreement(
            back, with: layer.reference.inputGradient(draw.gradient.doubles, draw.weights.doubles), within: singleRounding)
        let parts = engine.weightGradient(
            of: folding.convolution, input: folding.folded(draw.input), gradient: wide, withBias: true)
        expectAgreement(
            folding.stridedWeights(parts.weights),
            with: layer.reference.weightGradient(draw.input.doubles, draw.gradient.doubles), within: singleRounding)
        expectAgreement(
            folding.narrowed(parts.bias!.reshaped([1, 1, parts.bias!.count])),
            with: layer.reference.biasGradient(draw.gradient.doubles, channels: layer.outputs), within: singleRounding)
    }

    @Test("<Ax, y> = <x, A'y> for folding, widening and the weights", arguments: layers)
    func adjoints(layer: Layer) {
        let folding = layer.folding
        var numbers = SplitMix64(seed: 11)
        for type in [ScalarType.float32, .bfloat16] {
            let input = Tensor.random([3, layer.time, layer.inputs], type, using: &numbers)
            let blocks = Tensor.random(folding.folded(input).shape, type, using: &numbers)
            #expect(blocks.time == (layer.time + layer.stride - 1) / layer.stride)
            expectAdjoint(
                input, folding.folded(input), blocks, folding.unfolded(blocks, time: layer.time), within: 1e-12)
            #expect(folding.unfolded(folding.folded(input), time: layer.time).values == input.values)

            let narrow = Tensor.random([3, blocks.time, layer.outputs], type, using: &numbers)
            let wide = Tensor.random([3, blocks.time, folding.convolution.outputChannels], type, using: &numbers)
            expectAdjoint(narrow, folding.widened(narrow), wide, folding.narrowed(wide), within: 1e-12)
            #expect(folding.narrowed(folding.widened(narrow)).values == narrow.values)
        }
        let weights = Tensor.random(folding.weightShape, using: &numbers)
        let folded = Tensor.random(folding.convolution.weightShape, using: &numbers)
        expectAdjoint(weights, folding.foldedWeights(weights), folded, folding.stridedWeights(folded), within: 1e-12)
    }
}
