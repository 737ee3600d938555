import Kernels
import Platform
import Tensors
import TestSupport
import Testing

@Suite struct ElementwiseTests {
    /// Below a vector, off a vector's width, and past what one thread takes.
    static let counts = [1, 15, 16, 37, 40_001]
    static let types: [ScalarType] = [.float32, .bfloat16]

    @Test("Sums and multiples are rounded once", arguments: counts, types)
    func sums(count: Int, type: ScalarType) {
        var numbers = SplitMix64(seed: 17)
        let (first, second) = (
            Tensor.random([count], type, using: &numbers), Tensor.random([count], .float32, using: &numbers)
        )
        let sum = first.copied()
        Elementwise.add(second.rounded(to: type), to: sum)
        let expected = zip(first.values, second.rounded(to: type).values).map { $0 + $1 }
        #expect(sum.values == Tensor(expected, shape: [count]).rounded(to: type).values)
        // An addend in another type is converted first.
        let mixed = first.copied()
        Elementwise.add(second, to: mixed)
        #expect(mixed.values == sum.values)

        let scaled = first.copied()
        Elementwise.scale(scaled, by: -1.5)
        #expect(scaled.values == Tensor(first.values.map { $0 * -1.5 }, shape: [count]).rounded(to: type).values)
    }

    @Test("A leaky ReLU scales the gradient where its output is not positive", arguments: counts, types)
    func leakySlope(count: Int, type: ScalarType) {
        var numbers = SplitMix64(seed: 18)
        let output = Tensor.random([count], type, using: &numbers)
        let gradient = Tensor.random([count], type, using: &numbers)
        let result = gradient.copied()
        Elementwise.multiplyByLeakyReLUGradient(result, output: output, negativeSlope: 0.2)
        let expected = zip(gradient.values, output.values).map { $1 > 0 ? $0 : $0 * 0.2 }
        #expect(result.values == Tensor(expected, shape: [count]).rounded(to: type).values)
    }

    @Test("The hyperbolic tangent and its gradient are the library's", arguments: counts)
    func hyperbolicTangent(count: Int) {
        var numbers = SplitMix64(seed: 19)
        let input = Tensor.random([count], using: &numbers)
        Elementwise.scale(input, by: 4)
        let output = Elementwise.tanh(input)
        expectAgreement(output, with: input.doubles.map { tanh($0) }, within: 1e-7)
        let gradient = Tensor.random([count], using: &numbers)
        let step = 1e-4
        let differences = input.doubles.map {
            (tanh($0 + step) - tanh($0 - step)) / (2 * step)
        }
        expectAgreement(
            Elementwise.tanhGradient(gradient, output: output),
            with: zip(gradient.doubles, differences).map { $0 * $1 }, within: 1e-5)
    }

    @Test("Extremes of the hyperbolic tangent are its limits")
    func limits() {
        let output = Elementwise.tanh(Tensor([-100, 100, .infinity, 0], shape: [4]))
        #expect(output.values == [-1, 1, 1, 0])
    }
}
