import Kernels
import MelGAN
import Neural
import Tensors
import TestSupport
import Testing

@testable import Training

/// Finite differences through whole networks, parameter by parameter.
@Suite struct NetworkGradientTests {
    /// Runs `body` on one thread: dividing hundreds of tiny passes among threads would cost more than it saves.
    func onOneThread(_ body: () -> Void) {
        let threads = Parallel.threadCount
        Parallel.threadCount = 1
        defer { Parallel.threadCount = threads }
        body()
    }

    @Test("The discriminator's gradients are the finite differences' of its loss", arguments: AdversarialObjective.allCases)
    func discriminator(objective: AdversarialObjective) {
        let small = SmallTraining(objective: objective)
        let found = small.discriminatorStep()
        #expect(found.gradients.count == small.training.discriminators.parameters.count)
        onOneThread {
            for parameter in small.training.discriminators.parameters {
                // With the hinge loss and all logits within the margin, the last bias has a gradient of zero.
                expectGradient(
                    found.gradients[parameter.name]!, at: parameter.value, step: 2e-3, within: 1e-2, canVanish: true, parameter.name
                ) { moved in
                    var small = small
                    small.training.discriminators.visitParameters { if $0.name == parameter.name { $0.value = moved } }
                    return small.discriminatorStep().losses[.discriminator]
                }
            }
        }
    }

    @Test("The generator's gradients are the finite differences' of its loss", arguments: ["plain", "source", "sub-bands"])
    func generator(kind: String) {
        let small = SmallTraining(
            hasSource: kind == "source", subBands: kind == "sub-bands" ? SubBandConfiguration(count: 2, taps: 20, cutoff: 0.28) : nil)
        let realFeatures = small.discriminatorStep().realFeatures
        let found = small.generatorStep(realFeatures)
        #expect(found.gradients.count == small.training.generator.parameters.count)
        onOneThread {
            for parameter in small.training.generator.parameters {
                // With the hinge loss and all logits within the margin, the last bias has a gradient of zero.
                expectGradient(
                    found.gradients[parameter.name]!, at: parameter.value, step: 2e-3, within: 1e-2, canVanish: true, parameter.name
                ) { moved in
                    var small = small
                    small.training.generator.visitParameters { if $0.name == parameter.name { $0.value = moved } }
                    let losses = small.generatorStep(realFeatures).losses
                    return losses[.adversarial] + losses[.featureMatching]
                }
            }
        }
    }

    @Test("The logits' gradient with respect to the audio is the finite differences'")
    func audio() {
        let small = SmallTraining()
        let (discriminator, engine) = (small.training.discriminators, small.training.engine)
        func sum(_ audio: Tensor) -> Double {
            discriminator.outputs(of: Variable(audio), precision: .float32, trains: false, on: Tape(engine))
                .reduce(0) { $0 + $1.output.logits.value.values.reduce(0) { $0 + Double($1) } }
        }
        let tape = Tape(engine)
        let audio = Variable(small.audio, needsGradient: true)
        for (output, _, _) in discriminator.outputs(of: audio, precision: .float32, trains: false, on: tape) {
            let shape = output.logits.value.shape
            output.logits.accumulate(Tensor([Float](repeating: 1, count: shape.reduce(1, *)), shape: shape))
        }
        tape.backward()
        expectGradient(audio.takeGradient()!, at: small.audio, step: 2e-3, within: 1e-2, of: sum)
    }
}
