import Audio
import Tensors
import Testing

@testable import Training

@Suite struct AdversarialObjectiveTests {
    static let roles: [AdversarialObjective.Role] = [.real, .fake, .generator]

    @Test(
        "Each loss's gradient is its finite difference", arguments: AdversarialObjective.allCases, roles)
    func gradients(objective: AdversarialObjective, role: AdversarialObjective.Role) {
        // On a grid that stays clear of the hinge's corners.
        let scores = Tensor((0..<40).map { -4.05 + 0.21 * Float($0) }, shape: [2, 20, 1])
        let found = objective.loss(scores, as: role).gradient
        for (index, score) in scores.values.enumerated() {
            func moved(_ step: Float) -> Double {
                objective.loss(Tensor([score + step], shape: [1, 1, 1]), as: role).value
            }
            let difference = (moved(1e-2) - moved(-1e-2)) / (2 * Double((score + 1e-2) - score))
            #expect(abs(Double(found.values[index]) * 40 - difference) < 1e-3, "at \(score)")
        }
    }

    @Test("A loss is the mean over logits, and falls as they approach the target of the role", arguments: AdversarialObjective.allCases)
    func values(objective: AdversarialObjective) {
        func loss(_ scores: [Float], _ role: AdversarialObjective.Role) -> Double {
            objective.loss(Tensor(scores, shape: [1, scores.count, 1]), as: role).value
        }
        for role in Self.roles {
            let mean = (loss([0.3], role) + loss([-0.7], role)) / 2
            #expect(abs(loss([0.3, -0.7], role) - mean) < 1e-6)
        }
        #expect(loss([0.5], .real) < loss([-0.5], .real))
        #expect(loss([-0.2], .fake) < loss([0.5], .fake))
        #expect(loss([0.5], .generator) < loss([-0.5], .generator))
    }

    @Test("The values at zero are the papers'")
    func atZero() {
        let zero = Tensor([0], shape: [1, 1, 1])
        func values(_ objective: AdversarialObjective) -> [Double] {
            Self.roles.map { objective.loss(zero, as: $0).value }
        }
        #expect(values(.hinge) == [1, 1, 0])
        #expect(values(.leastSquares) == [1, 0, 1])
        for value in values(.nonSaturating) { #expect(abs(value - 0.693147) < 1e-6) }
    }

    @Test("Extreme logits give finite losses and gradients", arguments: AdversarialObjective.allCases, roles)
    func extremes(objective: AdversarialObjective, role: AdversarialObjective.Role) {
        let found = objective.loss(Tensor([-1e4, -200, 200, 1e4], shape: [1, 4, 1]), as: role)
        #expect(found.value.isFinite && found.gradient.values.allSatisfy(\.isFinite))
    }

    @Test("A logit that is NaN gives a loss that is NaN", arguments: AdversarialObjective.allCases, roles)
    func notANumber(objective: AdversarialObjective, role: AdversarialObjective.Role) {
        #expect(!objective.loss(Tensor([.nan, 0], shape: [1, 2, 1]), as: role).value.isFinite)
    }

    @Test("Accuracy is the fraction of logits on the right side of the middle")
    func accuracy() {
        let scores = Tensor([-1, 0.25, 0.75, 2], shape: [1, 4, 1])
        #expect(AdversarialObjective.hinge.accuracy(scores, areReal: true) == 0.75)
        #expect(AdversarialObjective.hinge.accuracy(scores, areReal: false) == 0.25)
        #expect(AdversarialObjective.leastSquares.accuracy(scores, areReal: true) == 0.5)
    }
}
