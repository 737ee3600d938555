import Kernels
import Neural
import Tensors
import TestSupport
import Testing

/// A layer of each form, with an input to run it on.
struct LayerForm: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let form: WeightNormConvolution.Form
    let inputShape: [Int]

    static let all: [LayerForm] = [
        .init(
            testDescription: "plain, dilated, padded, in groups",
            form: .plain(
                .init(from: 6, to: 8, kernel: 3, dilation: 2, paddingLeft: 2, paddingRight: 1, groups: 2)),
            inputShape: [2, 9, 6]),
        .init(
            testDescription: "one channel, k15", form: .plain(.init(from: 1, to: 16, kernel: 15)),
            inputShape: [2, 30, 1]),
        .init(
            testDescription: "transposed by 2", form: .transposed(.init(from: 5, to: 3, stride: 2)),
            inputShape: [2, 7, 5]),
        .init(
            testDescription: "transposed by 3", form: .transposed(.init(from: 4, to: 6, stride: 3)),
            inputShape: [2, 5, 4]),
        .init(
            testDescription: "strided in groups, 14 steps by 4",
            form: .strided(.init(from: 8, to: 16, kernel: 41, stride: 4, groups: 2)), inputShape: [2, 14, 8]),
        .init(
            testDescription: "strided, 9 steps by 2",
            form: .strided(.init(from: 4, to: 5, kernel: 21, stride: 2, groups: 1)), inputShape: [2, 9, 4]),
        .init(
            testDescription: "k5 by 3, padded by 2, 13 steps", form: .convolution(from: 6, to: 8, kernel: 5, stride: 3, padding: 2),
            inputShape: [2, 13, 6]),
        .init(
            testDescription: "wide, k5 by 3", form: .convolution(from: 70, to: 8, kernel: 5, stride: 3, padding: 2),
            inputShape: [2, 10, 70]),
        .init(
            testDescription: "k4 by 2, dilated by 2, in groups",
            form: .convolution(from: 6, to: 4, kernel: 4, stride: 2, dilation: 2, padding: 1, groups: 2), inputShape: [2, 11, 6]),
        .init(
            testDescription: "padded by more than the kernel reaches", form: .convolution(from: 4, to: 6, kernel: 3, padding: 4),
            inputShape: [2, 3, 4]),
        .init(
            testDescription: "transposed, k7 by 3",
            form: .transposedConvolution(from: 4, to: 6, kernel: 7, stride: 3, padding: 1, outputPadding: 2), inputShape: [2, 5, 4]),
        .init(
            testDescription: "transposed, k2 by 4", form: .transposedConvolution(from: 4, to: 6, kernel: 2, stride: 4),
            inputShape: [2, 5, 4]),
    ]

    func layer(seed: UInt64 = 32) -> WeightNormConvolution {
        var numbers = SplitMix64(seed: seed)
        return WeightNormConvolution("layer", form, using: &numbers)
    }

    func input(seed: UInt64 = 33) -> Tensor {
        var numbers = SplitMix64(seed: seed)
        return .random(inputShape, using: &numbers)
    }
}
