import Files
import MelGAN
import Platform
import Testing
import TextToMel
@testable import Training

/// Voices with a budget, by a clock that moves a second whenever it is read.
@Suite struct VoiceBudgetTests {
    private let small: SmallVoice

    init() throws { small = try SmallVoice() }

    private let limits = RunLimits(steps: 1, interval: 10, keeps: 1, threadCount: 2)

    private func train(
        _ name: String, seconds: Double = 60, hasDiscriminator: Bool = false, interruptedAt: Int = .max, clock: RunClock = HandClock(tick: 1).clock,
        say: @escaping (String) -> Void = { _ in }
    ) throws -> TrainingOutcome {
        let trainer = try small.trainer(
            name, clock: clock,
            change: {
                $0.budget = TimeBudget(seconds: seconds)
                if hasDiscriminator { $0.addMelDiscriminator(at: 1, of: 2) }
            }, say: say)
        var asked = 0
        return try trainer.train(limits, progress: .quiet) {
            asked += 1
            return asked > interruptedAt ? 130 : nil
        }
    }

    private func state(_ run: String, _ step: Int) throws -> RunState {
        let path = RunFolder(path: small.path(run)).checkpointPath(step)
        return try JSONDecoder().decode(RunState.self, from: try contents(ofFile: path + "/" + Checkpoint.stateFile))
    }

    private func weights(_ run: String, _ step: Int) throws -> [Data] {
        let path = RunFolder(path: small.path(run)).checkpointPath(step)
        return try [Voice.weightsFile, Checkpoint.trainedFile, Checkpoint.momentsFile]
            .map { try contents(ofFile: path + "/" + $0) }
    }

    @Test("A text model spends what it was given, says how, and ends with its learning rate fallen")
    func whole() throws {
        var said: [String] = []
        let outcome = try train("run") { said.append($0) }
        let plan = try #require(try state("run", outcome.step).plan)
        #expect(plan.secondsSpent <= 60 && plan.secondsSpent > 55, "\(plan.secondsSpent)")
        #expect(plan.steps == outcome.step && outcome.step > 20)
        #expect(plan.schedule?.decayProgress(at: plan.steps) == 1)
        #expect(said.contains { $0.hasPrefix("budget of 1m:") && !$0.contains("discriminator") }, "\(said)")
        _ = try Voice(at: small.path("run"))
        // A resumed run has nothing left to do.
        #expect(try train("run").step == outcome.step)
    }

    @Test("An interrupted and resumed run whose end does not move ends in the same bits")
    func resumption() throws {
        let whole = try train("whole")
        for interruptedAt in [0, 7, 15] {
            let name = "cut \(interruptedAt)"
            #expect(try train(name, interruptedAt: interruptedAt).interruption == 130)
            // Its first reading, 101, is that of the session's beginning: nothing was spent on preparing.
            let clock = RunClock(start: 101, now: HandClock(tick: 1).now)
            #expect(try train(name, clock: clock).step == whole.step, "\(name)")
            #expect(try weights(name, whole.step) == weights("whole", whole.step), "\(name)")
        }
    }

    @Test("The discriminator starts after half of the steps, also in a resumed run", arguments: [3, 12])
    func discriminator(interruptedAt: Int) throws {
        let whole = try train("whole", hasDiscriminator: true).step
        let plan = try #require(try state("whole", whole).plan)
        #expect(try #require(plan.schedule).warmUpSteps == max(1, plan.steps / 2))
        #expect(try Voice(at: RunFolder(path: small.path("whole")).checkpointPath(whole)).description.noiseScale == 1)
        #expect(try train("cut", hasDiscriminator: true, interruptedAt: interruptedAt).interruption == 130)
        let clock = RunClock(start: 101, now: HandClock(tick: 1).now)
        #expect(try train("cut", hasDiscriminator: true, clock: clock).step == whole)
        #expect(try weights("cut", whole) == weights("whole", whole))
    }

