import Synchronization
import Tensors
import Testing

@testable import Training

/// A clock that advances only when it is turned.
final class HandClock: Sendable {
    private let reading = Mutex(100.0)
    /// Seconds that pass with each reading.
    private let tick: Double

    init(tick: Double = 0) { self.tick = tick }

    func turn(by seconds: Double) { reading.withLock { $0 += seconds } }

    func now() -> Double {
        reading.withLock { reading in
            reading += tick
            return reading
        }
    }

    var clock: RunClock { RunClock(now: now) }
}

@Suite struct BudgetPlanTests {
    private let pace = StepPace(warmUp: 1, adversarial: 3, validation: 10)
    private func schedule(_ steps: Int) -> TrainingSchedule? { Recipe.source.schedule(steps: steps) }

    @Test("Lengths of time are read with their units and nothing else", arguments: [
        ("2h", 7200), ("90m", 5400), ("1h30m", 5400), ("45s", 45), ("1h1m1s", 3661), ("0.5h", 1800), ("2", nil), ("", nil),
        ("h", nil), ("30m1h", nil), ("1h1h", nil), ("0s", nil), ("-1h", nil), ("1d", nil), ("1 h", nil),
    ] as [(String, Double?)])
    func reading(text: String, seconds: Double?) {
        #expect(TimeBudget(text)?.seconds == seconds)
        if let seconds { #expect(TimeBudget(TimeBudget(seconds: seconds).description)?.seconds == seconds) }
    }

    @Test("The plan takes as many steps as fit, validations and the cheaper warm-up counted", arguments: [60.0, 1000, 12_345])
    func first(seconds: Double) throws {
        let plan = try #require(BudgetPlan(seconds: seconds, spent: 5, pace: pace, interval: 50, schedule: schedule))
        func cost(_ steps: Int) -> Double {
            let warmUp = schedule(steps)!.warmUpSteps
            return Double(warmUp) + 3 * Double(steps - warmUp) + 10 * Double((steps - 1) / 50 + 1)
        }
        #expect(cost(plan.steps) <= seconds && cost(plan.steps + 1) > seconds)
        #expect(plan.schedule == schedule(plan.steps) && plan.schedule?.decaySteps == plan.steps)
        #expect(BudgetPlan(seconds: 10.5, spent: 0, pace: pace, interval: 50, schedule: schedule) == nil)
        let plain = try #require(BudgetPlan(seconds: 100, spent: 0, pace: pace, interval: 50) { _ in nil })
        #expect(plain.steps == 30 && plain.schedule == nil)
    }

    @Test("A schedule rescaled at any step is continuous there and has fully decayed at the new end", arguments: [
        (100, 600), (100, 1500), (400, 700), (450, 2000), (900, 950), (999, 1000),
    ])
    func stretching(step: Int, newEnd: Int) {
        let before = TrainingSchedule(warmUpSteps: 300, discriminatorOnlySteps: 50, adversarialWarmUpSteps: 100, decaySteps: 1000)
        let after = before.stretched(after: step, from: 1000, to: newEnd)
        #expect(abs(after.learningRateFactor(at: step) - before.learningRateFactor(at: step)) < 1e-12)
        #expect(abs(after.learningRateFactor(at: newEnd) - 0.01) < 1e-12)
        #expect(after.adversarialFactor(at: step) == before.adversarialFactor(at: step))
        #expect((after.warmUpSteps <= step) == (before.warmUpSteps <= step))
        // Phases that had not begun take the same fraction of the remaining steps.
        func share(_ boundary: Int, _ end: Int) -> Double { Double(boundary - step) / Double(end - step) }
        if step < 300 { #expect(abs(share(after.warmUpSteps, newEnd) - share(300, 1000)) < 0.002) }
        // A second rescaling begins at the state after the first.
        let again = after.stretched(after: step, from: newEnd, to: newEnd + 100)
        #expect(abs(again.learningRateFactor(at: step) - before.learningRateFactor(at: step)) < 1e-12)
        #expect(abs(again.learningRateFactor(at: newEnd + 100) - 0.01) < 1e-12)
    }

    /// Runs a plan against a machine whose steps cost what `factor` says of the measured pace.
    private func spent(_ factor: (_ step: Int) -> Double) throws -> (seconds: Double, schedule: TrainingSchedule, steps: Int) {
        let hand = HandClock(), clock = hand.clock
        let plan = try #require(BudgetPlan(seconds: 3600, spent: 0, pace: pace, interval: 100, schedule: schedule))
        var keeper = BudgetKeeper(
            plan, TimeBudget(seconds: 3600), spent: 0, at: clock.now(), after: 0, interval: 100, clock)
        var (step, reviews) = (0, 0)
        while step < keeper.plan.steps {
            let schedule = keeper.plan.schedule!
            let isAdversarial = schedule.isAdversarial(at: step)
            hand.turn(by: (isAdversarial == false ? 1 : 3) * factor(step))
            step += 1
            if keeper.note(step: step, isAdversarial: isAdversarial) { reviews += 1 }
            if step % 100 == 0 || step >= keeper.plan.steps {
                hand.turn(by: 10 * factor(step))
                keeper.noteValidation()
            }
        }
        #expect(reviews < 100)
        return (keeper.secondsSpent, keeper.plan.schedule!, step)
    }

    @Test("A run ends on time with its learning rate fully decayed at any pace of the machine")
    func onTime() throws {
        var random = SplitMix64(seed: 4)
        let machines: [(String, (Int) -> Double)] = [
            ("as measured", { _ in 1 }), ("half as fast", { _ in 2 }), ("twice as fast", { _ in 0.5 }),
            ("slowing down", { 1 + Double($0) / 500 }), ("busy from the middle on", { $0 < 600 ? 1 : 2.5 }),
            ("now and then held up", { $0 % 37 == 0 ? 8 : 0.9 }),
        ]
        for (name, factor) in machines {
            let run = try spent { factor($0) * (1 + 0.2 * random.signedUniform()) }
            #expect(run.seconds > 3500 && run.seconds < 3650, "\(name): \(run.seconds)")
            #expect(run.schedule.learningRateFactor(at: run.steps) < 0.011, "\(name)")
        }
    }

    @Test("A plan that fits is not changed")
    func still() throws {
        let run = try spent { _ in 1 }
        #expect(run.schedule == schedule(run.steps))
    }
}
