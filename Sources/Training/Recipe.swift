public import MelGAN
public import Spectra

/// A way to train that is known to work, as one value; every part of it can be given otherwise.
public enum Recipe: String, Codable, CaseIterable, Sendable {
    /// Kumar et al. 2019, as their program has it.
    case melgan
    /// A narrower MelGAN that refines a ``SpeechSource``, by distances of magnitudes first and a small discriminator later.
    case source

    /// What the recipe says about a run for mels of `convention`.
    ///
    /// - Parameter steps: in all, from which a decaying learning rate and the discriminator's entry follow.
    public func configuration(
        corpus: String, validation: String?, convention: MelConvention, upsampling: [Int], steps: Int
    ) -> RunConfiguration {
        var configuration = RunConfiguration(corpus: corpus, validation: validation, convention: convention)
        configuration.recipe = self
        configuration.generator = GeneratorConfiguration(
            inputBands: convention.bandCount, baseChannels: max(1, 512 >> upsampling.count), upsampling: upsampling)
        let hop = convention.hopLength
        configuration.segmentLength = max(1, (8192 + hop / 2) / hop) * hop
        guard self == .source else { return configuration }
        configuration.generator.baseChannels = max(1, 256 >> upsampling.count)
        configuration.generator.source = SourceConfiguration(pitch: PitchConfiguration(inputBands: convention.bandCount))
        configuration.discriminator.maximumChannels = 256
        configuration.batch = 8
        configuration.objective = .leastSquares
        configuration.featureMatchingWeight = 2
        configuration.melDistanceWeight = 15
        configuration.spectrogramDistanceWeight = 5
        configuration.learningRate = 5e-4
        configuration.betas = [0.8, 0.99]
        configuration.averaging = 0.999
        configuration.pitchSteps = Self.pitchSteps
        configuration.course = course(steps: steps)
        return configuration
    }

    /// Steps that a source's pitch network is trained for.
    public static let pitchSteps = 3000

    /// What takes part when in a run of `steps` steps; nil for the paper's, everything at once and at one rate.
    public func course(steps: Int) -> TrainingCourse? {
        guard self == .source else { return nil }
        return TrainingCourse(
            warmUpSteps: steps / 3, headStartSteps: min(500, steps / 20), rampSteps: min(2000, steps / 10),
            decaySteps: steps, longestGradient: 10)
    }

    /// The recipe for a generator of this kind, where none is named.
    public init(fitting generator: GeneratorConfiguration) { self = generator.source == nil ? .melgan : .source }

    /// Whether the recipe trains generators of this kind.
    public func fits(_ generator: GeneratorConfiguration) -> Bool { (self == .source) == (generator.source != nil) }
}
