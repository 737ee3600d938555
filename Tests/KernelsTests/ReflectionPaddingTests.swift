import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct ReflectionPaddingTests {
    /// Steps, channels and padding: the models' own, short signals whose margins overlap, and widths off a vector's.
    static let shapes = [(10, 80, 3), (40, 1, 7), (9, 32, 1), (11, 64, 9), (8, 17, 7), (2, 5, 1), (6, 33, 0)]

    @Test("Margins mirror the signal without its ends, after the leaky ReLU", arguments: shapes, [1, 0.2] as [Float])
    func forward(shape: (Int, Int, Int), slope: Float) {
        let (time, channels, padding) = shape
        var numbers = SplitMix64(seed: 12)
        for type in [ScalarType.float32, .bfloat16] {
            let input = Tensor.random([2, time, channels], type, using: &numbers)
            let values = input.values
            let expected = (0..<2).flatMap { entry in
                let signal = (0..<time).map { step in
                    (0..<channels).map { Double(values[(entry * time + step) * channels + $0]) }
                }
                return ReferencePasses.reflectionPadded(signal, by: padding).flatMap { $0 }
            }.map { ReferencePasses.leakyReLU($0, Double(slope)) }
            let output = ReflectionPadding.padded(input, by: padding, negativeSlope: slope)
            #expect(output.shape == [2, time + 2 * padding, channels] && output.type == type)
            expectAgreement(output, with: expected, within: type == .float32 ? 1e-7 : bfloat16Rounding)
        }
    }

    @Test("<Ax, y> = <x, A'y> without a leaky ReLU", arguments: shapes)
    func adjoint(time: Int, channels: Int, padding: Int) {
        var numbers = SplitMix64(seed: 13)
        let input = Tensor.random([3, time, channels], using: &numbers)
        let gradient = Tensor.random([3, time + 2 * padding, channels], using: &numbers)
        let back = ReflectionPadding.inputGradient(
            from: gradient.copied(), input: input, by: padding, negativeSlope: 1, addedTo: nil)
        expectAdjoint(input, ReflectionPadding.padded(input, by: padding), gradient, back)
    }

    @Test("Padding after a leaky ReLU is linear with the signs fixed, and so is its gradient", arguments: shapes)
    func rectifiedGradient(time: Int, channels: Int, padding: Int) {
        var numbers = SplitMix64(seed: 14)
        for (type, tolerance) in [(ScalarType.float32, 1e-6), (.bfloat16, 2 * bfloat16Rounding)] {
            let input = Tensor.random([2, time, channels], type, using: &numbers)
            let gradient = Tensor.random([2, time + 2 * padding, channels], type, using: &numbers)
            let start = Tensor.random(input.shape, type, using: &numbers)
            let back = ReflectionPadding.inputGradient(
                from: gradient.copied(), input: input, by: padding, negativeSlope: 0.2, addedTo: nil)
            // The leaky ReLU is homogeneous: A x = D(x) x, so that the same identity holds at this x.
            expectAdjoint(
                input, ReflectionPadding.padded(input, by: padding, negativeSlope: 0.2), gradient, back,
                within: tolerance)
            let sum = ReflectionPadding.inputGradient(
                from: gradient.copied(), input: input, by: padding, negativeSlope: 0.2, addedTo: start.copied())
            expectAgreement(
                sum, with: zip(back.doubles, start.doubles).map { $0 + $1 }, within: tolerance, "\(type)")
        }
    }

    @Test("At zero the gradient is the negative slope, as in PyTorch")
    func zero() {
        let input = Tensor([0, -0.0, 1, -1], shape: [1, 4, 1])
        let gradient = Tensor([1, 1, 1, 1], shape: [1, 4, 1])
        let back = ReflectionPadding.inputGradient(from: gradient, input: input, by: 0, negativeSlope: 0.5, addedTo: nil)
        #expect(back.values == [0.5, 0.5, 1, 0.5])
    }
}