    @Test("The measurement does not change what a run learns")
    func measuring() throws {
        let whole = try train("whole")
        let plain = VoiceRunConfiguration(corpus: "", steps: whole.step)
        let trainer = try small.trainer(
            "plain",
            change: {
                ($0.decaySteps, $0.warmUpSteps) = (plain.decaySteps, plain.warmUpSteps)
            })
        var limits = limits
        limits.steps = whole.step
        _ = try trainer.train(limits, progress: .quiet) { nil }
        #expect(try weights("plain", whole.step) == weights("whole", whole.step))
    }

    @Test("A plan whose end moves rescales the learning rate continuously and to the full decay")
    func rescalePoint() throws {
        var configuration = VoiceRunConfiguration(corpus: "", steps: 1000)
        let pace = StepPace(warmUp: 1, adversarial: 1, validation: 0)
        var plan = try #require(
            BudgetPlan(
                seconds: 1000, spent: 0, pace: pace, interval: 5000, schedule: configuration.schedule(steps:)))
        configuration.follow(plan)
        #expect(configuration.decaySteps == 1000 && configuration.warmUpSteps == 100)
        let before = configuration.learningRateFactor(at: 400)
        let isRevised = plan.revise(after: 400, seconds: 300, interval: 5000)
        #expect(isRevised)
        configuration.follow(plan)
        #expect(configuration.decaySteps == 700)
        #expect(abs(configuration.learningRateFactor(at: 400) - before) < 1e-12)
        #expect(abs(configuration.learningRateFactor(at: 700) - 0.03) < 1e-12)
        #expect(configuration.binarizationFactor(at: 400) == 1)
    }

    @Test("A budget is divided between text model and vocoder, and ends on time with a whole voice")
    func wholeVoice() throws {
        let vocoder = try small.writeVocoder()
        let clock = HandClock(tick: 1)
        var said: [String] = []
        let trainer = try small.trainer(
            "run", clock: clock.clock,
            change: {
                ($0.budget, $0.vocoder) = (TimeBudget(seconds: 120), vocoder)
            }, say: { said.append($0) })
        let outcome = try trainer.build(limits, vocoderSteps: 1, progress: .quiet) { nil }
        #expect(clock.now() - 101 <= 125, "\(clock.now() - 101)")
        #expect(outcome.voice != nil && outcome.text.step > 20 && (outcome.vocoder?.step ?? 0) > 5, "\(outcome)")
        let text = try #require(try state("run", outcome.text.step).plan)
        #expect(text.secondsSpent <= 80 && text.secondsSpent > 75, "\(text.secondsSpent)")
        let run = try #require(
            try RunFolder(path: small.path("run/vocoder")).configuration(as: RunConfiguration.self))
        let seconds = try #require(run.budget?.seconds)
        #expect(seconds <= 40 && seconds > 35, "\(seconds)")
        #expect(said.contains { $0.contains("1m20s of the budget of 2m") }, "\(said)")
    }

    @Test("A budget that leaves no time for the vocoder ends with it as it began, and stays there")
    func noTimeForVocoder() throws {
        let vocoder = try small.writeVocoder()
        var said: [String] = []
        for clock in [HandClock(tick: 1), HandClock()] {
            let trainer = try small.trainer(
                "run", clock: clock.clock, change: { ($0.budget, $0.vocoder) = (TimeBudget(seconds: 24), vocoder) },
                say: { said.append($0) })
            let outcome = try trainer.build(limits, vocoderSteps: 1, progress: .quiet) { nil }
            #expect(outcome.text.step > 0 && outcome.vocoder?.step == 0 && outcome.voice != nil, "\(outcome)")
        }
        #expect(said.count { $0.contains("too short") && $0.hasSuffix("All stays as it began.") } == 1, "\(said)")
        #expect(
            try small.data("run/voice/\(Model.generatorFile)")
                == Data(contentsOf: URL(fileURLWithPath: vocoder + "/" + Model.generatorFile)))
    }

    @Test("A budget that preparation has spent is refused with a sentence")
    func tooShort() throws {
        let error = #expect(throws: FileError.self) { try train("run", seconds: 5) }
        #expect(
            error?.kind == .badData && error?.message.contains("a budget of 5.0s is too short") == true, "\(error?.message ?? "")"
        )
    }
}
