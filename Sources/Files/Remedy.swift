/// What a user can do about an error.
///
/// `description` is a phrase such as "give another model", which knows nothing of the program that shows it.
public enum Remedy: Hashable, Sendable, CustomStringConvertible {
    /// What the user chooses of a model, a mel or a training run.
    public enum Choice: String, Sendable {
        case model, vocoder, voice, language, speaker
        /// The model or voice whose weights training begins with.
        case pretrainedModel = "pretrained model"
    }

    /// What the values of a mel-spectrogram are that are no logarithms.
    public enum LinearScale: String, Sendable, CaseIterable {
        /// Magnitudes.
        case linear
        case power
    }

    /// A setting of a mel-spectrogram that differs from its preset's.
    public enum MelSetting: Hashable, Sendable {
        case sampleRate(Int), fftSize(Int), windowLength(Int), hopLength(Int), bandCount(Int)
        case lowestFrequency(Double), highestFrequency(Double)
    }

    case name(Choice)
    case nameAnother(Choice)
    case leaveOut(Choice)
    case trainModel
    case trainVoice
    /// Synthesize by Griffin-Lim instead of a model.
    case useGriffinLim
    /// Train a voice's text model alone.
    case trainWithoutVocoder
    /// Train a pitch network from the first step of a new run.
    case trainPitchNetwork
    /// Compute in float32.
    case useFloat32
    /// Begin a training run anew in its folder.
    case beginAnew
    /// Begin a training run anew with more time.
    case giveMoreTime
    /// Begin a training run anew with a lower learning rate.
    case lowerLearningRate
    /// Compute the mel-spectrogram of a sound.
    case computeMel
    /// Compute a mel-spectrogram again from its recording, by a preset and the settings that differ from it.
    case computeMelAgain(preset: String?, [MelSetting])
    /// Write a mel-spectrogram in a format that carries its convention.
    case storeConvention
    /// Say which convention a mel-spectrogram follows.
    case stateConvention
    /// Say that a mel-spectrogram's values are no logarithms.
    case stateCompression(LinearScale)
    /// Say which axis of a mel-spectrogram is which.
    case stateLayout
    /// Say which language a text is in.
    case stateLanguage
    /// Say a model's sample rate in Hz; with its hop one may be usual.
    case stateSampleRate(usual: Int?)
    /// Say which column of a listing is the text.
    case stateTextColumn
    /// Say that no column of a listing names speakers.
    case denySpeakers
    /// `--speaker all`
    case takeAllSpeakers
    /// Write phonemes in IPA.
    case writePhonemes
    /// An instruction that no program words otherwise.
    case instruction(String)

    public var description: String {
        switch self {
        case .name(let choice): "name a \(choice.rawValue)"
        case .nameAnother(let choice): "give another \(choice.rawValue)"
        case .leaveOut(let choice): "leave out the \(choice.rawValue)"
        case .trainModel: "train one"
        case .trainVoice: "train one"
        case .useGriffinLim: "use Griffin-Lim"
        case .trainWithoutVocoder: "train no vocoder"
        case .trainPitchNetwork: "begin anew and train one"
        case .useFloat32: "begin it in float32"
        case .beginAnew: "begin anew"
        case .giveMoreTime: "begin anew with more"
        case .lowerLearningRate: "begin anew with a lower learning rate"
        case .computeMel: "compute a mel-spectrogram of it first"
        case .computeMelAgain(let preset, let settings):
            "compute it again from the recording"
                + (preset.map { " by the convention \($0)" } ?? "")
                + (settings.isEmpty ? "" : " with " + settings.map(\.description).joined(separator: ", "))
        case .storeConvention: "write it as .npz, which carries its convention"
        case .stateConvention: "say which convention it follows"
        case .stateCompression(let scale): "say that they are on the scale \(scale.rawValue)"
        case .stateLayout: "say which axis holds the bands"
        case .stateLanguage: "choose that language"
        case .stateSampleRate(let usual): "say its sample rate" + (usual.map { " (\($0) Hz is usual with this hop)" } ?? "")
        case .stateTextColumn: "say which column is the text"
        case .denySpeakers: "say that no column names speakers"
        case .takeAllSpeakers: "take all of them for a voice of several speakers"
        case .writePhonemes: "write IPA such as h_ə_l_ˈoʊ"
        case .instruction(let words): words
        }
    }
}

extension Remedy.MelSetting: CustomStringConvertible {
    public var description: String {
        switch self {
        case .sampleRate(let rate): "a sample rate of \(rate) Hz"
        case .fftSize(let size): "an FFT of \(size) samples"
        case .windowLength(let length): "a window of \(length) samples"
        case .hopLength(let length): "a hop of \(length) samples"
        case .bandCount(let count): "\(count) bands"
        case .lowestFrequency(let frequency): "bands from \(frequency) Hz"
        case .highestFrequency(let frequency): "bands to \(frequency) Hz"
        }
    }
}

extension Sequence<Remedy> {
    /// The end of a sentence that offers these, such as "; give another model, or use Griffin-Lim."; empty where there are none.
    public func sentenceEnd(wording words: (Remedy) -> String) -> String {
        let phrases = map(words)
        guard let last = phrases.last else { return "" }
        return "; " + (phrases.dropLast().map { $0 + ", " }.joined()) + (phrases.count > 1 ? "or " : "") + last + "."
    }
}
