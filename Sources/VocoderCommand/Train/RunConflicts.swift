import Files
import Training

/// The differences between the options given now and those that an existing run was begun with.
struct RunConflicts<Configuration> {
    private let earlier: Configuration
    private let asked: Configuration
    private var sentences: [String] = []

    /// - Parameter asked: The earlier configuration with the options of this command applied to it.
    private init(between earlier: Configuration, and asked: Configuration) {
        (self.earlier, self.asked) = (earlier, asked)
    }

    init(_ earlier: Configuration, _ asked: Configuration) where Configuration == RunConfiguration {
        self.init(between: earlier, and: asked)
        compare("--recipe", \.recipe?.rawValue)
        compare("--from", \.from)
        compare("--budget", \.budget)
        compare("--validation", \.validation)
        compare("--mels", \.mels)
        compareListings(\.listing)
        if (earlier.denoising ?? .off) != (asked.denoising ?? .off) { sentences.append("--denoise was \((earlier.denoising ?? .off).rawValue)") }
        compare("the mel", \.convention)
        compare("the generator", \.generator.summary)
        compare("--discriminators", \.discriminators.summary)
        compare("--objective", \.objective)
        compare("--feature-matching", \.featureMatchingWeight)
        // A loss that a run does not have is one with a weight of 0.
        for kind in lossKinds where (earlier.losses[kind.name] ?? 0) != (asked.losses[kind.name] ?? 0) {
            compare("--\(kind.name)-loss", \.losses[kind.name])
        }
        compare("--adversarial", \.adversarialWeight)
        compare("--discriminator-steps", \.discriminatorSteps)
        let (before, now) = (earlier.schedule ?? TrainingSchedule(), asked.schedule ?? TrainingSchedule())
        if before.warmUpSteps != now.warmUpSteps { compare("--warm-up", \.schedule?.warmUpSteps) }
        if before.discriminatorOnlySteps != now.discriminatorOnlySteps {
            compare("--discriminator-only", \.schedule?.discriminatorOnlySteps)
        }
        if before.adversarialWarmUpSteps != now.adversarialWarmUpSteps { compare("--ramp", \.schedule?.adversarialWarmUpSteps) }
        compare("--decay", \.schedule?.decaySteps)
        compare("--clip", \.schedule?.maxGradientNorm)
        compare("--ema-decay", \.emaDecay)
        compare("--betas", \.betas)
        compare("--learning-rate", \.learningRate)
        compare("--pitch-steps", \.pitchSteps)
        if earlier.augmentation != asked.augmentation {
            sentences.append("--augmentation was \(earlier.augmentation == nil ? "off" : "on")")
        }
        compare("--batch", \.batch)
        compare("--segment", \.segmentLength)
        if earlier.precision != asked.precision {
            compare("--precision", \.precision)
        } else if (earlier.discriminatorPrecision ?? earlier.precision) != (asked.discriminatorPrecision ?? asked.precision) {
            sentences.append("--precision was auto")
        }
        compare("--seed", \.seed)
    }

    init(_ earlier: Configuration, _ asked: Configuration) where Configuration == VoiceRunConfiguration {
        self.init(between: earlier, and: asked)
        compare("--budget", \.budget)
        compare("--language", \.language)
        compare("--batch", \.batch)
        compare("--learning-rate", \.learningRate)
        compare("--seed", \.seed)
        compare("--validation", \.validation)
        compare("--channels", \.channels)
        compare("--channels", \.hiddenChannels)
        compare("--blocks", \.encoderBlocks)
        compare("--blocks", \.decoderBlocks)
        compare("--discriminator-from", \.melDiscriminator?.start)
        compare("the mel", \.convention)
        compareListings(\.listing)
        if (earlier.denoising ?? .off) != (asked.denoising ?? .off) { sentences.append("--denoise was \((earlier.denoising ?? .off).rawValue)") }
    }

    private mutating func compareListings(_ path: KeyPath<Configuration, ListingOptions?>) {
        compare("--text-column", path.appending(path: \.?.textColumn))
        compare("--speaker-column", path.appending(path: \.?.speakerColumn))
        compare("--speaker", path.appending(path: \.?.speaker))
    }

    private mutating func compare<Value: Equatable>(_ option: String, _ path: KeyPath<Configuration, Value>) {
        guard earlier[keyPath: path] != asked[keyPath: path] else { return }
        sentences.append("\(option) was \(words(earlier[keyPath: path]))")
    }

    private func words(_ value: some Any) -> String {
        // The description of an optional is that of the value in it.
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return "\(value)" }
        return mirror.children.first.map { "\($0.value)" } ?? "not given"
    }

    /// Throws `FileError` `.badData`, which names each option that differs and its earlier value.
    func refuse(_ run: String) throws(FileError) {
        guard !sentences.isEmpty else { return }
        throw FileError(
            .badData, run,
            "holds a run that was begun with other options (\(sentences.joined(separator: "; "))); leave them out, or start again with --restart."
        )
    }
}
