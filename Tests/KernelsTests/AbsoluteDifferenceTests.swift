import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct AbsoluteDifferenceTests {
    /// Off a vector's width, and past one chunk of the sum.
    @Test("The mean difference and its gradient are the definition's", arguments: [1, 37, 140_001])
    func definition(count: Int) {
        var numbers = SplitMix64(seed: 23)
        for (type, tolerance) in [(ScalarType.float32, 1e-6), (.bfloat16, bfloat16Rounding)] {
            let (value, target) = (
                Tensor.random([count], type, using: &numbers), Tensor.random([count], type, using: &numbers)
            )
            let differences = zip(value.doubles, target.doubles).map { $0 - $1 }
            let found = AbsoluteDifference.mean(of: value, from: target, weight: 3)
            let mean = differences.reduce(0) { $0 + abs($1) } / Double(count)
            #expect(abs(found.mean - mean) < 2e-6 * mean)
            #expect(found.gradient.type == type)
            expectAgreement(
                found.gradient, with: differences.map { $0 == 0 ? 0 : ($0 > 0 ? 3 : -3) / Double(count) },
                within: tolerance)
        }
    }

    @Test("Where the two agree there is no gradient")
    func agreement() {
        var numbers = SplitMix64(seed: 24)
        let value = Tensor.random([35], using: &numbers)
        let found = AbsoluteDifference.mean(of: value, from: value.copied(), weight: 1)
        #expect(found.mean == 0 && found.gradient.values.allSatisfy { $0 == 0 })
    }
}
