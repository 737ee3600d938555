public import MelGAN
import SourceFilter
public import Spectra

/// A way to train that is known to work, as one value; every part of it can be given otherwise.
public enum Recipe: String, Codable, CaseIterable, Sendable {
    /// Kumar et al. 2019, as their program has it.
    case melgan
    /// A narrower MelGAN that refines a ``SpeechSource``, by distances of magnitudes first and a small discriminator later.
    case source
    /// Yang et al. 2020: four sub-bands at a quarter of the rate, for the faster voice.
    case multiBand = "multi-band"
    /// The same paper's MelGAN without sub-bands: a wider context, and distances of magnitudes instead of feature matching.
    case fullBand = "full-band"

    /// The recipe for a generator of this kind, where none is named.
    public init(fitting generator: AnyGeneratorConfiguration) {
        if generator.source != nil {
            self = .source
        } else if generator.subBands != nil {
            self = .multiBand
        } else {
            self = generator[MelGANConfiguration.self]?.residualBlocks == Self.moreBlocks ? .fullBand : .melgan
        }
    }

    /// Whether the recipe trains generators of this kind.
    public func fits(_ generator: AnyGeneratorConfiguration) -> Bool {
        (self == .source) == (generator.source != nil) && (self == .multiBand) == (generator.subBands != nil)
    }

    /// Upsampling factors for a hop; nil where it has a prime factor above 8, or cannot be divided among the sub-bands.
    public func upsampling(forHopLength hop: Int) -> [Int]? {
        switch self {
        case .melgan, .source: return MelGANConfiguration.upsampling(forHopLength: hop)
        case .fullBand: return hop == 256 ? [8, 8, 4] : MelGANConfiguration.upsampling(forHopLength: hop)
        case .multiBand:
            let bands = SubBandConfiguration().count
            if hop == 256 { return [8, 4, 2] }
            return hop % bands == 0 ? MelGANConfiguration.upsampling(forHopLength: hop / bands) : nil
        }
    }

    /// What the recipe says about a run for mels of `convention`.
    ///
    /// - Parameter steps: in all, from which a decaying learning rate and the discriminator's entry follow.
    public func configuration(
        corpus: String, validation: String?, convention: MelConvention, upsampling: [Int], steps: Int
    ) -> RunConfiguration {
        var configuration = RunConfiguration(corpus: corpus, validation: validation, convention: convention)
        configuration.recipe = self
        let widest =
            switch self {
            case .melgan, .fullBand: 512
            case .source: 256
            case .multiBand: 384
            }
        var generator = MelGANConfiguration(
            inputBands: convention.bandCount, baseChannels: max(1, widest >> upsampling.count), upsampling: upsampling)
        var discriminator = MultiScaleConfiguration()
        let hop = convention.hopLength, samples = self == .multiBand || self == .fullBand ? 16_384 : 8192
        configuration.segmentLength = max(1, (samples + hop / 2) / hop) * hop
        configuration.schedule = schedule(steps: steps)
        for kind in lossKinds { configuration.losses[kind.name] = kind.recipeWeights[self] }
        switch self {
        case .melgan: break
        case .source:
            generator.source = SourceConfiguration(pitch: PitchConfiguration(inputBands: convention.bandCount))
            discriminator.maximumChannels = 256
            configuration.featureMatchingWeight = 2
            configuration.pitchSteps = Self.pitchSteps
        case .multiBand, .fullBand:
            // Yang et al.: spectral losses beside 2.5 times the mean logit, no feature matching, a smaller discriminator for
            // sub-bands. Their 64 segments a step (48 without sub-bands) are 8 here, and the falling learning rate is ours.
            generator.residualBlocks = Self.moreBlocks
            configuration.featureMatchingWeight = 0
            configuration.adversarialWeight = 2.5 / Double(discriminator.scales)
            guard self == .multiBand else { break }
            generator.subBands = SubBandConfiguration()
            (discriminator.layers, discriminator.maximumChannels) = (3, 512)
        }
        configuration.generator = AnyGeneratorConfiguration(generator)
        configuration.discriminators = [WeightedDiscriminator(discriminator)]
        if self != .melgan {
            configuration.objective = .leastSquares
            setOptimiser(&configuration)
        }
        return configuration
    }

    /// Steps that a source's pitch network is trained for.
    public static let pitchSteps = 3000
    /// Residual blocks a stage of both generators of Yang et al.
    private static let moreBlocks = 4

    private func setOptimiser(_ configuration: inout RunConfiguration) {
        configuration.batch = 8
        configuration.learningRate = 5e-4
        configuration.betas = [0.8, 0.99]
        configuration.emaDecay = 0.999
    }

    /// What takes part when in a run of `steps` steps; nil for the paper's, everything at once and at one rate.
    public func schedule(steps: Int) -> TrainingSchedule? {
        // Yang et al. let the discriminator wait for 200,000 of a million steps.
        let share = self == .source ? 3 : 5
        guard self != .melgan else { return nil }
        return TrainingSchedule(
            warmUpSteps: steps / share, discriminatorOnlySteps: min(500, steps / 20), adversarialWarmUpSteps: min(2000, steps / 10),
            decaySteps: steps, maxGradientNorm: 10)
    }
}
