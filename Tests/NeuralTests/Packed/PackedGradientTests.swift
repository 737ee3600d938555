import Kernels
import Neural
import Tensors
import TestSupport
import Testing

/// Every layer over packed signals: the gradients of a weighted sum of its outputs are what finite differences show, for the
/// input and for each parameter.
@Suite struct PackedGradientTests {
    static let layout = SignalLayout(lengths: [5, 1, 19, 3])

    static func signals(_ channels: Int, seed: UInt64, _ layout: SignalLayout = layout) -> Tensor {
        var numbers = SplitMix64(seed: seed)
        let tensor = Tensor.random([1, layout.rowCount, channels], using: &numbers)
        layout.clearMargins(of: tensor)
        return tensor
    }

    /// `<layer(x), c>`, c fixed and random, in the margins too: what is there must not reach any gradient.
    func check<Layer: Parameterised>(
        _ layer: Layer, inputs: Int, outputs: Int, outputLayout: SignalLayout = layout, step: Double = 3e-3,
        sourceLocation: SourceLocation = #_sourceLocation,
        apply: (Variable, Layer, Tape) -> Variable
    ) {
        let engine = Engine()
        var numbers = SplitMix64(seed: 40)
        let weights = Tensor.random([1, outputLayout.rowCount, outputs], using: &numbers)
        let input = Self.signals(inputs, seed: 41)
        func run(_ input: Tensor, _ layer: Layer) -> (tape: Tape, input: Variable, output: Variable) {
            let tape = Tape(engine)
            let variable = Variable(input, needsGradient: true)
            return (tape, variable, apply(variable, layer, tape))
        }
        let (tape, variable, output) = run(input, layer)
        #expect(output.value.shape == weights.shape, sourceLocation: sourceLocation)
        output.accumulate(weights)
        tape.backward()
        let gradient = variable.takeGradient()!.copied()
        Self.layout.clearMargins(of: gradient)
        expectGradient(gradient, at: input, step: step, "input", sourceLocation: sourceLocation) { moved in
            let moved = moved.copied()
            Self.layout.clearMargins(of: moved)
            return innerProduct(run(moved, layer).output.value, weights)
        }
        for parameter in layer.parameters {
            guard let gradient = tape.gradients[parameter.name] else {
                Issue.record("no gradient of \(parameter.name)", sourceLocation: sourceLocation)
                continue
            }
            expectGradient(gradient, at: parameter.value, step: step, parameter.name, sourceLocation: sourceLocation) { moved in
                var other = layer
                other.visitParameters { if $0.name == parameter.name { $0.value = moved } }
                return innerProduct(run(input, other).output.value, weights)
            }
        }
    }

    @Test("A convolution's gradients are the finite differences'", arguments: [1, 3, 7], [false, true])
    func convolution(kernel: Int, rectifies: Bool) {
        var numbers = SplitMix64(seed: 1)
        let layer = PackedConvolution("layer", from: 20, to: 33, kernel: kernel, using: &numbers)
        // Few of a leaky ReLU's kinks lie between points that are near to each other.
        check(layer.shaken(), inputs: 20, outputs: 33, step: rectifies ? 3e-4 : 3e-3) {
            $2.convolution($0, by: $1, Self.layout, rectifies: rectifies)
        }
    }

    @Test(
        "A convolution from and to single channels has the finite differences' gradients", arguments: [(1, 32), (32, 1), (4, 16)])
    func narrow(inputs: Int, outputs: Int) {
        var numbers = SplitMix64(seed: 2)
        let layer = PackedConvolution("layer", from: inputs, to: outputs, kernel: 3, using: &numbers)
        check(layer.shaken(), inputs: inputs, outputs: outputs) { $2.convolution($0, by: $1, Self.layout) }
    }

    @Test("Layer normalisation's gradients are the finite differences'")
    func layerNorm() {
        check(LayerNorm("layer", channels: 32).shaken(), inputs: 32, outputs: 32) {
            $2.normalized($0, by: $1, Self.layout)
        }
    }

    @Test("A block's gradients are the finite differences'", arguments: [nil, 0.4] as [Float?])
    func block(rate: Float?) {
        var numbers = SplitMix64(seed: 3)
        let layer = ConvNeXtBlock("layer", channels: 32, hidden: 48, kernel: 5, scale: 0.5, using: &numbers)
        let dropout = rate.map { Dropout(rate: $0, key: 77) }
        check(layer.shaken(), inputs: 32, outputs: 32) { $2.block($0, by: $1, Self.layout, dropout: dropout) }
    }

    @Test("Dropped, scaled, summed and repeated variables have the finite differences' gradients")
    func steps() {
        var numbers = SplitMix64(seed: 4)
        let layer = PackedConvolution("layer", from: 16, to: 16, using: &numbers)
        let repetition = RowRepetition(
            Self.layout, counts: [[1, 0, 3, 2, 1], [4], (0..<19).map { $0 % 3 }, [0, 0, 2]])
        check(layer.shaken(), inputs: 16, outputs: 16, outputLayout: repetition.output) { input, layer, tape in
            let hidden = tape.convolution(input, by: layer, Self.layout)
            let dropped = tape.dropped(hidden, Dropout(rate: 0.3, key: 5))
            return tape.repeated(tape.sum(of: [input, dropped, hidden]), repetition)
        }
    }

    @Test("A scaled gradient is that multiple of the plain one, and the numbers stay")
    func scaledGradient() {
        let tape = Tape(Engine())
        let input = Variable(Self.signals(16, seed: 6), needsGradient: true)
        let result = tape.withGradient(of: input, scaledBy: 0.25)
        #expect(result.value.values == input.value.values)
        let gradient = Self.signals(16, seed: 7)
        result.accumulate(gradient)
        tape.backward()
        #expect(input.takeGradient()!.values == gradient.values.map { $0 * 0.25 })
    }

    @Test("An embedding gives each row its value's numbers, and gathers their gradients")
    func embedding() {
        var numbers = SplitMix64(seed: 8)
        let first = Embedding("first", count: 6, channels: 16, using: &numbers)
        let second = Embedding("second", count: 2, channels: 16, using: &numbers)
        let values = (0..<28).map { $0 % 5 }, others = (0..<28).map { $0 / 14 }
        let tape = Tape(Engine())
        let result = tape.embedded([(first, values), (second, others)], Self.layout)
        let rows = Self.layout.contentRows
        for (index, row) in rows.enumerated() {
            for channel in 0..<16 {
                #expect(
                    result.value.values[row * 16 + channel]
                        == first.table.value.values[values[index] * 16 + channel]
                        + second.table.value.values[others[index] * 16 + channel])
            }
        }
        let gradient = Self.signals(16, seed: 9)
        result.accumulate(gradient)
        tape.backward()
        for value in 0..<6 {
            let expected = rows.indices.filter { values[$0] == value }
                .reduce(Float(0)) { $0 + gradient.values[rows[$1] * 16 + 3] }
            #expect(abs(tape.gradients["first.weight"]!.values[value * 16 + 3] - expected) < 1e-5)
        }
    }
}

extension Parameterised {
    /// The same with every parameter moved a little, so that none is 0 or 1.
    func shaken() -> Self {
        var (copy, numbers) = (self, SplitMix64(seed: 99))
        copy.visitParameters { parameter in
            let noise = Tensor.random(parameter.value.shape, using: &numbers)
            parameter.value = Tensor(zip(parameter.value.values, noise.values).map { $0 + 0.3 * $1 }, shape: noise.shape)
        }
        return copy
    }
}
