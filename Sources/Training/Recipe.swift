import MelGAN
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
        configuration.pitchSteps = 3000
        configuration.course = TrainingCourse(
            warmUpSteps: steps / 3, headStartSteps: min(500, steps / 20), rampSteps: min(2000, steps / 10),
            decaySteps: steps, longestGradient: 10)
        return configuration
    }
}
