import Kernels
import Neural
import Tensors
import TestSupport
import Testing
import TextToMel

@testable import Training

@Suite struct MelDiscriminatorTests {
    private let layout = SignalLayout(lengths: [9, 7])
    private let bands = 20
    private let engine = Engine()

    private func mel(_ width: Int, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed)
        let mel = Tensor.random([1, layout.rowCount, width], using: &random)
        layout.clearMargins(of: mel)
        return mel
    }

    private func discriminator() -> MelDiscriminator {
        var random = SplitMix64(seed: 4)
        return MelDiscriminator(bands: bands, channels: 4, using: &random)
    }

    @Test("The layers have the table's shapes")
    func shapes() {
        let windows = MelWindows(layout, starts: [0, 8], length: 8, bands: bands)
        let output = discriminator().output(of: Variable(mel(bands, seed: 1)), windows, trains: false, on: Tape(engine))
        #expect(output.features.map(\.value.shape) == [[20, 8, 4], [10, 8, 8], [6, 8, 12], [4, 8, 16]])
        #expect(output.logits.value.shape == [4, 8, 1])
    }

    @Test("Its gradients are those of finite differences of logits and features")
    func gradients() {
        let windows = MelWindows(layout, starts: [0, 8], length: 8, bands: bands)
        let point = mel(bands + 2, seed: 2)
        func loss(_ discriminator: MelDiscriminator, _ mel: Variable, _ tape: Tape) -> (value: Double, variables: [Variable]) {
            let output = discriminator.output(of: mel, windows, trains: true, on: tape)
            let variables = output.features + [output.logits]
            return (variables.reduce(0) { $0 + $1.value.values.reduce(0) { $0 + Double($1 * $1) } }, variables)
        }
        let (tape, variable) = (Tape(engine), Variable(point, needsGradient: true))
        for result in loss(discriminator(), variable, tape).variables {
            result.accumulate(Tensor(result.value.values.map { 2 * $0 }, shape: result.value.shape))
        }
        tape.backward()
        expectGradient(variable.takeGradient()!, at: point, step: 2e-3, within: 1e-2, "mel") { moved in
            layout.clearMargins(of: moved)
            return loss(discriminator(), Variable(moved), Tape(engine)).value
        }
        for parameter in discriminator().parameters {
            expectGradient(tape.gradients[parameter.name]!, at: parameter.value, step: 2e-3, within: 1e-2, canVanish: true, parameter.name) { moved in
                var other = discriminator()
                other.visitParameters { if $0.name == parameter.name { $0.value = moved } }
                return loss(other, Variable(point), Tape(engine)).value
            }
        }
    }

    @Test("The gradient of the generator and feature matching losses is that of finite differences")
    func generator() {
        var configuration = MelDiscriminatorConfiguration(from: 0, to: 100)
        (configuration.channels, configuration.discriminatorOnlySteps, configuration.adversarialWarmUpSteps) = (4, 0, 1)
        var melDiscriminator = MelDiscriminatorTraining(configuration, bands: bands, seed: 9, engine: engine)
        let windows = melDiscriminator.windows(of: layout)
        let (made, recorded) = (mel(bands + 2, seed: 5), mel(bands, seed: 6))
        var losses = MelDiscriminatorTraining.Losses()
        let features = melDiscriminator.discriminatorStep(made, recorded, windows, &losses)
        #expect(losses.discriminator > 0)
        let (tape, variable) = (Tape(engine), Variable(made, needsGradient: true))
        melDiscriminator.accumulateGeneratorLoss(variable, features, windows, melLoss: 0.7, on: tape, &losses)
        tape.backward()
        // The scale of the feature matching loss is a constant of the step.
        let scale = 0.7 / losses.featureMatching
        expectGradient(variable.takeGradient()!, at: made, step: 2e-3, within: 1e-2) { moved in
            layout.clearMargins(of: moved)
            var found = MelDiscriminatorTraining.Losses()
            melDiscriminator.accumulateGeneratorLoss(Variable(moved), features, windows, melLoss: 0.7, on: Tape(engine), &found)
            return configuration.weight * found.generator + scale * found.featureMatching
        }
    }

    @Test("It learns to tell noise from a constant")
    func learning() {
        var configuration = MelDiscriminatorConfiguration(from: 0, to: 1000)
        (configuration.channels, configuration.discriminatorRate) = (4, 5e-3)
        var melDiscriminator = MelDiscriminatorTraining(configuration, bands: bands, seed: 9, engine: engine)
        let even = Tensor.zeros([1, layout.rowCount, bands + 2])
        var losses = MelDiscriminatorTraining.Losses()
        for step in 0..<40 {
            _ = melDiscriminator.discriminatorStep(even, mel(bands, seed: UInt64(100 + step)), melDiscriminator.windows(of: layout), &losses)
        }
        #expect(losses.realAccuracy > 0.9 && losses.fakeAccuracy > 0.9, "\(losses)")
    }
}
