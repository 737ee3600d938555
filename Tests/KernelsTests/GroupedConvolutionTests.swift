import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: GroupedConvolution.isFast)) struct GroupedConvolutionTests {
    typealias Layer = PolyphaseConvolutionTests.Layer

    /// With more steps than a chunk has, and wide groups.
    static let layers =
        PolyphaseConvolutionTests.layers.filter { $0.folding.dilation == 1 || $0.folding.dilation % $0.stride != 0 } + [
            Layer(16, 64, groups: 4, time: 1290), Layer(8, 6, groups: 2, stride: 2, time: 701),
            Layer(40, 36, groups: 1, stride: 4, time: 75), Layer(5, 50, groups: 1, stride: 4, time: 130),
        ]

    @Test("A strided convolution in groups is its definition", arguments: layers)
    func forward(layer: Layer) {
        let draw = PolyphaseConvolutionTests.Draw(layer)
        let convolution = GroupedConvolution(draw.weights, layer.folding)
        let expected = layer.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles)
        let output = convolution.output(of: draw.input, bias: draw.bias, negativeSlope: nil)
        #expect(output.shape == draw.gradient.shape)
        expectAgreement(output, with: expected, within: singleRounding)
        expectAgreement(
            convolution.output(of: draw.input, bias: draw.bias, negativeSlope: 0.2),
            with: expected.map { ReferencePasses.leakyReLU($0, Double(Float(0.2))) }, within: singleRounding)
    }

    @Test("Its gradients are the definition's", arguments: layers)
    func gradients(layer: Layer) {
        let draw = PolyphaseConvolutionTests.Draw(layer)
        let convolution = GroupedConvolution(draw.weights, layer.folding)
        expectAgreement(
            convolution.inputGradient(from: draw.gradient, time: layer.time),
            with: layer.reference.inputGradient(draw.gradient.doubles, draw.weights.doubles), within: singleRounding)
        let parts = convolution.weightGradient(input: draw.input, gradient: draw.gradient)
        #expect(parts.weights.shape == draw.weights.shape)
        expectAgreement(
            parts.weights, with: layer.reference.weightGradient(draw.input.doubles, draw.gradient.doubles),
            within: singleRounding)
        expectAgreement(
            parts.bias, with: layer.reference.biasGradient(draw.gradient.doubles, channels: layer.outputs),
            within: singleRounding)
    }

    @Test("<Ax, y> = <x, A'y>, whoever does which part of the work", arguments: layers)
    func adjoint(layer: Layer) {
        let draw = PolyphaseConvolutionTests.Draw(layer)
        let convolution = GroupedConvolution(draw.weights, layer.folding)
        let output = convolution.output(of: draw.input, bias: .zeros([layer.outputs]), negativeSlope: nil)
        let back = convolution.inputGradient(from: draw.gradient, time: layer.time)
        expectAdjoint(draw.input, output, draw.gradient, back)
        #expect(back.values == convolution.inputGradient(from: draw.gradient, time: layer.time).values)
    }
}
