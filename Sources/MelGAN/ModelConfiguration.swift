public import Spectra

/// Everything inference needs to know of a model besides its weights: `config.json` of a model's folder.
public struct ModelConfiguration: Codable, Hashable, Sendable {
    /// What `config.json` calls this kind of model, so that another's is recognised.
    public static let kind = "vocoder-melgan"

    public var kind: String
    public var convention: MelConvention
    public var generator: GeneratorConfiguration
    /// Where the discriminator travels along, for those who train further.
    public var discriminator: DiscriminatorConfiguration?
    /// Training steps the weights have seen; 0 where unknown.
    public var steps: Int

    public init(
        convention: MelConvention, generator: GeneratorConfiguration, discriminator: DiscriminatorConfiguration? = nil,
        steps: Int = 0
    ) {
        kind = Self.kind
        self.convention = convention
        self.generator = generator
        self.discriminator = discriminator
        self.steps = steps
    }

    /// A sentence about what does not fit together; nil where everything does.
    public var validationError: String? {
        if kind != Self.kind { return "it is a model of the kind \(kind), not \(Self.kind)" }
        if let validationError = generator.validationError ?? discriminator?.validationError { return validationError }
        if generator.hopLength != convention.hopLength {
            let bands = generator.subBands.map { " with \($0.count) sub-bands" } ?? ""
            return "the upsampling factors \(generator.upsampling)\(bands) multiply to \(generator.hopLength), "
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

extension GeneratorConfiguration {
    /// A sentence about a size that no network can have; nil where there is none.
    var validationError: String? {
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

extension DiscriminatorConfiguration {
    /// A sentence about a size that no network can have; nil where there is none.
    var validationError: String? {
        let sizes = [scales, baseChannels, layers, stride, maximumChannels]
        if sizes.contains(where: { $0 < 1 || $0 > 4096 }) || baseChannels % 4 != 0 || maximumChannels % 4 != 0 {
            return "its discriminator has impossible sizes (\(baseChannels) to \(maximumChannels) channels in "
                + "\(layers) layers at \(scales) scales; channels come in groups of 4)"
        }
        return nil
    }
}
