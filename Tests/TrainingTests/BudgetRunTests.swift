import Files
import MelGAN
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

/// Whole runs with a budget, by a clock that moves a second whenever it is read.
@Suite struct BudgetRunTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        for index in 0..<4 {
            try folder.recording("corpus/r\(index).wav", seconds: 0.8, seed: UInt64(index), amplitude: 0.3)
        }
    }

    private func configuration(_ seconds: Double) -> RunConfiguration {
        var convention = MelConvention.melgan
        convention.bandCount = 20
        var wanted = RunConfiguration(
            corpus: folder.path + "/corpus", validation: "0.25", convention: convention,
            generator: MelGANConfiguration(inputBands: 20, baseChannels: 2),
            discriminators: [WeightedDiscriminator(MultiScaleConfiguration(baseChannels: 4, maximumChannels: 8))], batch: 2, segmentLength: 2048, seed: 7)
        // The schedule of the recipe, on a generator without source.
        (wanted.recipe, wanted.losses["mel"], wanted.emaDecay) = (.source, 15, 0.9)
        wanted.budget = TimeBudget(seconds: seconds)
        return wanted
    }

    private func train(
        _ name: String, seconds: Double = 120, interruptedAt: Int = .max, clock: RunClock = HandClock(tick: 1).clock, say: @escaping (String) -> Void = { _ in }
    ) throws -> TrainingOutcome {
        let trainer = try VocoderTrainer(
            folder.path + "/" + name, beginningAs: configuration(seconds), clock: clock, say: say)
        var asked = 0
        return try trainer.train(
            RunLimits(steps: 1, interval: 10, keeps: 2, threadCount: 2), progress: .quiet) {
                asked += 1
                return asked > interruptedAt ? 130 : nil
            }
    }

    private func weights(_ run: String, _ step: Int) throws -> [Data] {
        let path = RunFolder(path: folder.path + "/" + run).checkpointPath(step)
        return try [Model.generatorFile, Checkpoint.trainedFile, Model.discriminatorFile, Checkpoint.momentsFile]
            .map { try Data(contentsOf: URL(fileURLWithPath: path + "/" + $0)) }
    }

    @Test("A run spends what it was given, says how, and ends with a model and its learning rate fallen")
    func whole() throws {
        var said: [String] = []
        let outcome = try train("run") { said.append($0) }
        let run = RunFolder(path: folder.path + "/run")
        let state = try JSONDecoder().decode(
            RunState.self,
            from: try contents(ofFile: run.checkpointPath(outcome.step) + "/" + Checkpoint.stateFile))
        let plan = try #require(state.plan)
        #expect(plan.secondsSpent <= 120 && plan.secondsSpent > 115, "\(plan.secondsSpent)")
        #expect(plan.steps == outcome.step && outcome.step > 20)
        let schedule = try #require(plan.schedule)
        #expect(schedule.decayProgress(at: plan.steps) == 1)
        #expect(schedule.warmUpSteps > 5 && schedule.warmUpSteps < plan.steps / 2)
        #expect(said.contains { $0.hasPrefix("budget of 2m:") }, "\(said)")
        _ = try Model(at: run.path)
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

    @Test("The measurement does not change what a run learns")
    func measuring() throws {
        let whole = try train("whole")
        // The same schedule without a budget.
        var wanted = configuration(120)
        wanted.budget = nil
        let plan = try #require(try RunFolder(path: folder.path + "/whole").plan())
        #expect(plan.steps == whole.step)
        wanted.schedule = plan.schedule
        let trainer = try VocoderTrainer(folder.path + "/plain", beginningAs: wanted)
        _ = try trainer.train(
            RunLimits(steps: whole.step, interval: 10, keeps: 2, threadCount: 2), progress: .quiet) { nil }
        #expect(try weights("plain", whole.step) == weights("whole", whole.step))
    }

    @Test("A budget that preparation has spent is refused with a sentence")
    func tooShort() throws {
        let error = #expect(throws: FileError.self) { try train("run", seconds: 5) }
        #expect(error?.kind == .badData && error?.message.contains("a budget of 5.0s is too short") == true, "\(error?.message ?? "")")
    }
}
