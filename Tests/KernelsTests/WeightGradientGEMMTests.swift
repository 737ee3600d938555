import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite(.enabled(if: WeightGradientGEMM.isFast)) struct WeightGradientGEMMTests {
    let engine = Engine()

    /// Over more steps than a block has, and few enough channels for the plain sum to be quick.
    static let long: [ConvolutionShape] = [
        .init("32 channels, k3, dilation 9", .init(from: 32, to: 32, kernel: 3, dilation: 9), batch: 3, time: 150),
        .init("64 channels, k1", .init(from: 64, to: 64, kernel: 1), batch: 3, time: 130),
        .init("1 to 16, k15", .init(from: 1, to: 16, kernel: 15), batch: 3, time: 215),
        .init("32 to 1, k7", .init(from: 32, to: 1, kernel: 7), batch: 3, time: 206),
        .init("100 to 70, k2, padded", .init(from: 100, to: 70, kernel: 2, paddingLeft: 1, paddingRight: 1), time: 99),
        .init("7 to 3, k1, dilation 2", .init(from: 7, to: 3, kernel: 1, dilation: 2), batch: 5, time: 61),
        .init(
            "128 to 112 in 4 groups, dilated",
            .init(from: 128, to: 112, kernel: 3, dilation: 2, paddingLeft: 1, paddingRight: 4, groups: 4), time: 75),
        .init(
            "96 to 24 in 6 groups, k11",
            .init(from: 96, to: 24, kernel: 11, paddingLeft: 5, paddingRight: 5, groups: 6), batch: 9, time: 31),
        .init("one step of many entries", .init(from: 5, to: 6, kernel: 2, paddingLeft: 1), batch: 250, time: 1),
    ]

    @Test("However many threads share the work, the gradients are the definition's", arguments: long, [1, 2, 3])
    func threads(shape: ConvolutionShape, threads: Int) {
        let available = Parallel.threadCount
        Parallel.threadCount = threads
        defer { Parallel.threadCount = available }
        let draw = ConvolutionTests.Draw(shape)
        let (weights, bias) = WeightGradientGEMM(shape.geometry, input: draw.input, gradient: draw.gradient).run()
        expectAgreement(
            weights, with: shape.reference.weightGradient(draw.input.doubles, draw.gradient.doubles),
            within: singleRounding)
        expectAgreement(
            bias, with: shape.reference.biasGradient(draw.gradient.doubles, channels: shape.geometry.outputChannels),
            within: singleRounding)
        let again = WeightGradientGEMM(shape.geometry, input: draw.input, gradient: draw.gradient).run()
        #expect(again.weights.values == weights.values && again.bias.values == bias.values)
    }

    /// The models' own layers, with as many steps a thread divides.
    static let whole: [ConvolutionShape] = [
        .init("512 to 8 x 256, k2", .init(from: 512, to: 2048, kernel: 2, paddingLeft: 1, paddingRight: 1), time: 32),
        .init("256 channels, k3", .init(from: 256, to: 256, kernel: 3, dilation: 3), time: 262),
        .init("128 channels, k3", .init(from: 128, to: 128, kernel: 3, dilation: 9), time: 530),
        .init("1024 to 1024, k5", .init(from: 1024, to: 1024, kernel: 5, paddingLeft: 2, paddingRight: 2), time: 32),
        .init("1024 to 1, k3", .init(from: 1024, to: 1, kernel: 3, paddingLeft: 1, paddingRight: 1), time: 32),
        .init(
            "4096 to 4096 in 256 groups, k11",
            .init(from: 4096, to: 4096, kernel: 11, paddingLeft: 5, paddingRight: 5, groups: 256), time: 32),
    ]

    @Test("The gradients are oneDNN's", arguments: whole)
    func library(shape: ConvolutionShape) {
        let draw = ConvolutionTests.Draw(shape)
        let key = ConvolutionKey(
            geometry: shape.geometry, batch: shape.batch, inputTime: shape.time, inputType: .float32,
            outputType: .float32, hasBias: true)
        let expected = engine.weightGradientPrimitive(for: key).run(draw.input, draw.gradient, on: engine)
        let found = WeightGradientGEMM(shape.geometry, input: draw.input, gradient: draw.gradient).run()
        expectAgreement(found.weights, with: expected.weights.doubles, within: singleRounding)
        expectAgreement(found.bias, with: expected.bias!.doubles, within: singleRounding)
    }
}
