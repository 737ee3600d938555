/// What a step costs on this machine, in seconds: measured before the first one, and followed from then on.
struct StepPace: Codable, Equatable, Sendable {
    /// A step in which the distances alone teach.
    var alone: Double
    /// A step with the discriminator.
    var adversarial: Double
    /// A validation with its checkpoint.
    var judging: Double

    /// Steps that the average reaches back over.
    private static let memory = 10.0

    /// Takes in what one step took. Both kinds follow: what slows one down slows the other.
    mutating func note(_ seconds: Double, isAdversarial: Bool) {
        let expected = isAdversarial ? adversarial : alone
        guard expected > 0 else { return }
        // One step that was held up for long says little of the next.
        let factor = 1 + (min(seconds / expected, 3) - 1) / Self.memory
        alone *= factor
        adversarial *= factor
    }

    /// Seconds from after step `step` to the end of a run of `steps` steps, whose first `warmUpSteps` are alone, with a judging
    /// at every `interval` and one at the end.
    func seconds(from step: Int, to steps: Int, warmUpSteps: Int, interval: Int) -> Double {
        let aloneCount = max(0, min(steps, warmUpSteps) - step)
        let judgings = max(0, (steps - 1) / interval - step / interval) + 1
        return alone * Double(aloneCount) + adversarial * Double(max(0, steps - step - aloneCount))
            + judging * Double(judgings)
    }
}
