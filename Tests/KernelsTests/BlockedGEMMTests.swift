import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite(.enabled(if: WeightGradientGEMM.isFast)) struct BlockedGEMMTests {
    static let shapes: [ConvolutionShape] = [
        .init("512 to 8 x 256, k2", .init(from: 512, to: 2048, kernel: 2, paddingLeft: 1, paddingRight: 1), time: 3),
        .init(
            "700 to 410, k8, dilated", .init(from: 700, to: 410, kernel: 8, dilation: 2, paddingLeft: 3, paddingRight: 14),
            batch: 3, time: 5),
    ]

    @Test("A convolution in blocks is its definition, sum and leaky ReLU last", arguments: shapes)
    func forward(shape: ConvolutionShape) {
        #expect(BlockedGEMM.suits(shape.geometry))
        let draw = ConvolutionTests.Draw(shape)
        let slope = Double(Float(0.2))
        let plain = draw.output(shape)
        let engine = Engine()
        expectAgreement(
            engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias, negativeSlope: 0.2),
            with: plain.map { ReferencePasses.leakyReLU($0, slope) }, within: singleRounding)
        let unbiased = shape.reference.output(draw.input.doubles, draw.weights.plain.doubles, bias: [0])
        let sum = engine.convolution(
            of: draw.input, by: draw.weights, addedTo: draw.gradient.copied(), negativeSlope: 0.2)
        expectAgreement(
            sum, with: zip(unbiased, draw.gradient.doubles).map { ReferencePasses.leakyReLU($0 + $1, slope) },
            within: singleRounding)
        #expect(engine.primitiveCount == 0)
    }

    @Test("Its input gradient is the definition's, added to the present values", arguments: shapes)
    func inputGradient(shape: ConvolutionShape) {
        let draw = ConvolutionTests.Draw(shape)
        let back = shape.reference.inputGradient(draw.gradient.doubles, draw.weights.plain.doubles)
        let engine = Engine()
        expectAgreement(engine.inputGradient(from: draw.gradient, by: draw.weights), with: back, within: singleRounding)
        let sum = engine.inputGradient(from: draw.gradient, by: draw.weights, addedTo: draw.input.copied())
        expectAgreement(sum, with: zip(back, draw.input.doubles).map { $0 + $1 }, within: singleRounding)
        #expect(engine.primitiveCount == 0)
    }
}
