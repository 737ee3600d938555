import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct ConvolutionTests {
    let engine = Engine()

    /// Random input, weights, bias and output gradient of one shape.
    struct Draw {
        let input: Tensor
        let weights: ConvolutionWeights
        let bias: Tensor
        let gradient: Tensor

        init(_ shape: ConvolutionShape, _ type: ScalarType = .float32) {
            var numbers = SplitMix64(seed: 7)
            let geometry = shape.geometry
            input = .random([shape.batch, shape.time, geometry.inputChannels], type, using: &numbers)
            let plain = Tensor.random(geometry.weightShape, type, using: &numbers)
            weights = ConvolutionWeights(Tensor(plain.values, shape: plain.shape), geometry)
            bias = .random([geometry.outputChannels], using: &numbers)
            gradient = .random(
                [shape.batch, geometry.outputTime(from: shape.time), geometry.outputChannels], type, using: &numbers)
        }

        func output(_ shape: ConvolutionShape) -> [Double] {
            shape.reference.output(input.doubles, weights.plain.doubles, bias: bias.doubles)
        }
    }

    @Test("A convolution is its definition", arguments: ConvolutionShape.all)
    func forward(shape: ConvolutionShape) {
        let draw = Draw(shape)
        let expected = draw.output(shape)
        for forInference in [false, true] {
            let output = engine.convolution(
                of: draw.input, by: draw.weights, bias: draw.bias, forInference: forInference)
            #expect(output.shape == draw.gradient.shape && output.type == .float32)
            expectAgreement(output, with: expected, within: singleRounding, "inference: \(forInference)")
        }
    }

    @Test("Its gradients are the definition's", arguments: ConvolutionShape.all)
    func gradients(shape: ConvolutionShape) {
        let draw = Draw(shape)
        let back = engine.inputGradient(from: draw.gradient, by: draw.weights)
        expectAgreement(
            back, with: shape.reference.inputGradient(draw.gradient.doubles, draw.weights.plain.doubles), within: singleRounding)
        let parts = engine.weightGradient(
            of: shape.geometry, input: draw.input, gradient: draw.gradient, withBias: true)
        #expect(parts.weights.shape == shape.geometry.weightShape)
        expectAgreement(
            parts.weights, with: shape.reference.weightGradient(draw.input.doubles, draw.gradient.doubles),
            within: singleRounding)
        expectAgreement(
            parts.bias!,
            with: shape.reference.biasGradient(draw.gradient.doubles, channels: shape.geometry.outputChannels),
            within: singleRounding)
        #expect(
            engine.weightGradient(of: shape.geometry, input: draw.input, gradient: draw.gradient, withBias: false)
                .bias == nil)
    }

    @Test("<Ax, y> = <x, A'y> through the same weights", arguments: ConvolutionShape.all)
    func adjoint(shape: ConvolutionShape) {
        let draw = Draw(shape)
        expectAdjoint(
            draw.input, engine.convolution(of: draw.input, by: draw.weights), draw.gradient,
            engine.inputGradient(from: draw.gradient, by: draw.weights))
    }

    @Test("Sum and leaky ReLU follow the convolution, in that order", arguments: ConvolutionShape.few)
    func options(shape: ConvolutionShape) {
        let draw = Draw(shape)
        let plain = draw.output(shape)
        let summed = zip(plain, draw.gradient.doubles).map { $0 + $1 }
        let slope = Double(Float(0.2))
        let rectified = engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias, negativeSlope: 0.2)
        expectAgreement(rectified, with: plain.map { ReferencePasses.leakyReLU($0, slope) }, within: singleRounding)

        let accumulator = draw.gradient.copied()
        let sum = engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias, addedTo: accumulator)
        #expect(sum.address == accumulator.address)
        expectAgreement(sum, with: summed, within: singleRounding)

        let both = engine.convolution(
            of: draw.input, by: draw.weights, bias: draw.bias, addedTo: draw.gradient.copied(), negativeSlope: 0.2,
            forInference: true)
        expectAgreement(both, with: summed.map { ReferencePasses.leakyReLU($0, slope) }, within: singleRounding)
    }

    @Test("An input gradient adds to what is there", arguments: ConvolutionShape.few)
    func accumulatedGradient(shape: ConvolutionShape) {
        let draw = Draw(shape)
        let back = shape.reference.inputGradient(draw.gradient.doubles, draw.weights.plain.doubles)
        let sum = engine.inputGradient(from: draw.gradient, by: draw.weights, addedTo: draw.input.copied())
        expectAgreement(sum, with: zip(back, draw.input.doubles).map { $0 + $1 }, within: singleRounding)
    }

    @Test("In bfloat16 only the result is rounded", .enabled(if: Engine.hasBFloat16), arguments: ConvolutionShape.few)
    func narrow(shape: ConvolutionShape) {
        let draw = Draw(shape, .bfloat16)
        let expected = draw.output(shape)
        let output = engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias)
        #expect(output.type == .bfloat16)
        expectAgreement(output, with: expected, within: bfloat16Rounding)
        let wide = engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias, outputType: .float32)
        #expect(wide.type == .float32)
        expectAgreement(wide, with: expected, within: singleRounding)
        expectAdjoint(
            draw.input, engine.convolution(of: draw.input, by: draw.weights, outputType: .float32), draw.gradient,
            engine.inputGradient(from: draw.gradient, by: draw.weights, outputType: .float32))
    }

    @Test(
        "From bfloat16 the gradients of weights and bias come out in float32", .enabled(if: Engine.hasBFloat16),
        arguments: ConvolutionShape.few)
    func narrowWeightGradient(shape: ConvolutionShape) {
        let draw = Draw(shape, .bfloat16)
        let parts = engine.weightGradient(
            of: shape.geometry, input: draw.input, gradient: draw.gradient, withBias: true)
        #expect(parts.weights.type == .float32 && parts.bias!.type == .float32)
        expectAgreement(
            parts.weights, with: shape.reference.weightGradient(draw.input.doubles, draw.gradient.doubles),
            within: singleRounding)
        expectAgreement(
            parts.bias!,
            with: shape.reference.biasGradient(draw.gradient.doubles, channels: shape.geometry.outputChannels),
            within: singleRounding)
    }

    @Test("The same convolution twice gives the same bits", arguments: ConvolutionShape.few)
    func determinism(shape: ConvolutionShape) {
        func run() -> [[Float]] {
            let draw = Draw(shape)
            let engine = Engine()
            let parts = engine.weightGradient(
                of: shape.geometry, input: draw.input, gradient: draw.gradient, withBias: true)
            return [
                engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias).values,
                engine.inputGradient(from: draw.gradient, by: draw.weights).values, parts.weights.values,
                parts.bias!.values,
            ]
        }
        #expect(run() == run())
    }
}
