import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct AdamTests {
    @Test("Five steps are those of the paper's algorithm", arguments: [1, 16, 21, 40_003])
    func steps(count: Int) {
        var numbers = SplitMix64(seed: 22)
        let (rate, beta1, beta2, epsilon) = (0.01, 0.5, 0.9, 1e-8)
        let parameter = Tensor.random([count], using: &numbers)
        let (first, second) = (Tensor.zeros([count]), Tensor.zeros([count]))
        var (expected, mean, square) = (parameter.doubles, [Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        var (firstBias, secondBias) = (1.0, 1.0)
        for step in 1...5 {
            let gradient = Tensor.random([count], using: &numbers)
            firstBias *= beta1
            secondBias *= beta2
            for (index, slope) in gradient.doubles.enumerated() {
                mean[index] = beta1 * mean[index] + (1 - beta1) * slope
                square[index] = beta2 * square[index] + (1 - beta2) * slope * slope
                let unbiased = (mean[index] / (1 - firstBias), square[index] / (1 - secondBias))
                expected[index] -= rate * unbiased.0 / (unbiased.1.squareRoot() + epsilon)
            }
            Adam.update(
                parameter, firstMoment: first, secondMoment: second, gradient: gradient, step: step,
                learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        }
        expectAgreement(parameter, with: expected, within: 1e-6)
        expectAgreement(first, with: mean, within: 1e-6)
        expectAgreement(second, with: square, within: 1e-6)
    }

    @Test("A gradient of zero moves nothing, and a tiny one moves less than the rate")
    func extremes() {
        let parameter = Tensor([1, 1], shape: [2])
        let (first, second) = (Tensor.zeros([2]), Tensor.zeros([2]))
        Adam.update(
            parameter, firstMoment: first, secondMoment: second, gradient: Tensor([0, 1e-12], shape: [2]), step: 1,
            learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-8)
        #expect(parameter.values[0] == 1)
        #expect(abs(parameter.values[1] - (1 - 0.1 * 1e-4)) < 1e-6)
    }
}
