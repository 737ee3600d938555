public import ArgumentParser
public import Training

extension AdversarialObjective: ExpressibleByArgument {}

/// The options that say what the networks are taught by.
struct LossOptions: ParsableArguments {
    @Option(
        help:
            "The game: \(AdversarialObjective.allCases.map(\.rawValue).joined(separator: ", ")) (hinge; other recipes: least-squares)."
    )
    var objective: AdversarialObjective?

    @Option(help: "Weight of feature matching (10; source: 2; multi-band, full-band: 0).")
    var featureMatching: Double?

    @Option(help: "Weight of a mel loss beside the paper's losses (0; source: 15); 45 is usual, and teaches much faster.")
    var melLoss: Double?

    @Option(help: "Weight of a multi-resolution spectrogram loss (0; source: 5; multi-band: 0.5; full-band: 1).")
    var spectrogramLoss: Double?

    @Option(help: "Weight of the same in each sub-band (multi-band: 0.5).")
    var subBandLoss: Double?

    @Option(help: "Weight of a waveform loss, for which a source's phases are led to the recording's (source: 2).")
    var waveformLoss: Double?

    @Option(help: "Weight of the discriminator's scores, summed over scales (1; multi-band, full-band: 0.83).")
    var adversarial: Double?

    @Option(help: "Updates of the discriminator for each of the generator (1).")
    var discriminatorSteps: Int?

    func apply(to configuration: inout RunConfiguration) {
        if let objective { configuration.objective = objective }
        if let featureMatching { configuration.featureMatchingWeight = featureMatching }
        if let melLoss { configuration.melLossWeight = melLoss }
        if let spectrogramLoss { configuration.stftLossWeight = spectrogramLoss }
        if let subBandLoss { configuration.subBandSTFTLossWeight = subBandLoss }
        if let waveformLoss { configuration.waveformLossWeight = waveformLoss }
        if let adversarial { configuration.adversarialWeight = adversarial }
        if let discriminatorSteps { configuration.discriminatorSteps = max(1, discriminatorSteps) }
    }
}
