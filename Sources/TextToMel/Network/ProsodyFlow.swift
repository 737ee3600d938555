public import Kernels
public import Neural
import Platform
public import Tensors

/// The distribution of the durations, pitches and energies of a sentence's phonemes, from which prosody is drawn.
///
/// Predicted means are even: a speaker stretches one word and raises another, and each way of it is as likely. A flow from Gaussian noise to
/// the features of all phonemes of a sentence together is learned by conditional flow matching (Lipman et al. 2023; with optimal-transport
/// paths, as Matcha-TTS uses it for mels, Mehta et al. 2024): the network predicts the velocity `x1 - x0` at `(1 - t) x0 + t x1`, of noise x0
/// and a recording's features x1.
///
/// | layers | output for N phonemes |
/// |---|---|
/// | linear of ``features`` at the time t, and of t's sines; linear of the encoding, added | `[N, C]` |
/// | ConvNeXt blocks, layer normalization, linear | `[N, 3]`, the velocity |
public struct ProsodyFlow: Parameterised {
    /// ln (frames + 1), ln F0 in standard deviations, and energy.
    public static let featureCount = 3
    /// Sines and cosines of the time.
    private static let timeCount = 8
    /// The mean and the standard deviation of ln (frames + 1) of English phonemes, roughly; pitch and energy are normalized already.
    private static let (durationMean, durationDeviation): (Float, Float) = (2, 0.6)
    /// Steps of Euler's method from noise to features.
    private static let stepCount = 8

    var state: PackedConvolution
    var condition: PackedConvolution
    var blocks: [ConvNeXtBlock]
    var norm: LayerNorm
    var output: PackedConvolution

    init(_ configuration: AcousticConfiguration, blocks count: Int, using generator: inout some RandomNumberGenerator) {
        let channels = configuration.channels
        state = PackedConvolution("prosody.state", from: Self.featureCount + Self.timeCount, to: channels, using: &generator)
        condition = PackedConvolution("prosody.condition", from: channels, to: channels, using: &generator)
        blocks = .blocks("prosody", count, configuration, using: &generator)
        norm = LayerNorm("prosody.norm", channels: channels)
        output = PackedConvolution("prosody.output", from: channels, to: Self.featureCount, using: &generator)
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try state.visitParameters(visit)
        try condition.visitParameters(visit)
        for index in blocks.indices { try blocks[index].visitParameters(visit) }
        try norm.visitParameters(visit)
        try output.visitParameters(visit)
    }

    /// The features of phonemes, `[N, 3]`, row-major.
    public static func features(durations: [Int], pitch: [Float], energy: [Float]) -> [Float] {
        durations.indices.flatMap { [(logf(Float(durations[$0]) + 1) - durationMean) / durationDeviation, pitch[$0], energy[$0]] }
    }

    /// The network's input for features `[N, 3]` of one sentence at the time t, `[N, 11]`.
    public static func input(_ features: some RandomAccessCollection<Float>, at time: Float) -> [Float] {
        let times = (0..<timeCount / 2).flatMap { index -> [Float] in
            let angle = time * .pi * Float(1 << index)
            return [sinf(angle), cosf(angle)]
        }
        var result: [Float] = []
        result.reserveCapacity(features.count / featureCount * (featureCount + timeCount))
        for (index, value) in features.enumerated() {
            result.append(value)
            if index % featureCount == featureCount - 1 { result += times }
        }
        return result
    }

    /// The forward pass of training: the velocities of the features of a batch, `[1, rows, 3]`.
    ///
    /// - Parameter inputs: Of each sentence, by ``input(_:at:)``.
    public func velocity(_ inputs: [[Float]], _ encoded: Variable, _ layout: SignalLayout, dropout: DropoutSchedule?, on tape: Tape) -> Variable {
        let packed = layout.packed(inputs, channels: Self.featureCount + Self.timeCount)
        var hidden = tape.sum(of: [
            tape.convolution(Variable(packed), by: state, layout), tape.convolution(encoded, by: condition, layout),
        ])
        for (index, block) in blocks.enumerated() {
            hidden = tape.block(hidden, by: block, layout, dropout: dropout.map { $0.dropout($0.blockRate, layer: 2000 + index) })
        }
        return tape.convolution(tape.normalized(hidden, by: norm, layout), by: output, layout)
    }

    /// A flow for inference, with its weights packed once.
    struct Prepared {
        private let flow: ProsodyFlow
        private let state: SequenceConvolution
        private let condition: SequenceConvolution
        private let blocks: [ConvNeXtPass]
        private let last: SequenceConvolution

        init(_ flow: ProsodyFlow) {
            self.flow = flow
            (state, condition, last) = (flow.state.prepared(), flow.condition.prepared(), flow.output.prepared())
            blocks = flow.blocks.map { $0.prepared() }
        }

        /// Draws the prosody of a layout's only sentence.
        ///
        /// - Parameters:
        ///   - key: Which one is drawn.
        ///   - temperature: The deviation of the noise that it begins with; 0 for the middle of the distribution.
        /// - Returns: The frames of each phoneme, not rounded, and its pitch and energy.
        func drawn(
            from encoded: Tensor, _ layout: SignalLayout, key: UInt64, temperature: Float
        ) -> (durations: [Double], pitch: [Float], energy: [Float]) {
            let (count, width) = (layout.lengths[0], ProsodyFlow.featureCount)
            var features = FrameNoise(key: key, scale: temperature).values(signal: 0, frames: count, channels: width)
            let conditioned = condition.output(of: encoded, layout)
            for step in 0..<ProsodyFlow.stepCount {
                let input = ProsodyFlow.input(features, at: Float(step) / Float(ProsodyFlow.stepCount))
                var hidden = conditioned.copied()
                Elementwise.add(state.output(of: layout.packed([input], channels: width + ProsodyFlow.timeCount), layout), to: hidden)
                for block in blocks { hidden = block.output(of: hidden, layout) }
                let velocity = last.output(of: flow.norm.output(of: hidden, layout), layout).values
                let first = layout.rows(of: 0).lowerBound * width
                for index in features.indices { features[index] += velocity[first + index] / Float(ProsodyFlow.stepCount) }
            }
            func column(_ index: Int) -> [Float] { stride(from: index, to: features.count, by: width).map { features[$0] } }
            let durations = column(0).map { max(0, exp(Double($0 * ProsodyFlow.durationDeviation + ProsodyFlow.durationMean)) - 1) }
            return (durations, column(1), column(2))
        }
    }
}
