public import Phonemes
public import Spectra

/// Everything that inference with a voice needs besides its weights: the content of `voice.json` in a model's folder.
public struct VoiceDescription: Codable, Hashable, Sendable {
    /// The value of `kind` in `voice.json`, which distinguishes it from other JSON files.
    public static let kind = "vocoder-voice"

    /// The kind of the file, which is `vocoder-voice`.
    public var kind: String
    /// The language that the voice speaks, as a language code of libespeak-ng such as `en-us`.
    public var language: String
    /// The phoneme symbols that the voice was trained on.
    public var inventory: PhonemeInventory
    /// The mel convention of the network's output.
    public var convention: MelConvention
    /// The sizes of the network.
    public var network: AcousticConfiguration
    /// The means and standard deviations that the network's output was normalized with.
    public var statistics: VoiceStatistics
    /// The factor on predicted durations, 0.1 to 10. It corrects the bias of predicting a mean logarithm, which is below the
    /// logarithm of the mean.
    public var durationScale: Double
    /// The factor on predicted pitch, as a deviation from the mean, 0.1 to 10. It corrects the reduced variance of predicted
    /// means. Nil stands for 1.
    public var pitchScale: Double?
    /// The factors on the deviations of each mel band, 0.1 to 10, for the same reason as ``pitchScale``. Nil stands for all 1.
    public var bandScales: [Float]?
    /// The factor on the decoder's noise input, 0 to 10. Nil stands for an input of zeros, which is right until adversarial
    /// training with a discriminator has taught the decoder to use noise.
    public var noiseScale: Double?
    /// The speakers, whose numbers are their places here; nil for a voice of one.
    public var speakers: [VoiceSpeaker]?
    /// The temperature at which prosody is drawn, 0 to 2; nil where it is predicted as a mean.
    public var temperature: Double?
    /// The number of training steps of the weights.
    public var steps: Int

    /// Creates a description of a voice whose pitch, bands and noise are not scaled.
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

    /// The temperature at which a voice that has learned to draws its prosody, if it is not told another.
    public static let usualTemperature = 0.6

    /// The mean of ln F0 of a speaker, by number.
    public func pitchMean(ofSpeaker speaker: Int) -> Float { speakers?[speaker].pitchMean ?? statistics.pitchMean }

    /// A clause that says what is invalid or inconsistent; nil for a valid description.
    public var validationError: String? {
        if kind != Self.kind { return "its kind is \(kind) and \(Self.kind) was expected" }
        if let validationError = network.validationError ?? statistics.validationError { return validationError }
        if network.symbols != inventory.count {
            return "its network has \(network.symbols) phoneme symbols and its inventory \(inventory.count)"
        }
        if network.speakers != speakers?.count {
            return "its network has \(network.speakers ?? 1) speakers and its list \(speakers?.count ?? 1)"
        }
        if let temperature, !(0...2).contains(temperature) { return "its temperature is \(temperature), outside 0 to 2" }
        if network.bands != convention.bandCount || statistics.bandMeans.count != convention.bandCount {
            return
                "its network has \(network.bands) mel bands, its statistics \(statistics.bandMeans.count) and its mel convention "
                + "\(convention.bandCount)"
        }
        if let noiseScale, !(0...10).contains(noiseScale) { return "its noise scale is \(noiseScale), outside 0 to 10" }
        let scales = [durationScale, pitchScale ?? 1] + (bandScales ?? []).map(Double.init)
        if !scales.allSatisfy((0.1...10).contains) || ![nil, network.bands].contains(bandScales?.count) {
            return "its duration, pitch or band scales are not one for each, from 0.1 to 10"
        }
        do throws(MelConventionError) { try convention.check() } catch {
            return "its mel convention is invalid: \(error.description.dropLast())"
        }
        return nil
    }
}

/// One of several speakers of a voice.
public struct VoiceSpeaker: Codable, Hashable, Sendable {
    public var name: String
    /// The mean of ln F0 over voiced frames, with F0 in Hz; pitch is relative to it.
    public var pitchMean: Float

    public init(name: String, pitchMean: Float) { (self.name, self.pitchMean) = (name, pitchMean) }
}

/// The means and standard deviations of a voice's training data, which normalize the network's targets.
public struct VoiceStatistics: Codable, Hashable, Sendable {
    /// The mean of each mel band, in the convention's units.
    public var bandMeans: [Float]
    /// The standard deviation of each mel band, in the convention's units, above 0.
    public var bandDeviations: [Float]
    /// The mean of ln F0 over voiced frames, with F0 in Hz.
    public var pitchMean: Float
    /// The standard deviation of ln F0 over voiced frames, above 0.
    public var pitchDeviation: Float

    /// Creates statistics from their values.
    public init(bandMeans: [Float], bandDeviations: [Float], pitchMean: Float, pitchDeviation: Float) {
        self.bandMeans = bandMeans
        self.bandDeviations = bandDeviations
        self.pitchMean = pitchMean
        self.pitchDeviation = pitchDeviation
    }

    /// A clause that says what is invalid; nil for valid statistics.
    fileprivate var validationError: String? {
        let all = bandMeans + bandDeviations + [pitchMean, pitchDeviation]
        if bandMeans.count != bandDeviations.count || !all.allSatisfy(\.isFinite)
            || !(bandDeviations + [pitchDeviation]).allSatisfy({ $0 > 0 })
        {
            return "its statistics are not a finite mean and a standard deviation above 0 for each band and for the pitch"
        }
        return nil
    }
}
