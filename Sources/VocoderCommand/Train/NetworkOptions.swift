import ArgumentParser
import MelGAN
import Spectra
import Training

/// The options that say which networks are trained and how large they are.
struct NetworkOptions: ParsableArguments {
    @Option(help: "The generator, if not the recipe's: \(generatorKinds.map { $0.kind }.joined(separator: ", ")).")
    var generator: String?

    @Option(help: "The generator's upsampling factors, such as 8,8,2,2; their product is the hop (multi-band: a quarter of it).")
    var upsampling: String?

    @Option(help: "Channels after the generator's first convolution (512; source: 256; multi-band: 384); each stage halves them.")
    var channels: Int?

    @Option(help: "Residual blocks in each stage (3; multi-band, full-band: 4).")
    var residualBlocks: Int?

    @Option(name: [.long, .customLong("passes")], help: "Iterations of the source's envelope matching (refiner, source: 30).")
    var envelopeIterations: Int?

    @Option(
        help: ArgumentHelp(
            "The discriminators, if not the recipe's: any of \(discriminatorKinds.map { $0.kind }.joined(separator: ", ")) with optional weights, such as multi-scale,multi-period=0.5 (multi-scale; refiner, melgan-spectral: spectrogram).",
            valueName: "kind[=weight],…"))
    var discriminators: String?

    @Option(
        help:
            "Channels of the multi-scale discriminator's first layer (16) and of its widest (1024; source: 256; multi-band: 512), such as 16,1024."
    )
    var discriminatorChannels: String?

    func validate() throws {
        _ = try factors()
        _ = try widths()
        _ = try chosenDiscriminators()
        if let generator, !generatorKinds.contains(where: { $0.kind == generator }) {
            throw ValidationError(
                "--generator \(generator): one of \(generatorKinds.map { $0.kind }.joined(separator: ", ")) was expected.")
        }
    }

    func factors() throws -> [Int]? {
        guard let upsampling else { return nil }
        let factors = upsampling.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard let known = factors as? [Int], known.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("--upsampling \(upsampling): whole numbers such as 8,8,2,2 were expected.")
        }
        return known
    }

    private func widths() throws -> (first: Int, widest: Int)? {
        guard let discriminatorChannels else { return nil }
        let widths = discriminatorChannels.split(separator: ",").compactMap { Int($0) }
        guard widths.count == 2 else {
            throw ValidationError("--discriminator-channels \(discriminatorChannels): two numbers such as 16,1024 were expected.")
        }
        return (widths[0], widths[1])
    }

    /// The discriminators that were named, with their default sizes.
    private func chosenDiscriminators() throws -> [WeightedDiscriminator]? {
        guard let discriminators else { return nil }
        return try discriminators.split(separator: ",", omittingEmptySubsequences: false).map { choice in
            let parts = choice.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let type = discriminatorKinds.first(where: { $0.kind == parts[0] }),
                let weight = parts.count == 2 ? Double(parts[1]) : 1, weight > 0
            else {
                throw ValidationError(
                    "--discriminators \(discriminators): kinds (\(discriminatorKinds.map { $0.kind }.joined(separator: ", "))) were "
                        + "expected, separated by commas, each with an optional =WEIGHT.")
            }
            return WeightedDiscriminator(type.init(), weight: weight)
        }
    }

    /// Checks that every option that was given says something of the run's networks.
    ///
    /// - Throws: `ValidationError` that names the option and the recipes it belongs to.
    func check(_ configuration: RunConfiguration) throws {
        func require(_ isMet: Bool, _ option: String, _ isGiven: Bool, _ wanted: String) throws {
            guard isGiven, !isMet else { return }
            throw ValidationError("\(option) says nothing of this run, which has no \(wanted).")
        }
        let isMelGAN = configuration.generator[MelGANConfiguration.self] != nil
        for (option, isGiven) in [
            ("--upsampling", upsampling != nil), ("--channels", channels != nil), ("--residual-blocks", residualBlocks != nil),
        ] {
            try require(isMelGAN, option, isGiven, "MelGAN generator; --recipe melgan has one")
        }
        try require(
            configuration.generator.source != nil, "--envelope-iterations", envelopeIterations != nil,
            "source; the recipes refiner and source have one")
        try require(
            configuration.discriminators[MultiScaleConfiguration.self] != nil, "--discriminator-channels", discriminatorChannels != nil,
            "multi-scale discriminator; --recipe melgan has one")
    }

    /// Applies the options that were given, which have been validated before.
    func apply(to configuration: inout RunConfiguration) {
        if let type = generatorKinds.first(where: { $0.kind == generator }), configuration.generator.kind != type.kind,
            let base = type.init(fitting: configuration.convention)
        {
            configuration.generator = AnyGeneratorConfiguration(base)
        }
        if var melGAN = configuration.generator[MelGANConfiguration.self] {
            if let factors = try? factors() { melGAN.upsampling = factors }
            if let channels { melGAN.baseChannels = max(1, channels >> melGAN.upsampling.count) }
            if let residualBlocks { melGAN.residualBlocks = residualBlocks }
            configuration.generator[MelGANConfiguration.self] = melGAN
        }
        if let envelopeIterations { configuration.generator.source?.iterations = envelopeIterations }
        if let chosen = try? chosenDiscriminators() {
            // A discriminator that the recipe also has keeps the recipe's sizes.
            configuration.discriminators = chosen.map { choice in
                let known = configuration.discriminators.first { $0.kind == choice.kind }
                return WeightedDiscriminator(known?.configuration ?? choice.configuration, weight: choice.weight)
            }
        }
        if let widths = try? widths() {
            configuration.discriminators[MultiScaleConfiguration.self]?.baseChannels = widths.first
            configuration.discriminators[MultiScaleConfiguration.self]?.maximumChannels = widths.widest
        }
    }
}
