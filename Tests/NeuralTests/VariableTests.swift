import Neural
import Tensors
import Testing

@Suite struct VariableTests {
    @Test("Gradients add up, and none of those put in is written to")
    func accumulation() {
        let variable = Variable(Tensor.zeros([1, 3, 1]), needsGradient: true)
        #expect(variable.takeGradient() == nil)
        let (first, second) = (Tensor([1, 2, 3], shape: [1, 3, 1]), Tensor([10, 20, 30], shape: [1, 3, 1]))
        variable.accumulate(first)
        variable.accumulate(second)
        variable.accumulate(second)
        #expect(variable.takeGradient()!.values == [21, 42, 63])
        #expect(first.values == [1, 2, 3] && second.values == [10, 20, 30])
        #expect(variable.takeGradient() == nil)
    }

    @Test("A gradient has the type of its value")
    func types() {
        let variable = Variable(Tensor.zeros([1, 2, 1], .bfloat16), needsGradient: true)
        variable.accumulate(Tensor([1.001, 2], shape: [1, 2, 1]))
        variable.accumulate(Tensor([1, 1], shape: [1, 2, 1]))
        let gradient = variable.takeGradient()!
        #expect(gradient.type == .bfloat16 && gradient.values == [2, 3])
    }
}
