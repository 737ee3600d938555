import Kernels
import MelGAN
import Neural
import Tensors
import Testing
import Training

/// A whole training step against the same step in PyTorch (`Scripts/golden-melgan`).
struct TrainingStepTests {
    let golden: GoldenFile
    let mel: Tensor
    let audio: Tensor

    init() throws {
        golden = try GoldenFile("step")
        mel = try golden.activation("mel")
        audio = try golden.activation("audio")
    }

    func training(objective: AdversarialObjective = .hinge) throws -> AdversarialTraining {
        var random = SplitMix64(seed: 1)
        var generator = MelGANGenerator(.init(inputBands: 6, baseChannels: 2, upsampling: [4, 2]), using: &random)
        var discriminators = DiscriminatorSet(
            MultiScaleConfiguration(baseChannels: 8, layers: 1, maximumChannels: 8), using: &random)
        try golden.load("generator.", into: &generator)
        try golden.load("discriminator.", into: &discriminators)
        return AdversarialTraining(generator: AnyGenerator(generator), discriminators: discriminators, objective: objective)
    }

    /// Relative to the largest of the expected values.
    func expectClose(
        _ values: [Float], _ name: String, within tolerance: Float = 3e-5,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try golden.array(name).values
        let scale = expected.reduce(Float(1e-6)) { max($0, abs($1)) }
        #expect(distance(values, expected) < tolerance * scale, "\(name)", sourceLocation: sourceLocation)
    }

    @Test("Losses, gradients and updated weights of a step are the reference's")
    func step() throws {
        var training = try training()
        var losses = StepResults()
        let tape = Tape(training.engine)
        let fake = training.generator.audio(from: mel, precision: .float32, on: tape)
        #expect(distance(fake.value.values, try golden.activation("fake").values) < 1e-5)

        let update = training.discriminatorGradients(fake: fake.value, real: audio, &losses)
        #expect(update.gradients.count == training.discriminators.parameters.count)
        for (name, gradient) in update.gradients {
            try expectClose(gradient.values, "discriminator_gradient." + name)
        }
        training.discriminatorOptimiser.update(&training.discriminators, along: update.gradients)
        training.accumulateAdversarialLoss(of: fake, update.realFeatures, on: tape, &losses)
        tape.backward()
        let gradients = tape.gradients
        #expect(gradients.count == training.generator.parameters.count)
        for (name, gradient) in gradients { try expectClose(gradient.values, "generator_gradient." + name) }
        training.generatorOptimiser.update(&training.generator, along: gradients)

        for parameter in training.generator.parameters {
            try expectClose(parameter.value.values, "generator_updated." + parameter.name, within: 1e-6)
        }
        for parameter in training.discriminators.parameters {
            try expectClose(parameter.value.values, "discriminator_updated." + parameter.name, within: 1e-6)
        }
    }

    @Test("The losses of three steps along one batch are the reference's")
    func threeSteps() throws {
        var training = try training()
        for step in 1...3 {
            let losses = training.step(mel: mel, audio: audio)
            for (name, value) in [
                ("discriminator", losses[.discriminator]), ("adversarial", losses[.adversarial]),
                ("feature_matching", losses[.featureMatching]),
            ] {
                let expected = try golden.scalar("loss.\(step).\(name)")
                // The golden file holds the feature matching loss before its weight of 10.
                let found = name == "feature_matching" ? value / training.featureMatchingWeight : value
                #expect(abs(found - expected) < 1e-5 * max(1, abs(expected)), "\(name) of step \(step): \(found), not \(expected)")
            }
        }
    }

    @Test("Every objective's losses and gradients are the reference's", arguments: AdversarialObjective.allCases)
    func objectives(objective: AdversarialObjective) throws {
        let training = try training(objective: objective)
        let prefix = "objective." + objective.rawValue.split(separator: "-").joined(separator: "_") + "."
        var losses = StepResults()
        let fake = Variable(try golden.activation("fake"))
        let update = training.discriminatorGradients(fake: fake.value, real: audio, &losses)
        #expect(abs(losses[.discriminator] - (try golden.scalar(prefix + "discriminator"))) < 1e-5)
        try expectClose(
            #require(update.gradients["model.disc_1.model.layer_1.0.weight_v"]).values,
            prefix + "discriminator_gradient")
    }
}
