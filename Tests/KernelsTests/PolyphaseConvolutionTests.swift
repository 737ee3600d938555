import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct PolyphaseConvolutionTests {
    let engine = Engine()

    /// A strided convolution over some steps, which need not be a multiple of the stride.
    struct Layer: CustomTestStringConvertible, Sendable {
        let folding: PolyphaseConvolution
        let time: Int

        var inputs: Int { folding.inputChannels }
        var outputs: Int { folding.outputChannels }
        var stride: Int { folding.stride }

        var testDescription: String {
            "\(inputs) to \(outputs) in \(folding.groups) groups, k\(folding.kernel) s\(stride) d\(folding.dilation) "
                + "p\(folding.paddingLeft),\(folding.paddingRight), \(time) steps"
        }

        var reference: ReferenceConvolution {
            ReferenceConvolution(
                batch: 2, time: time, inputChannels: inputs, outputChannels: outputs, kernel: folding.kernel,
                stride: stride, dilation: folding.dilation, paddingLeft: folding.paddingLeft,
                paddingRight: folding.paddingRight, groups: folding.groups)
        }

        init(_ folding: PolyphaseConvolution, time: Int) { (self.folding, self.time) = (folding, time) }

        /// One of MelGAN's, with a kernel of ten times the stride and one.
        init(_ inputs: Int, _ outputs: Int, groups: Int, stride: Int = 4, time: Int) {
            folding = PolyphaseConvolution(from: inputs, to: outputs, kernel: 10 * stride + 1, stride: stride, groups: groups)
            self.time = time
        }
    }

    static let discriminator: [Layer] =
        [61, 64, 1].map { Layer(16, 64, groups: 4, time: $0) } + [
            Layer(64, 256, groups: 16, time: 18), Layer(256, 1024, groups: 64, time: 11),
            Layer(1024, 1024, groups: 256, time: 7), Layer(8, 8, groups: 2, time: 13), Layer(4, 16, groups: 1, time: 9),
            Layer(4, 12, groups: 1, stride: 2, time: 9), Layer(8, 40, groups: 2, stride: 3, time: 10),
        ]

    /// Every kernel from 1 to 11 by every stride from 1 to 8, each with some dilation, padding, groups and length, from the
    /// fewest steps on, which padding may make fewer than the kernel reaches over.
    static let others: [Layer] =
        (1...11).flatMap { kernel in
            (1...8).map { stride in
                let dilation = 1 + (kernel * 2 + stride) % 3
                let reach = (kernel - 1) * dilation
                let (left, right) = ((kernel * 5 + stride * 3) % (reach / 2 + 3), (kernel + stride) % (reach / 2 + 2))
                let groups = 1 + (kernel + stride / 2) % 3
                return Layer(
                    .init(
                        from: groups * (1 + stride % 3), to: groups * (1 + kernel % 4), kernel: kernel, stride: stride,
                        dilation: dilation, paddingLeft: left, paddingRight: right, groups: groups),
                    time: max(1, reach + 1 - left - right) + (kernel * stride) % 17)
            }
        } + [
            // HiFi-GAN's discriminators.
            Layer(.init(from: 1, to: 32, kernel: 5, stride: 3, paddingLeft: 2, paddingRight: 2), time: 41),
            Layer(.init(from: 32, to: 128, kernel: 5, stride: 3, paddingLeft: 2, paddingRight: 2), time: 14),
            Layer(.init(from: 128, to: 128, kernel: 5, stride: 3, paddingLeft: 2, paddingRight: 2), time: 1),
            Layer(.init(from: 64, to: 64, kernel: 41, stride: 2, paddingLeft: 20, paddingRight: 20, groups: 4), time: 33),
            // The last steps are in no block, and reached by no tap.
            Layer(.init(from: 6, to: 4, kernel: 1, stride: 8, paddingLeft: 0, paddingRight: 0), time: 8),
            Layer(.init(from: 6, to: 4, kernel: 2, stride: 8, paddingLeft: 30, paddingRight: 1, groups: 2), time: 300),
        ]

    static let layers = discriminator + others

    struct Draw {
        let (input, weights, bias, gradient): (Tensor, Tensor, Tensor, Tensor)

        init(_ layer: Layer, _ type: ScalarType = .float32) {
            var numbers = SplitMix64(seed: 10)
            input = .random([2, layer.time, layer.inputs], type, using: &numbers)
            let drawn = Tensor.random(layer.folding.weightShape, type, using: &numbers)
            weights = Tensor(drawn.values, shape: drawn.shape)
            bias = .random([1, 1, layer.outputs], using: &numbers)
            gradient = .random([2, layer.reference.outputTime, layer.outputs], type, using: &numbers)
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

    @Test("In bfloat16 only the result is rounded", .enabled(if: Engine.hasBFloat16), arguments: others)
    func bfloat16(layer: Layer) {
        let (folding, draw) = (layer.folding, Draw(layer, .bfloat16))
        let weights = ConvolutionWeights(folding.foldedWeights(draw.weights), folding.convolution)
        let bias = folding.widened(draw.bias)
        let output = folding.narrowed(
            engine.convolution(of: folding.folded(draw.input), by: weights, bias: bias.reshaped([bias.count])))
        #expect(output.type == .bfloat16)
        expectAgreement(
            output, with: layer.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles),
            within: bfloat16Rounding)
        let wide = folding.widened(draw.gradient)
        expectAgreement(
            folding.unfolded(engine.inputGradient(from: wide, by: weights, outputType: .float32), time: layer.time),
            with: layer.reference.inputGradient(draw.gradient.doubles, draw.weights.doubles), within: singleRounding)
        let parts = engine.weightGradient(
            of: folding.convolution, input: folding.folded(draw.input), gradient: wide, withBias: true)
        expectAgreement(
            folding.stridedWeights(parts.weights),
            with: layer.reference.weightGradient(draw.input.doubles, draw.gradient.doubles), within: singleRounding)
    }

    @Test("<Ax, y> = <x, A'y> for the polyphase arrangement, widening and the weights", arguments: layers)
    func adjoints(layer: Layer) {
        let folding = layer.folding
        var numbers = SplitMix64(seed: 11)
        for type in [ScalarType.float32, .bfloat16] {
            let input = Tensor.random([3, layer.time, layer.inputs], type, using: &numbers)
            let blocks = Tensor.random(folding.folded(input).shape, type, using: &numbers)
            #expect(folding.outputTime(from: layer.time) == layer.reference.outputTime)
            expectAdjoint(
                input, folding.folded(input), blocks, folding.unfolded(blocks, time: layer.time), within: 1e-12)

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
