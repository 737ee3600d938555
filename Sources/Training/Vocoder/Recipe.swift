public import MelGAN
import SourceFilter
public import Spectra

/// A named set of training settings that is known to work; each setting can be changed.
public enum Recipe: String, Codable, CaseIterable, Sendable {
    /// A ``SpeechSource`` whose spectrum a ``SpectralRefiner`` changes, trained with discriminators of spectrograms: the best sound for
    /// the time, from minutes on.
    case refiner
    /// The MelGAN of Kumar et al. 2019, with the settings of their program.
    case melgan
    /// The same generator, trained with mel distances first and discriminators of spectrograms later: it speaks after hours
    /// instead of days.
    case melganSpectral = "melgan-spectral"
    /// A narrower MelGAN that refines a ``SpeechSource``, trained with spectral losses first and a small discriminator later.
    case source
    /// The Multi-band MelGAN of Yang et al. 2020: four sub-bands at a quarter of the rate, for faster synthesis.
    case multiBand = "multi-band"
    /// The same paper's MelGAN without sub-bands: a wider receptive field, and spectral losses instead of feature matching.
    case fullBand = "full-band"

    /// The recipe of a run that none is named for.
    public static let standard = Recipe.refiner

    /// The number of training steps of a run whose length is not said.
    public var standardSteps: Int {
        switch self {
        case .refiner: 3000
        case .melganSpectral: 60_000
        case .melgan, .source, .multiBand, .fullBand: 100_000
        }
    }

    /// Whether it trains against discriminators of spectrograms. A model is then the better the longer they have taught it, although
    /// its mel error grows.
    var hasSpectrogramDiscriminators: Bool { self == .refiner || self == .melganSpectral }

    /// The default recipe for a generator of this kind.
    public init(fitting generator: AnyGeneratorConfiguration) {
        if generator.kind == SpectralRefinerConfiguration.kind {
            self = .refiner
        } else if generator.source != nil {
            self = .source
        } else if generator.subBands != nil {
            self = .multiBand
        } else {
            self = generator[MelGANConfiguration.self]?.residualBlocks == Self.moreBlocks ? .fullBand : .melgan
        }
    }

    /// Whether the recipe trains generators of this kind.
    public func fits(_ generator: AnyGeneratorConfiguration) -> Bool {
        (self == .refiner) == (generator.kind == SpectralRefinerConfiguration.kind)
            && (self == .source || self == .refiner) == (generator.source != nil)
            && (self == .multiBand) == (generator.subBands != nil)
    }

    /// The upsampling factors for a hop; nil if it has a prime factor above 8, or cannot be divided among the sub-bands. A refiner
    /// takes any hop, and ignores the factors.
    public func upsampling(forHopLength hop: Int) -> [Int]? {
        switch self {
        case .refiner: return [hop]
        case .melgan, .melganSpectral, .source: return MelGANConfiguration.upsampling(forHopLength: hop)
        case .fullBand: return hop == 256 ? [8, 8, 4] : MelGANConfiguration.upsampling(forHopLength: hop)
        case .multiBand:
            let bands = SubBandConfiguration().count
            if hop == 256 { return [8, 4, 2] }
            return hop % bands == 0 ? MelGANConfiguration.upsampling(forHopLength: hop / bands) : nil
        }
    }

