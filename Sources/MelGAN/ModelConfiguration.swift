public import Spectra

/// Everything that inference needs to know about a model besides its weights; stored as `config.json` in a model's folder.
public struct ModelConfiguration: Codable, Hashable, Sendable {
    public var convention: MelConvention
    public var generator: AnyGeneratorConfiguration
    /// The discriminators whose weights are stored with the model for further training; empty if there are none.
    public var discriminators: [WeightedDiscriminator]
    /// The number of training steps; 0 if unknown.
    public var steps: Int
    /// Whether frames of digital silence become zeros, whatever the network makes of them; off for imported models, which give what
    /// their own program gives.
    public var silenceGate = true

    public init(
        convention: MelConvention, generator: AnyGeneratorConfiguration, discriminators: [WeightedDiscriminator] = [],
        steps: Int = 0
    ) {
        self.convention = convention
        self.generator = generator
        self.discriminators = discriminators
        self.steps = steps
    }

    public init(
        convention: MelConvention, generator: some GeneratorConfiguration, discriminators: [WeightedDiscriminator] = [],
        steps: Int = 0
    ) {
        self.init(
            convention: convention, generator: AnyGeneratorConfiguration(generator), discriminators: discriminators, steps: steps)
    }

    private enum Key: CodingKey { case kind, convention, generator, discriminators, discriminator, steps, silenceGate }

    /// The prefix of the generator's kind in `config.json`, by which models of other programs are recognized.
    static let kindPrefix = "vocoder-"

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let kind = try values.decode(String.self, forKey: .kind)
        guard let type = generatorKinds.first(where: { Self.kindPrefix + $0.kind == kind }) else { throw UnknownGenerator(kind: kind) }
        convention = try values.decode(MelConvention.self, forKey: .convention)
        generator = AnyGeneratorConfiguration(try values.decode(type, forKey: .generator))
        discriminators = try values.decodeIfPresent([WeightedDiscriminator].self, forKey: .discriminators) ?? []
        // Models from before there were several kinds of discriminators have the multi-scale discriminator's sizes under this name.
        if let only = try values.decodeIfPresent(MultiScaleConfiguration.self, forKey: .discriminator) {
            discriminators = [WeightedDiscriminator(only)]
        }
        steps = try values.decode(Int.self, forKey: .steps)
        silenceGate = try values.decodeIfPresent(Bool.self, forKey: .silenceGate) ?? true
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(Self.kindPrefix + generator.kind, forKey: .kind)
        try values.encode(convention, forKey: .convention)
        try values.encode(generator.base, forKey: .generator)
        if !discriminators.isEmpty { try values.encode(discriminators, forKey: .discriminators) }
        try values.encode(steps, forKey: .steps)
        try values.encode(silenceGate, forKey: .silenceGate)
    }

    /// A kind of generator that this program does not have.
    struct UnknownGenerator: Error { let kind: String }

    /// Describes settings that do not fit together; nil if all are valid.
    public var validationError: String? {
        if let validationError = generator.validationError ?? discriminators.validationError { return validationError }
        if generator.hopLength != convention.hopLength {
            return "its generator makes \(generator.hopLength) samples for each frame (\(generator.summary)), "
                + "and the mel's hop is \(convention.hopLength)"
        }
        if generator.inputBands != convention.bandCount {
            return "the generator takes \(generator.inputBands) bands, and the mel has \(convention.bandCount)"
        }
        do throws(MelConventionError) { try convention.check() } catch {
            // The callers end the sentence, so its full stop is dropped.
            return "its mel convention is not valid: \(error.description.dropLast())"
        }
        return nil
    }
}

extension MelConvention {
    /// The settings of the mels on one line, for people.
    public var summary: String {
        "\(valueSummary), \(sampleRate) Hz, hop \(hopLength), FFT \(fftSize), \(bandCount) bands from "
            + "\(lowestFrequency) to \(highestFrequency) Hz"
    }
}
