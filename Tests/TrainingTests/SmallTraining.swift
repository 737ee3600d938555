import SourceFilter
import Kernels
import MelGAN
import Neural
import Tensors
import TestSupport

@testable import Training

/// A training of small networks, with a batch to make steps along: every kind of layer is there.
struct SmallTraining {
    var training: AdversarialTraining
    let mel: Tensor
    let audio: Tensor
    /// The source that the generator refines; nil for a generator without one.
    let source: SourceSignal?

    init(
        objective: AdversarialObjective = .hinge, precision: ScalarType = .float32, baseChannels: Int = 4, frames: Int = 20,
        hasSource: Bool = false, subBands: SubBandConfiguration? = nil
    ) {
        var numbers = SplitMix64(seed: 42)
        var generator = MelGANGenerator(
            .init(
                inputBands: 6, baseChannels: baseChannels, upsampling: [3, 2], residualBlocks: 2,
                source: hasSource ? SourceConfiguration(pitch: PitchConfiguration(inputBands: 6)) : nil, subBands: subBands),
            using: &numbers)
        if hasSource {
            // A last convolution near zero without bias would hide the differences.
            generator.visitParameters { parameter in
                if parameter.value.count == 1 { parameter.value = Tensor([0.3], shape: parameter.value.shape) }
            }
        }
        let discriminators = DiscriminatorSet(
            MultiScaleConfiguration(scales: 2, baseChannels: 8, layers: 2, maximumChannels: 16), using: &numbers)
        training = AdversarialTraining(
            generator: AnyGenerator(generator), discriminators: discriminators, objective: objective, learningRate: 1e-3,
            precision: precision)
        mel = .random([2, frames, 6], using: &numbers)
        audio = .random([2, frames * generator.configuration.hopLength, 1], using: &numbers)
        source =
            hasSource
            ? SourceSignal(
                samples: .random([2, frames * 6, 1], using: &numbers),
                level: Tensor((0..<2 * frames * 6).map { 0.5 + Float($0 % 7) / 8 }, shape: [2, frames * 6, 1]))
            : nil
    }

    /// The discriminator's losses and gradients with the generator fixed.
    func discriminatorStep() -> (losses: StepResults, gradients: Gradients, realFeatures: [[Tensor]]) {
        var losses = StepResults()
        let fake = training.generator.audio(from: mel, source: source, precision: training.precision, on: Tape(training.engine))
        let update = training.discriminatorGradients(fake: fake.value, real: audio, &losses)
        return (losses, update.gradients, update.realFeatures)
    }

    /// The generator's losses and gradients with the discriminator fixed.
    func generatorStep(_ realFeatures: [[Tensor]]) -> (losses: StepResults, gradients: Gradients) {
        var losses = StepResults()
        let tape = Tape(training.engine)
        let fake = training.generator.audio(from: mel, source: source, precision: training.precision, on: tape)
        training.accumulateAdversarialLoss(of: fake, realFeatures, on: tape, &losses)
        tape.backward()
        return (losses, tape.gradients)
    }

    mutating func step() -> StepResults { training.step(mel: mel, source: source, audio: audio) }

    /// Every parameter of both networks.
    var parameters: [[Float]] {
        (training.generator.parameters + training.discriminators.parameters).map(\.value.values)
    }
}
