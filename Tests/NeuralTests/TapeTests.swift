import Kernels
import Neural
import Tensors
import TestSupport
import Testing

@Suite struct TapeTests {
    let engine = Engine()

    /// Checks the gradient of `<operation(x), c>` with respect to x.
    func check(
        _ shape: [Int], seed: UInt64 = 36, sourceLocation: SourceLocation = #_sourceLocation,
        _ operation: (Tape, Variable) -> Variable
    ) {
        var numbers = SplitMix64(seed: seed)
        let input = Tensor.random(shape, using: &numbers)
        let tape = Tape(engine)
        let variable = Variable(input, needsGradient: true)
        let output = operation(tape, variable)
        let weights = Tensor.random(output.value.shape, using: &numbers)
        output.accumulate(weights)
        tape.backward()
        expectGradient(variable.takeGradient()!, at: input, sourceLocation: sourceLocation) {
            innerProduct(operation(Tape(engine), Variable($0)).value, weights)
        }
    }

    @Test("Padding with and without a leaky ReLU has the finite differences' gradient")
    func padding() {
        check([2, 9, 5]) { $0.reflectionPadded($1, by: 3) }
        check([2, 9, 17]) { $0.reflectionPadded($1, by: 8, negativeSlope: 0.2) }
    }

    @Test("Hyperbolic tangent and pooling have the finite differences' gradients")
    func tanhAndPooling() {
        check([2, 21, 1]) { $0.tanh($1) }
        check([2, 21, 1]) { $0.averagePooled($1) }
        check([2, 21, 1]) { $0.tanh($0.averagePooled($1)) }
    }

    @Test("A residual block, whose input is used twice and whose sum is shared")
    func residualBlock() {
        var numbers = SplitMix64(seed: 37)
        let geometry = ConvolutionGeometry(from: 6, to: 6, kernel: 3)
        let dilated = WeightNormConvolution("dilated", .plain(geometry), using: &numbers)
        let shortcut = WeightNormConvolution("shortcut", .plain(.init(from: 6, to: 6, kernel: 1)), using: &numbers)
        let pointwise = WeightNormConvolution("pointwise", .plain(.init(from: 6, to: 6, kernel: 1)), using: &numbers)
        func block(_ tape: Tape, _ input: Variable) -> Variable {
            let hidden = tape.convolution(
                tape.reflectionPadded(input, by: 1, negativeSlope: 0.2), by: dilated, negativeSlope: 0.2)
            return tape.convolution(
                hidden, by: pointwise, addedTo: tape.convolution(input, by: shortcut), negativeSlope: 0.2)
        }
        check([2, 12, 6], block)
        // Two in a row, the same layers: their weights' gradients are sums over both uses.
        let input = Tensor.random([2, 12, 6], using: &numbers)
        let tape = Tape(engine)
        let output = block(tape, block(tape, Variable(input)))
        let weights = Tensor.random(output.value.shape, using: &numbers)
        output.accumulate(weights)
        tape.backward()
        expectGradient(tape.gradients["dilated.weight_v"]!, at: dilated.direction.value, step: 3e-4) { moved in
            var dilated = dilated
            dilated.direction.value = moved
            func block(_ tape: Tape, _ input: Variable) -> Variable {
                let hidden = tape.convolution(
                    tape.reflectionPadded(input, by: 1, negativeSlope: 0.2), by: dilated, negativeSlope: 0.2)
                return tape.convolution(
                    hidden, by: pointwise, addedTo: tape.convolution(input, by: shortcut), negativeSlope: 0.2)
            }
            let tape = Tape(engine)
            return innerProduct(block(tape, block(tape, Variable(input))).value, weights)
        }
    }

    @Test("A change of type goes back in the type that came in")
    func conversion() {
        let variable = Variable(Tensor([1, -2, 3], shape: [3]), needsGradient: true)
        let tape = Tape(engine)
        let narrow = tape.converted(variable, to: .bfloat16)
        #expect(narrow.value.type == .bfloat16 && narrow.value.values == [1, -2, 3])
        #expect(tape.converted(variable, to: .float32) === variable)
        narrow.accumulate(Tensor([0.5, 0.25, -1], shape: [3]))
        tape.backward()
        let gradient = variable.takeGradient()!
        #expect(gradient.type == .float32 && gradient.values == [0.5, 0.25, -1])
    }

    @Test("What needs no gradient gets none")
    func withoutGradient() {
        let tape = Tape(engine)
        let input = Variable(Tensor([1, 2, 3, 4], shape: [1, 4, 1]))
        let output = tape.tanh(tape.averagePooled(tape.reflectionPadded(input, by: 1)))
        #expect(!output.needsGradient)
        output.accumulate(Tensor(output.value.values, shape: output.value.shape))
        tape.backward()
        #expect(input.takeGradient() == nil && tape.gradients.isEmpty)
    }
}
