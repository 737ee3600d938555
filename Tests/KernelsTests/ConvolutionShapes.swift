import Kernels
import Testing

/// A convolution of stride 1 that the models use, over fewer steps than they do.
struct ConvolutionShape: CustomTestStringConvertible, Sendable {
    let name: String
    let geometry: ConvolutionGeometry
    let batch: Int
    let time: Int

    var testDescription: String { name }

    var reference: ReferenceConvolution {
        ReferenceConvolution(
            batch: batch, time: time, inputChannels: geometry.inputChannels, outputChannels: geometry.outputChannels,
            kernel: geometry.kernel, dilation: geometry.dilation, paddingLeft: geometry.paddingLeft,
            paddingRight: geometry.paddingRight, groups: geometry.groups)
    }

    init(_ name: String, _ geometry: ConvolutionGeometry, batch: Int = 2, time: Int) {
        self.name = name
        self.geometry = geometry
        self.batch = batch
        self.time = time
    }

    static let generator: [ConvolutionShape] =
        [
            .init("mel to 512, k7", .init(from: 80, to: 512, kernel: 7), time: 10),
            .init("last layer, 32 to 1, k7", .init(from: 32, to: 1, kernel: 7), time: 70),
        ]
        + [256, 128, 64, 32].flatMap { channels in
            [1, 3, 9].map { dilation in
                ConvolutionShape(
                    "\(channels) channels, k3, dilation \(dilation)",
                    .init(from: channels, to: channels, kernel: 3, dilation: dilation), time: 22)
            } + [
                ConvolutionShape(
                    "\(channels) channels, k1", .init(from: channels, to: channels, kernel: 1), time: 9)
            ]
        }

    static let discriminator: [ConvolutionShape] = [
        .init("1 to 16, k15", .init(from: 1, to: 16, kernel: 15), time: 70),
        .init("1024 to 1024, k5", .init(from: 1024, to: 1024, kernel: 5, paddingLeft: 2, paddingRight: 2), time: 3),
        .init("1024 to 1, k3", .init(from: 1024, to: 1, kernel: 3, paddingLeft: 1, paddingRight: 1), time: 5),
        .init(
            "64 to 64 in 4 groups, k11",
            .init(from: 64, to: 64, kernel: 11, paddingLeft: 5, paddingRight: 5, groups: 4), time: 14),
    ]

    static let odd: [ConvolutionShape] =
        [
            .init("3 to 5, k4, uneven padding", .init(from: 3, to: 5, kernel: 4, paddingLeft: 1, paddingRight: 3), time: 6),
            .init("one step", .init(from: 6, to: 2, kernel: 2, paddingLeft: 1, paddingRight: 1), batch: 1, time: 1),
            .init(
                "6 to 9 in 3 groups, dilated, padded",
                .init(from: 6, to: 9, kernel: 3, dilation: 2, paddingLeft: 4, paddingRight: 1, groups: 3), time: 7),
        ]
        + [8, 16].map { outputs in
            // A group's outputs, filled up to a vector, are as many as those of all groups.
            ConvolutionShape(
                "6 to \(outputs) in 2 groups, dilated",
                .init(from: 6, to: outputs, kernel: 3, dilation: 2, paddingLeft: 2, paddingRight: 1, groups: 2), time: 9)
        }

    static let all = generator + discriminator + odd
    /// Enough of them to see that an option works in each of oneDNN's code paths.
    static let few = [generator[0], generator[1], generator[5], discriminator[0], discriminator[3], odd[2]]
}
