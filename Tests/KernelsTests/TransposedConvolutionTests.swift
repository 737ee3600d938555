import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct TransposedConvolutionTests {
    let engine = Engine()

    /// Channels in and out, stride, and steps.
    static let shapes = [
        (512, 256, 8, 3), (256, 128, 8, 4), (128, 64, 2, 9), (64, 32, 2, 17), (32, 16, 5, 6), (12, 7, 3, 5), (4, 3, 3, 1),
    ]

    struct Draw {
        let geometry: TransposedConvolutionGeometry
        let reference: ReferenceTransposedConvolution
        let (input, weights, bias, gradient): (Tensor, Tensor, Tensor, Tensor)

        init(_ inputs: Int, _ outputs: Int, _ stride: Int, _ time: Int) {
            var numbers = SplitMix64(seed: 8)
            geometry = TransposedConvolutionGeometry(from: inputs, to: outputs, stride: stride)
            // PyTorch's formula with the reference's padding and output padding.
            let outputTime = (time - 1) * stride - 2 * (stride / 2 + stride % 2) + 2 * stride + stride % 2
            reference = ReferenceTransposedConvolution(
                batch: 2, time: time, inputChannels: inputs, outputChannels: outputs, stride: stride,
                padding: stride / 2 + stride % 2)
            input = .random([2, time, inputs], using: &numbers)
            weights = .random([inputs, outputs, 2 * stride], using: &numbers)
            bias = .random([outputs], using: &numbers)
            gradient = .random([2, outputTime, outputs], using: &numbers)
        }

        var plain: ConvolutionWeights { ConvolutionWeights(geometry.plainWeights(weights), geometry.convolution) }
    }

    @Test("A transposed convolution is its definition", arguments: shapes)
    func forward(inputs: Int, outputs: Int, stride: Int, time: Int) {
        let draw = Draw(inputs, outputs, stride, time)
        let blocks = engine.convolution(of: draw.input, by: draw.plain, bias: draw.geometry.plainBias(draw.bias))
        let output = draw.geometry.trimmed(blocks)
        #expect(output.shape == draw.gradient.shape)
        expectAgreement(
            output,
            with: draw.reference.output(draw.input.doubles, draw.weights.doubles, bias: draw.bias.doubles), within: singleRounding)
    }

    @Test("Its gradients are the definition's", arguments: shapes)
    func gradients(inputs: Int, outputs: Int, stride: Int, time: Int) {
        let draw = Draw(inputs, outputs, stride, time)
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
            with: draw.reference.biasGradient(draw.gradient.doubles, channels: outputs), within: singleRounding)
    }

    @Test("<Ax, y> = <x, A'y> for the trim and for the arrangements of weights and bias", arguments: shapes)
    func adjoints(inputs: Int, outputs: Int, stride: Int, time: Int) {
        let geometry = TransposedConvolutionGeometry(from: inputs, to: outputs, stride: stride)
        var numbers = SplitMix64(seed: 9)
        for type in [ScalarType.float32, .bfloat16] {
            let blocks = Tensor.random([3, time + 1, stride * outputs], type, using: &numbers)
            let signal = Tensor.random([3, time * stride, outputs], type, using: &numbers)
            expectAdjoint(blocks, geometry.trimmed(blocks), signal, geometry.untrimmed(signal), within: 1e-12)
        }
        let (weights, plain) = (
            Tensor.random(geometry.weightShape, using: &numbers),
            Tensor.random(geometry.convolution.weightShape, using: &numbers)
        )
        expectAdjoint(weights, geometry.plainWeights(weights), plain, geometry.transposedWeights(plain), within: 1e-12)
        #expect(geometry.transposedWeights(geometry.plainWeights(weights)).values == weights.values)
        let (bias, wide) = (
            Tensor.random([outputs], using: &numbers), Tensor.random([stride * outputs], using: &numbers)
        )
        expectAdjoint(bias, geometry.plainBias(bias), wide, geometry.transposedBias(wide))
    }
}