    /// The configuration of a run for mels of `convention`.
    ///
    /// - Parameter steps: The total number of steps, which determines the learning rate's decay and the discriminator's start.
    public func configuration(
        corpus: String, validation: String?, convention: MelConvention, upsampling: [Int], steps: Int
    ) -> RunConfiguration {
        var configuration = RunConfiguration(corpus: corpus, validation: validation, convention: convention)
        configuration.recipe = self
        let widest =
            switch self {
            case .melgan, .melganSpectral, .fullBand: 512
            case .source, .refiner: 256
            case .multiBand: 384
            }
        var generator = MelGANConfiguration(
            inputBands: convention.bandCount, baseChannels: max(1, widest >> upsampling.count), upsampling: upsampling)
        var multiScale = MultiScaleConfiguration()
        let hop = convention.hopLength, samples = self == .multiBand || self == .fullBand ? 16_384 : 8192
        configuration.segmentLength = max(1, (samples + hop / 2) / hop) * hop
        configuration.schedule = schedule(steps: steps)
        for kind in lossKinds { configuration.losses[kind.name] = kind.recipeWeights[self] }
        switch self {
        case .melgan: break
        case .melganSpectral: configuration.featureMatchingWeight = 2
        case .refiner:
            configuration.featureMatchingWeight = 2
            configuration.pitchSteps = Self.pitchSteps
            configuration.augmentation = SegmentAugmentation()
        case .source:
            generator.source = SourceConfiguration(pitch: PitchConfiguration(inputBands: convention.bandCount))
            multiScale.maximumChannels = 256
            configuration.featureMatchingWeight = 2
            configuration.pitchSteps = Self.pitchSteps
        case .multiBand, .fullBand:
            // Yang et al.: spectral losses beside 2.5 times the mean logit, no feature matching, a smaller discriminator for
            // sub-bands. Their 64 segments a step (48 without sub-bands) are 8 here, and the decay of the learning rate is this package's.
            generator.residualBlocks = Self.moreBlocks
            configuration.featureMatchingWeight = 0
            configuration.adversarialWeight = 2.5 / Double(multiScale.scales)
            guard self == .multiBand else { break }
            generator.subBands = SubBandConfiguration()
            (multiScale.layers, multiScale.maximumChannels) = (3, 512)
        }
        configuration.generator =
            self == .refiner
            ? AnyGeneratorConfiguration(SpectralRefinerConfiguration(fitting: convention)) : AnyGeneratorConfiguration(generator)
        configuration.discriminators = [
            hasSpectrogramDiscriminators ? WeightedDiscriminator(SpectrogramConfiguration()) : WeightedDiscriminator(multiScale)
        ]
        if self != .melgan { setOptimiser(&configuration) }
        return configuration
    }

    /// The number of training steps of a source's pitch network.
    public static let pitchSteps = 3000
    /// The number of residual blocks in each stage of both generators of Yang et al.
    private static let moreBlocks = 4

    private func setOptimiser(_ configuration: inout RunConfiguration) {
        // MelGAN learns faster from more steps of fewer segments.
        configuration.batch = self == .melganSpectral ? 4 : 8
        configuration.learningRate = self == .melganSpectral ? 1e-3 : 5e-4
        configuration.betas = [0.8, self == .refiner ? 0.9 : 0.99]
        configuration.emaDecay = self == .refiner ? 0.997 : 0.999
        configuration.objective = hasSpectrogramDiscriminators ? .hinge : .leastSquares
    }

    /// The schedule of a run of `steps` steps; nil for MelGAN's, which uses all losses from the first step at a constant learning rate.
    public func schedule(steps: Int) -> TrainingSchedule? {
        // Yang et al. start the discriminator after 200,000 of a million steps.
        let warmUpSteps: Int
        switch self {
        case .melgan: return nil
        case .refiner:
            return TrainingSchedule(
                warmUpSteps: min(300, steps / 5), discriminatorOnlySteps: min(100, steps / 20), adversarialWarmUpSteps: min(100, steps / 20),
                decaySteps: steps, maxGradientNorm: 10)
        case .melganSpectral: warmUpSteps = steps / 10
        case .source: warmUpSteps = steps / 3
        case .multiBand, .fullBand: warmUpSteps = steps / 5
        }
        return TrainingSchedule(
            warmUpSteps: warmUpSteps, discriminatorOnlySteps: min(500, steps / 20), adversarialWarmUpSteps: min(2000, steps / 10),
            decaySteps: steps, maxGradientNorm: 10)
    }
}
