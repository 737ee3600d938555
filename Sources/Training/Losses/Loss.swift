public import MelGAN
public import Tensors

/// A loss on generated audio that needs no discriminator.
///
/// To add one, write its file in this folder and its line in ``lossKinds``: the option, its default, its help, the log, the
/// checkpoint and the progress line follow from that line.
public protocol Loss: Sendable {
    /// The mean loss of a batch, whose gradient times `weight` is accumulated on what the generator made.
    ///
    /// - Parameter audio: `[batch, samples, 1]`: the recordings.
    func accumulate(on generated: GeneratorOutput, _ audio: Tensor, weight: Double) -> Double
}

/// A loss that compares the generated signal itself with the recording.
public protocol AudioLoss: Loss {
    /// - Parameters:
    ///   - audio: `[batch, samples, 1]`, float32: what a generator made.
    ///   - target: The recordings, of the same shape.
    ///   - weight: The factor of the gradient.
    /// - Returns: The mean loss, and its gradient with respect to `audio` times `weight`.
    func callAsFunction(_ audio: Tensor, _ target: Tensor, weight: Double) -> (value: Double, gradient: Tensor)
}

extension AudioLoss {
    public func accumulate(on generated: GeneratorOutput, _ audio: Tensor, weight: Double) -> Double {
        let (value, gradient) = self(generated.audio.value, audio, weight: weight)
        generated.audio.accumulate(gradient)
        return value
    }
}

/// A kind of loss: its name, its help, its weight in each recipe, and how it is made for a run.
public struct LossKind: Sendable {
    /// The name in options, files and logs: `mel` is set by `--mel-loss`.
    public let name: String
    /// What the loss is, in a few words for the help.
    public let help: String
    /// The weights of the recipes that use it.
    public let recipeWeights: [Recipe: Double]
    /// Makes the loss for a run; nil if the run's generator cannot use it.
    let make: @Sendable (RunConfiguration) -> (any Loss)?
    /// What a run needs in order to use the loss, for the error message if `make` returns nil.
    let requirement: String

    init(
        _ name: String, _ help: String, _ recipeWeights: [Recipe: Double], requirement: String = "",
        make: @escaping @Sendable (RunConfiguration) -> (any Loss)?
    ) {
        (self.name, self.help, self.recipeWeights) = (name, help, recipeWeights)
        (self.make, self.requirement) = (make, requirement)
    }
}

/// All kinds of losses, in the order in which a step computes them.
public let lossKinds: [LossKind] = [
    LossKind("mel", "L1 of log-mel spectrograms (Kong et al. 2020); 45 is usual, and learns much faster", [.source: 15]) {
        MelLoss($0.convention)
    },
    LossKind("multi-mel", "mean L1 of log-mel spectrograms at four resolutions", [.refiner: 30, .melganSpectral: 15]) {
        MultiResolutionMelLoss(sampleRate: $0.convention.sampleRate)
    },
    LossKind("spectrogram", "multi-resolution STFT loss (Yamamoto et al. 2020)", [.melganSpectral: 2, .source: 5, .multiBand: 0.5, .fullBand: 1]) {
        _ in MultiResolutionSTFTLoss()
    },
    LossKind(
        "waveform", "L2 of the waveforms, for which a source gets the recordings' phases", [.source: 2],
        requirement: "a generator with a source, since all others choose their phases themselves"
    ) { $0.generator.source == nil ? nil : WaveformLoss() },
    LossKind(
        "sub-band", "multi-resolution STFT loss in each sub-band (Yang et al. 2020)", [.multiBand: 0.5],
        requirement: "a generator that makes sub-bands"
    ) { $0.generator.subBands.map { SubBandSTFTLoss($0.filterbank) } },
]

/// A loss of a run with its weight.
public struct WeightedLoss: Sendable {
    public let name: String
    public let weight: Double
    public let loss: any Loss

    public init(_ name: String, weight: Double, _ loss: any Loss) {
        (self.name, self.weight, self.loss) = (name, weight, loss)
    }
}

extension RunConfiguration {
    /// The losses of this run whose weight is not 0, in the order of ``lossKinds``.
    public var weightedLosses: [WeightedLoss] {
        lossKinds.compactMap { kind in
            guard let weight = losses[kind.name], weight > 0, let loss = kind.make(self) else { return nil }
            return WeightedLoss(kind.name, weight: weight, loss)
        }
    }

    /// Describes a loss that this run cannot use; nil if all are valid.
    var lossValidationError: String? {
        for (name, weight) in losses.sorted(by: { $0.key < $1.key }) where weight != 0 {
            guard let kind = lossKinds.first(where: { $0.name == name }) else { return "there is no loss called \(name)" }
            if !(weight >= 0 && weight.isFinite) { return "the weight of the \(name) loss, \(weight), is not a number from 0 on" }
            if kind.make(self) == nil { return "the \(name) loss needs \(kind.requirement)" }
        }
        return nil
    }
}
