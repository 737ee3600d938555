public import Spectra

/// Everything inference needs to know of a model besides its weights: `config.json` of a model's folder.
public struct ModelConfiguration: Codable, Hashable, Sendable {
    public var convention: MelConvention
    public var generator: AnyGeneratorConfiguration
    /// The discriminators whose weights travel along, for those who train further; empty where there are none.
    public var discriminators: [WeightedDiscriminator]
    /// Training steps the weights have seen; 0 where unknown.
    public var steps: Int

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

    private enum Key: CodingKey { case kind, convention, generator, discriminators, discriminator, steps }

    /// `config.json` of a vocoder names its generator after this, so that models of other programs are recognized.
    static let kindPrefix = "vocoder-"

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let kind = try values.decode(String.self, forKey: .kind)
        guard let type = generatorKinds.first(where: { Self.kindPrefix + $0.kind == kind }) else { throw UnknownGenerator(kind: kind) }
        convention = try values.decode(MelConvention.self, forKey: .convention)
        generator = AnyGeneratorConfiguration(try values.decode(type, forKey: .generator))
        discriminators = try values.decodeIfPresent([WeightedDiscriminator].self, forKey: .discriminators) ?? []
        // Models written before there were several kinds have the multi-scale one's sizes under this name.
        if let only = try values.decodeIfPresent(MultiScaleConfiguration.self, forKey: .discriminator) {
            discriminators = [WeightedDiscriminator(only)]
        }
        steps = try values.decode(Int.self, forKey: .steps)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(Self.kindPrefix + generator.kind, forKey: .kind)
        try values.encode(convention, forKey: .convention)
        try values.encode(generator.base, forKey: .generator)
        if !discriminators.isEmpty { try values.encode(discriminators, forKey: .discriminators) }
        try values.encode(steps, forKey: .steps)
    }

    /// A kind of generator that this program does not have.
    struct UnknownGenerator: Error { let kind: String }

    /// A sentence about what does not fit together; nil where everything does.
    public var validationError: String? {
        if let validationError = generator.validationError ?? discriminators.validationError { return validationError }
        if generator.hopLength != convention.hopLength {
            return "its generator makes \(generator.hopLength) samples of a frame (\(generator.summary)), "
                + "and the mel's hop is \(convention.hopLength)"
        }
        if generator.inputBands != convention.bandCount {
            return "the generator takes \(generator.inputBands) bands, and the mel has \(convention.bandCount)"
        }
        do throws(MelConventionError) { try convention.check() } catch {
            // The sentence goes on where this one is used: without its full stop.
            return "its mels contradict themselves: \(error.description.dropLast())"
        }
        return nil
    }
}

extension MelGANConfiguration {
    /// A sentence about a size that no network can have; nil where there is none.
    public var validationError: String? {
        let sizes = upsampling + [inputBands, baseChannels]
        if upsampling.isEmpty || upsampling.count > 8 || sizes.contains(where: { $0 < 1 || $0 > 4096 })
            || !(0...8).contains(residualBlocks) || upsampling.reduce(1, { min($0 * $1, 1 << 20) }) == 1 << 20
            || channels(afterStage: 0) > 8192
        {
            return "its generator has impossible sizes (upsampling \(upsampling), \(baseChannels) channels, "
                + "\(residualBlocks) residual blocks)"
        }
        if let source, source.pitch.inputBands != inputBands {
            return "its pitch network takes \(source.pitch.inputBands) bands and its generator \(inputBands)"
        }
        if source != nil, subBands != nil { return "its generator cannot refine a source in sub-bands" }
        return source?.validationError ?? subBands?.validationError
    }

    /// Upsampling factors for a hop, largest first: the paper's for 256, else the fewest of at most 8 each.
    ///
    /// Nil where the hop has a prime factor above 8.
    public static func upsampling(forHopLength hopLength: Int) -> [Int]? {
        if hopLength == 256 { return [8, 8, 2, 2] }
        var (factors, rest) = ([Int](), hopLength)
        while rest > 1 {
            guard let factor = (2...8).last(where: { rest % $0 == 0 }) else { return nil }
            factors.append(factor)
            rest /= factor
        }
        return factors.isEmpty ? nil : factors.sorted(by: >)
    }
}
