import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
    let engine = Engine()

    /// A transposed convolution over some steps.
    struct Layer: CustomTestStringConvertible, Sendable {
        let geometry: TransposedConvolutionGeometry
        let time: Int

        var testDescription: String {
            "\(geometry.inputChannels) to \(geometry.outputChannels), k\(geometry.kernel) s\(geometry.stride) p\(geometry.padding) "
                + "op\(geometry.outputPadding), \(time) steps"
        }

        var reference: ReferenceTransposedConvolution {
            ReferenceTransposedConvolution(
                batch: 2, time: time, inputChannels: geometry.inputChannels, outputChannels: geometry.outputChannels,
                kernel: geometry.kernel, stride: geometry.stride, padding: geometry.padding,
                outputPadding: geometry.outputPadding)
        }
    }

    /// MelGAN's upsamplings: channels in and out, stride, and steps.
    static let upsamplings: [Layer] = [
        (512, 256, 8, 3), (256, 128, 8, 4), (128, 64, 2, 9), (64, 32, 2, 17), (32, 16, 5, 6), (12, 7, 3, 5), (4, 3, 3, 1),
    ].map { Layer(geometry: .init(from: $0.0, to: $0.1, stride: $0.2), time: $0.3) }

    /// Every kernel from 1 to 11 by every stride from 1 to 8, and HiFi-GAN's, each with some padding and output padding.
    static let others: [Layer] =
        (1...11).flatMap { kernel in
            (1...8).map { stride in
                let padding = (kernel * 3 + stride) % (kernel + 2) / 2
                let outputPadding = (kernel + stride * 5) % stride
                let least = (2 * padding - kernel - outputPadding) / stride + 2
                return Layer(
                    geometry: .init(
                        from: 3 + stride % 3, to: 2 + kernel % 4, kernel: kernel, stride: stride, padding: padding,
                        outputPadding: outputPadding), time: max(least, 1) + (kernel + stride) % 4)
            }
        } + [
            Layer(geometry: .init(from: 16, to: 8, kernel: 16, stride: 8, padding: 4), time: 5),
            Layer(geometry: .init(from: 8, to: 4, kernel: 4, stride: 2, padding: 1), time: 7),
            Layer(geometry: .init(from: 8, to: 4, kernel: 11, stride: 5, padding: 3), time: 7),
            Layer(geometry: .init(from: 8, to: 4, kernel: 4, stride: 2, outputPadding: 1), time: 3),
            Layer(geometry: .init(from: 8, to: 4, kernel: 7, stride: 2, padding: 5), time: 5),
        ]

    static let layers = upsamplings + others

    struct Draw {
        let geometry: TransposedConvolutionGeometry
        let reference: ReferenceTransposedConvolution
        let (input, weights, bias, gradient): (Tensor, Tensor, Tensor, Tensor)

        init(_ layer: Layer, _ type: ScalarType = .float32) {
            var numbers = SplitMix64(seed: 8)
            (geometry, reference) = (layer.geometry, layer.reference)
            input = .random([2, layer.time, geometry.inputChannels], type, using: &numbers)
            let drawn = Tensor.random(geometry.weightShape, type, using: &numbers)
            weights = Tensor(drawn.values, shape: drawn.shape)
            bias = .random([geometry.outputChannels], using: &numbers)
            gradient = .random([2, reference.outputTime, geometry.outputChannels], type, using: &numbers)
        }

        var plain: ConvolutionWeights { ConvolutionWeights(geometry.plainWeights(weights), geometry.convolution) }
    }

    @Test("A transposed convolution is its definition", arguments: layers)
    func forward(layer: Layer) {
        let draw = Draw(layer)
        let blocks = engine.convolution(of: draw.input, by: draw.plain, bias: draw.geometry.plainBias(draw.bias))
        let output = draw.geometry.trimmed(blocks)
        #expect(output.shape == draw.gradient.shape)
        expectAgreement(
            output,
            with: draw.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles), within: singleRounding)
    }

    @Test("Its gradients are the definition's", arguments: layers)
    func gradients(layer: Layer) {
        let draw = Draw(layer)
        let blocks = draw.geometry.untrimmed(draw.gradient)
        let back = engine.inputGradient(from: blocks, by: draw.plain)
        expectAgreement(
            back, with: draw.reference.inputGradient(draw.gradient.doubles, draw.weights.doubles), within: singleRounding)
        let parts = engine.weightGradient(
            of: draw.geometry.convolution, input: draw.input, gradient: blocks, withBias: true)
        expectAgreement(
            draw.geometry.transposedWeights(parts.weights),
            with: draw.reference.weightGradient(draw.input.doubles, draw.gradient.doubles), within: singleRounding)
        expectAgreement(
            draw.geometry.transposedBias(parts.bias!),
            with: draw.reference.biasGradient(draw.gradient.doubles, channels: draw.geometry.outputChannels),
            within: singleRounding)
    }

    @Test("The packed GEMM gives the same result", arguments: layers)
    func packedGEMM(layer: Layer) {
        let (draw, geometry) = (Draw(layer), layer.geometry)
        let product = PackedGEMM(
            from: geometry.inputChannels, to: geometry.stride * geometry.outputChannels, shifts: Array(0..<geometry.taps),
            taps: geometry.matrix(of: draw.weights), bias: geometry.plainBias(draw.bias))
        // Only the first batch entry, with zeros around it.
        let (reach, width) = (geometry.taps - 1, geometry.inputChannels)
        let input = Tensor.zeros([1, layer.time + 2 * reach, width])
        (input.pointer(Float.self) + reach * width).update(from: draw.input.pointer(Float.self), count: layer.time * width)
        let blocks = Tensor([1, layer.time + reach, geometry.stride * geometry.outputChannels])
        product.run(
            layer.time + reach, input: Rows(input.pointer(Float.self), stride: width),
            output: Rows(blocks.pointer(Float.self), stride: blocks.channels))
        let expected = draw.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles)
        expectAgreement(geometry.trimmed(blocks), with: Array(expected.prefix(expected.count / 2)), within: singleRounding)
        withExtendedLifetime(input) {}
    }

    @Test("In bfloat16 only the result is rounded", .enabled(if: Engine.hasBFloat16), arguments: others)
    func bfloat16(layer: Layer) {
        let draw = Draw(layer, .bfloat16)
        let output = draw.geometry.trimmed(
            engine.convolution(of: draw.input, by: draw.plain, bias: draw.geometry.plainBias(draw.bias)))
        #expect(output.type == .bfloat16)
        expectAgreement(
            output, with: draw.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles),
            within: bfloat16Rounding)
        let blocks = draw.geometry.untrimmed(draw.gradient)
        expectAgreement(
            engine.inputGradient(from: blocks, by: draw.plain, outputType: .float32),
            with: draw.reference.inputGradient(draw.gradient.doubles, draw.weights.doubles), within: singleRounding)
        let parts = engine.weightGradient(
            of: draw.geometry.convolution, input: draw.input, gradient: blocks, withBias: true)
        expectAgreement(
            draw.geometry.transposedWeights(parts.weights),
            with: draw.reference.weightGradient(draw.input.doubles, draw.gradient.doubles), within: singleRounding)
    }

    @Test("<Ax, y> = <x, A'y> for the trim and for the arrangements of weights and bias", arguments: layers)
    func adjoints(layer: Layer) {
        let (geometry, outputs) = (layer.geometry, layer.geometry.outputChannels)
        var numbers = SplitMix64(seed: 9)
        for type in [ScalarType.float32, .bfloat16] {
            let blocks = Tensor.random([3, layer.time + geometry.taps - 1, geometry.stride * outputs], type, using: &numbers)
            let signal = Tensor.random([3, layer.reference.outputTime, outputs], type, using: &numbers)
            expectAdjoint(blocks, geometry.trimmed(blocks), signal, geometry.untrimmed(signal), within: 1e-12)
        }
        let (weights, plain) = (
            Tensor.random(geometry.weightShape, using: &numbers),
            Tensor.random(geometry.convolution.weightShape, using: &numbers)
        )
        expectAdjoint(weights, geometry.plainWeights(weights), plain, geometry.transposedWeights(plain), within: 1e-12)
        #expect(geometry.transposedWeights(geometry.plainWeights(weights)).values == weights.values)
        let (bias, wide) = (
            Tensor.random([outputs], using: &numbers), Tensor.random([geometry.stride * outputs], using: &numbers)
        )
        expectAdjoint(bias, geometry.plainBias(bias), wide, geometry.transposedBias(wide))
    }
}
