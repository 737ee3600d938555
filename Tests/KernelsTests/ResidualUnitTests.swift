import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite(.enabled(if: WeightGradientGEMM.isFast)) struct ResidualUnitTests {
    struct Shape: CustomTestStringConvertible, Sendable {
        let (channels, time, dilation, rectifies): (Int, Int, Int, Bool)
        var testDescription: String { "\(channels) channels, \(time) steps, dilation \(dilation)" }

        init(_ channels: Int, _ time: Int, _ dilation: Int, rectifies: Bool = false) {
            (self.channels, self.time, self.dilation, self.rectifies) = (channels, time, dilation, rectifies)
        }
    }

    static let shapes = [
        Shape(32, 1301, 9), Shape(64, 700, 3, rectifies: true), Shape(128, 401, 1), Shape(128, 330, 9, rectifies: true),
        Shape(3, 10, 9), Shape(2, 2, 1, rectifies: true), Shape(17, 33, 3),
    ]

    struct Draw {
        let (input, gradient): (Tensor, Tensor)
        let weights: [Tensor]
        let biases: [Tensor]
        let unit: ResidualUnit

        init(_ shape: Shape) {
            var numbers = SplitMix64(seed: 40)
            let channels = shape.channels
            input = .random([3, shape.time, channels], using: &numbers)
            gradient = .random([3, shape.time, channels], using: &numbers)
            weights = [3, 1, 1].map { .random([channels, channels, $0], using: &numbers) }
            biases = (0..<3).map { _ in .random([channels], using: &numbers) }
            unit = ResidualUnit(
                dilated: .init(weights: weights[0], bias: biases[0]), pointwise: .init(weights: weights[1], bias: biases[1]),
                shortcut: .init(weights: weights[2], bias: biases[2]), dilation: shape.dilation, negativeSlope: 0.2)
        }
    }

    /// The same unit computed layer by layer.
    struct Plain {
        let (padded, hidden, output): (Tensor, Tensor, Tensor)
        let layers: [ConvolutionWeights]
        let engine = Engine()

        init(_ draw: Draw, _ shape: Shape) {
            let channels = shape.channels
            let geometries = [
                ConvolutionGeometry(from: channels, to: channels, kernel: 3, dilation: shape.dilation),
                ConvolutionGeometry(from: channels, to: channels, kernel: 1),
                ConvolutionGeometry(from: channels, to: channels, kernel: 1),
            ]
            layers = zip(draw.weights, geometries).map { ConvolutionWeights($0, $1) }
            padded = ReflectionPadding.padded(draw.input, by: shape.dilation, negativeSlope: 0.2)
            hidden = engine.convolution(of: padded, by: layers[0], bias: draw.biases[0], negativeSlope: 0.2)
            let bypass = engine.convolution(of: draw.input, by: layers[2], bias: draw.biases[2])
            output = engine.convolution(
                of: hidden, by: layers[1], bias: draw.biases[1], addedTo: bypass,
                negativeSlope: shape.rectifies ? 0.2 : nil)
        }

        func gradients(_ draw: Draw, _ shape: Shape) -> (input: Tensor, layers: [(weights: Tensor, bias: Tensor?)]) {
            let gradient = draw.gradient.copied()
            if shape.rectifies { Elementwise.multiplyByLeakyReLUGradient(gradient, output: output, negativeSlope: 0.2) }
            let inner = engine.inputGradient(from: gradient, by: layers[1])
            Elementwise.multiplyByLeakyReLUGradient(inner, output: hidden, negativeSlope: 0.2)
            let through = ReflectionPadding.inputGradient(
                from: engine.inputGradient(from: inner, by: layers[0]), input: draw.input, by: shape.dilation,
                negativeSlope: 0.2, addedTo: engine.inputGradient(from: gradient, by: layers[2]))
            let pairs = [(padded, inner), (hidden, gradient), (draw.input, gradient)]
            return (
                through,
                zip(layers, pairs).map {
                    engine.weightGradient(of: $0.geometry, input: $1.0, gradient: $1.1, withBias: true)
                }
            )
        }
    }

    @Test("A residual unit in tiles is its layers one after the other", arguments: shapes)
    func forward(shape: Shape) {
        let draw = Draw(shape)
        let plain = Plain(draw, shape)
        let (output, hidden) = draw.unit.output(of: draw.input, rectifies: shape.rectifies)
        expectAgreement(hidden, with: plain.hidden.doubles, within: singleRounding)
        expectAgreement(output, with: plain.output.doubles, within: singleRounding)
    }

    @Test("Its gradients are those of the layers, with the same bits each time", arguments: shapes, [1, 2, 3])
    func gradients(shape: Shape, threads: Int) {
        let available = Parallel.threadCount
        Parallel.threadCount = threads
        defer { Parallel.threadCount = available }
        let draw = Draw(shape)
        let plain = Plain(draw, shape)
        let expected = plain.gradients(draw, shape)
        func gradients() -> ResidualUnit.Gradients {
            draw.unit.gradients(
                of: draw.input, hidden: plain.hidden, output: shape.rectifies ? plain.output : nil,
                gradient: draw.gradient)
        }
        let found = gradients()
        expectAgreement(found.input, with: expected.input.doubles, within: singleRounding)
        for (part, other) in zip([found.dilated, found.pointwise, found.shortcut], expected.layers) {
            expectAgreement(part.weights, with: other.weights.doubles, within: singleRounding)
            expectAgreement(part.bias, with: other.bias!.doubles, within: singleRounding)
        }
        let again = gradients()
        #expect(again.input.values == found.input.values)
        #expect(again.dilated.weights.values == found.dilated.weights.values)
    }
}
