import ArgumentParser
import Training

/// The options that say what takes part when, and how fast the networks learn.
struct ScheduleOptions: ParsableArguments {
    @Option(help: "Steps before the discriminator takes part, with the mel and spectrogram losses alone (0; source: a third of --steps; multi-band, full-band: a fifth).")
    var warmUp: Int?

    @Option(help: "Steps after them in which the discriminator learns by itself (0; other recipes: a twentieth of --steps, at most 500).")
    var discriminatorOnly: Int?

    @Option(help: "Steps after those over which its part in the generator's loss grows (0; other recipes: a tenth of --steps, at most 2000).")
    var ramp: Int?

    @Option(help: "Steps in which the learning rate falls to a hundredth; 0 to keep it (0; other recipes: --steps).")
    var decay: Int?

    @Option(help: "The longest gradient of the generator; 0 for any (0; other recipes: 10).")
    var clip: Double?

    @Option(
        name: [.long, .customLong("averaging")],
        help: "Decay of a moving average of the generator's weights, which is then the model; 0 for none (0; other recipes: 0.999).")
    var emaDecay: Double?

    @Option(help: "Adam's (0.0001; other recipes: 0.0005).")
    var learningRate: Double?

    @Option(help: "Adam's two decays, as 0.8,0.99 (0.5,0.9; other recipes: 0.8,0.99).")
    var betas: String?

    @Option(help: "Steps that the source's pitch network is trained for (source: 3000; with --from none: the model's is kept).")
    var pitchSteps: Int?

    func validate() throws { _ = try decays() }

    private func decays() throws -> [Double]? {
        guard let betas else { return nil }
        let decays = betas.split(separator: ",").compactMap { Double($0) }
        guard decays.count == 2, decays.allSatisfy({ (0..<1).contains($0) }) else {
            throw ValidationError("--betas \(betas): two numbers from 0 to 1, such as 0.8,0.99, were expected.")
        }
        return decays
    }

    /// Sets what was given; everything was validated before.
    func apply(to configuration: inout RunConfiguration) {
        configuration.schedule = changes.applied(to: configuration.schedule)
        if let emaDecay { configuration.emaDecay = emaDecay > 0 ? emaDecay : nil }
        if let learningRate { configuration.learningRate = learningRate }
        if let betas = try? decays() { configuration.betas = betas }
        if configuration.generator.source != nil, let pitchSteps { configuration.pitchSteps = pitchSteps }
    }

    /// What was given of the schedule.
    var changes: TrainingSchedule.Changes {
        var changes = TrainingSchedule.Changes()
        (changes.warmUpSteps, changes.discriminatorOnlySteps, changes.adversarialWarmUpSteps) = (warmUp, discriminatorOnly, ramp)
        (changes.decaySteps, changes.maxGradientNorm) = (decay, clip)
        return changes
    }
}
