import Kernels
import MelGAN
import Neural
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct AdversarialTrainingTests {
    /// The cosine of the angle between two sets of gradients, and that they are finite.
    func cosine(_ first: Gradients, _ second: Gradients) -> Double {
        #expect(first.keys == second.keys)
        #expect(first.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        func product(_ one: Gradients, _ other: Gradients) -> Double {
            one.reduce(0) { $0 + innerProduct($1.value, other[$1.key]!) }
        }
        return product(first, second) / (product(first, first) * product(second, second)).squareRoot()
    }

    func expectNear(
        _ found: Double, _ expected: Double, within tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(abs(found - expected) < tolerance * abs(expected), "\(found), not \(expected)", sourceLocation: sourceLocation)
    }

    @Test("With a source the bias and the magnitude of the last convolution are frozen, and everything else is trained")
    func frozenParameters() {
        var small = SmallTraining(hasSource: true)
        let before = small.training.generator.parameters
        _ = small.step()
        let held = small.training.generator.frozenParameters
        #expect(held.count == 2 && SmallTraining().training.generator.frozenParameters.isEmpty)
        for (one, other) in zip(before, small.training.generator.parameters) {
            #expect((one.value.values == other.value.values) == held.contains(one.name), "\(one.name)")
        }
    }

    @Test(
        "In bfloat16 gradients point where those in float32 do, and losses are about the same",
        .enabled(if: Engine.hasBFloat16))
    func narrowGradients() {
        let (narrow, wide) = (SmallTraining(precision: .bfloat16, baseChannels: 16), SmallTraining(baseChannels: 16))
        let (found, expected) = (narrow.discriminatorStep(), wide.discriminatorStep())
        #expect(found.realFeatures[0][0].type == .bfloat16)
        #expect(cosine(found.gradients, expected.gradients) > 0.98)
        expectNear(found.losses[.discriminator], expected.losses[.discriminator], within: 0.02)

        let (made, wanted) = (narrow.generatorStep(found.realFeatures), wide.generatorStep(expected.realFeatures))
        #expect(cosine(made.gradients, wanted.gradients) > 0.98)
        expectNear(made.losses[.featureMatching], wanted.losses[.featureMatching], within: 0.02)
        #expect(abs(made.losses[.adversarial] - wanted.losses[.adversarial]) < 0.02)
    }

    @Test("Steps in bfloat16 agree with those in float32", .enabled(if: Engine.hasBFloat16))
    func narrowSteps() {
        var (narrow, wide) = (SmallTraining(precision: .bfloat16), SmallTraining())
        for _ in 1...4 {
            let (found, expected) = (narrow.step(), wide.step())
            #expect(found.isFinite)
            expectNear(found[.discriminator], expected[.discriminator], within: 0.03)
            expectNear(found[.featureMatching], expected[.featureMatching], within: 0.03)
        }
    }

    @Test(
        "The same steps from the same start give the same bits",
        arguments: Engine.hasBFloat16 ? [ScalarType.float32, .bfloat16] : [.float32])
    func determinism(precision: ScalarType) {
        let threads = Parallel.threadCount
        Parallel.threadCount = 2
        defer { Parallel.threadCount = threads }
        func run() -> ([StepResults], [[Float]]) {
            var small = SmallTraining(precision: precision, baseChannels: 16, frames: 64)
            let losses = (1...3).map { _ in small.step() }
            return (losses, small.parameters)
        }
        let (first, second) = (run(), run())
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
    }

    @Test("A copy of a training is independent of the original")
    func values() {
        var original = SmallTraining()
        _ = original.step()
        var copy = original
        let before = original.parameters
        let losses = [copy.step(), copy.step()]
        #expect(original.parameters == before && copy.parameters != before)
        // If the copy's steps had changed the original's moments, its next step would differ.
        #expect([original.step(), original.step()] == losses)
        #expect(original.parameters == copy.parameters)
    }

    @Test("With a fixed discriminator the generator's loss falls")
    func progress() {
        var small = SmallTraining()
        small.training.discriminatorOptimiser.learningRate = 0
        let first = small.step()[.generator]
        var last = first
        for _ in 1...20 { last = small.step()[.generator] }
        #expect(last < 0.9 * first)
    }
}
