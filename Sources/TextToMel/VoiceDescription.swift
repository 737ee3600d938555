public import Phonemes
public import Spectra

/// Everything speaking needs to know of a voice besides its weights: `voice.json` of a model's folder.
public struct VoiceDescription: Codable, Hashable, Sendable {
    /// What `voice.json` calls this kind of file, so that another's is recognised.
    public static let kind = "vocoder-voice"

    public var kind: String
    /// As libespeak-ng names it: `en-us`.
    public var language: String
    /// The symbols it was taught.
    public var inventory: PhonemeInventory
    public var convention: MelConvention
    public var network: AcousticConfiguration
    public var statistics: VoiceStatistics
    /// What predicted durations are multiplied by, because a mean of logarithms is below the logarithm of the mean.
    public var durationScale: Double
    /// What the predicted pitch's distance from the mean is multiplied by, because a mean moves less than what it is the mean of;
    /// nil for 1.
    public var pitchScale: Double?
    /// The same of each band of the mel; nil for ones.
    public var bandScales: [Float]?
    /// What the decoder's noise is multiplied by; nil where it hears silence, as before an adversary has taught it noise.
    public var noiseScale: Double?
    /// Training steps the weights have seen.
    public var steps: Int

    public init(
        language: String, inventory: PhonemeInventory, convention: MelConvention, network: AcousticConfiguration,
        statistics: VoiceStatistics, durationScale: Double = 1, steps: Int = 0
    ) {
        kind = Self.kind
        self.language = language
        self.inventory = inventory
        self.convention = convention
        self.network = network
        self.statistics = statistics
        self.durationScale = durationScale
        self.steps = steps
    }

    /// A sentence about what does not fit together; nil where everything does.
    public var validationError: String? {
        if kind != Self.kind { return "it is a file of the kind \(kind), not \(Self.kind)" }
        if let validationError = network.validationError ?? statistics.validationError { return validationError }
        if network.symbols != inventory.count {
            return "its network knows \(network.symbols) phonemes and its inventory has \(inventory.count)"
        }
        if network.bands != convention.bandCount || statistics.bandMeans.count != convention.bandCount {
            return "its network has \(network.bands) bands, its statistics \(statistics.bandMeans.count) and its mel "
                + "\(convention.bandCount)"
        }
        if let noiseScale, !(0...10).contains(noiseScale) { return "its noise is scaled by \(noiseScale)" }
        let scales = [durationScale, pitchScale ?? 1] + (bandScales ?? []).map(Double.init)
        if !scales.allSatisfy((0.1...10).contains) || ![nil, network.bands].contains(bandScales?.count) {
            return "its durations, pitch or bands are scaled by what they cannot be"
        }
        do throws(MelConventionError) { try convention.check() } catch {
            return "its mels contradict themselves: \(error.description.dropLast())"
        }
        return nil
    }
}
