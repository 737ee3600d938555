import ArgumentParser
import Training

/// The options of the training schedule and of the optimizers.
struct ScheduleOptions: ParsableArguments {
    @Option(help: "Steps at the start without discriminators, trained by the other losses alone (0; refiner: 300, at most a fifth of --steps; melgan-spectral: a tenth; source: a third; multi-band, full-band: a fifth).")
    var warmUp: Int?

    @Option(help: "Steps after the warm-up in which only the discriminators are updated (0; other recipes: a twentieth of --steps, at most 500; refiner: at most 100).")
    var discriminatorOnly: Int?

    @Option(help: "Steps after those over which the weight of the adversarial losses grows linearly to its full value (0; other recipes: a tenth of --steps, at most 2000; refiner: a twentieth, at most 100).")
    var ramp: Int?

    @Option(help: "Steps over which the learning rate decays to a hundredth, along a cosine; 0 for a constant rate (0; other recipes: --steps).")
    var decay: Int?

    @Option(help: "Largest norm of the generator's gradient, which is clipped to it; 0 for no clipping (0; other recipes: 10).")
    var clip: Double?

    @Option(
        name: [.long, .customLong("averaging")],
        help: "Decay of the exponential moving average (EMA) of the generator's weights, which becomes the model; 0 for none (0; refiner: 0.997; other recipes: 0.999).")
    var emaDecay: Double?

    @Option(help: "Adam's learning rate (0.0001; melgan-spectral: 0.001; other recipes: 0.0005).")
    var learningRate: Double?

    @Option(help: "Adam's betas, such as 0.8,0.99 (0.5,0.9; refiner: 0.8,0.9; other recipes: 0.8,0.99).")
    var betas: String?

    @Option(help: "Training steps of the source's pitch network (refiner, source: 3000; with --from: 0, which keeps the pitch network of the model).")
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

    /// Applies the options that were given, which have been validated before.
    func apply(to configuration: inout RunConfiguration) {
        configuration.schedule = changes.applied(to: configuration.schedule)
        if let emaDecay { configuration.emaDecay = emaDecay > 0 ? emaDecay : nil }
        if let learningRate { configuration.learningRate = learningRate }
        if let betas = try? decays() { configuration.betas = betas }
        if configuration.generator.source != nil, let pitchSteps { configuration.pitchSteps = pitchSteps }
    }

    /// The options of the schedule that were given.
    var changes: TrainingSchedule.Changes {
        var changes = TrainingSchedule.Changes()
        (changes.warmUpSteps, changes.discriminatorOnlySteps, changes.adversarialWarmUpSteps) = (warmUp, discriminatorOnly, ramp)
        (changes.decaySteps, changes.maxGradientNorm) = (decay, clip)
        return changes
    }
}
