import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct AveragePoolingTests {
    @Test("Pooling is the mean of what its windows hold", arguments: [2, 3, 4, 5, 8, 33])
    func forward(time: Int) {
        var numbers = SplitMix64(seed: 15)
        let input = Tensor.random([2, time, 1], using: &numbers)
        let output = AveragePooling.pooled(input)
        #expect(output.shape == [2, AveragePooling.outputTime(from: time), 1])
        let values = input.doubles
        expectAgreement(
            output,
            with: ReferencePasses.averagePooled(Array(values[..<time]))
                + ReferencePasses.averagePooled(Array(values[time...])), within: 1e-6)
    }

    @Test("<Ax, y> = <x, A'y>", arguments: [2, 3, 4, 5, 8, 33])
    func adjoint(time: Int) {
        var numbers = SplitMix64(seed: 16)
        let input = Tensor.random([3, time, 1], using: &numbers)
        let output = AveragePooling.pooled(input)
        let gradient = Tensor.random(output.shape, using: &numbers)
        expectAdjoint(input, output, gradient, AveragePooling.inputGradient(from: gradient, time: time))
    }
}
