import Audio
public import Files
public import MelGAN
public import Phonemes
import Platform
public import Spectra
public import TextToMel

/// Speaks sentences: a voice makes mels of their phonemes, a vocoder or Griffin-Lim makes sound of the mels.
public struct Speaker {
    /// How everything is said, beside what the text itself asks for.
    public struct SpeakingOptions: Sendable, Equatable {
        public var prosody: Prosody
        /// Seconds of silence between sentences.
        public var pause: Double

        public init(prosody: Prosody = .plain, pause: Double = Self.usualPause) {
            self.prosody = prosody
            self.pause = pause
        }

        /// Beside the silence that a voice itself puts at the ends of a sentence.
        public static let usualPause = 0.2
    }

    private enum Vocoder {
        case model(Synthesizer)
        case griffinLim(GriffinLim)
    }

    public let voice: VoiceDescription
    private let synthesizer: AcousticSynthesizer
    private let target: MelConvention
    private let vocoder: Vocoder

    /// - Parameter name: What an error calls the voice: its folder.
    /// - Throws: `FileError.badData` where the voice's mels are none that the vocoder takes.
    public init(_ voice: AcousticSynthesizer, _ vocoder: Synthesizer, name: String) throws(FileError) {
        let (found, expected) = (voice.description.convention, vocoder.configuration.convention)
        guard found.isConvertible(to: expected) else {
            throw FileError(
                .badData, name,
                "makes mels of \(found.valueSummary), and the vocoder takes \(expected.valueSummary); "
                    + "give another --model, or --griffin-lim.")
        }
        self.init(voice, target: expected, .model(vocoder))
    }

    /// Speaks by Griffin-Lim.
    public init(_ voice: AcousticSynthesizer, griffinLim settings: MelInverter.GriffinLimSettings) {
        let convention = voice.description.convention
        let griffinLim = GriffinLim(
            convention: convention, iterations: settings.iterations, momentum: settings.momentum, seed: settings.seed,
            threadCount: settings.threadCount)
        self.init(voice, target: convention, .griffinLim(griffinLim))
    }

    private init(_ voice: AcousticSynthesizer, target: MelConvention, _ vocoder: Vocoder) {
        self.voice = voice.description
        synthesizer = voice
        self.target = target
        self.vocoder = vocoder
    }

    /// Hz.
    public var sampleRate: Int { target.sampleRate }
    /// Samples of a frame.
    public var hopLength: Int { target.hopLength }

    /// The mel of a sentence, its durations and pitch.
    func speech(of sentence: Sentence, _ prosody: Prosody) -> AcousticSpeech {
        let options = sentence.prosody.map { Self.bounded($0.within(prosody)) }
        return synthesizer.speech(of: sentence.sequence, prosody: options)
    }

    /// The sound of a speech, hop by hop, faded at both ends.
    func samples(of speech: AcousticSpeech) throws(FileError) -> [Float] {
        let mel = try fitted(speech.mel)
        var samples =
            switch vocoder {
            case .model(let synthesizer): synthesizer.waveform(from: mel, contour: speech.contour).samples
            case .griffinLim(let griffinLim): griffinLim.waveform(from: mel).waveform.samples
            }
        Self.fade(&samples, over: sampleRate / 200)
        return samples
    }

    private func fitted(_ mel: MelSpectrogram) throws(FileError) -> MelSpectrogram {
        guard mel.convention != target else { return mel }
        // What cannot be converted was refused when this was made.
        do { return try mel.converted(to: target) } catch {
            throw FileError(.badData, "the voice", "makes mels that the vocoder does not take; give another --model.")
        }
    }

    /// What voices can follow.
    private static func bounded(_ prosody: Prosody) -> Prosody {
        Prosody(speed: min(max(prosody.speed, 0.1), 10), pitch: min(max(prosody.pitch, -24), 24))
    }

    /// Half a cosine at both ends: silence follows, and a step would click.
    private static func fade(_ samples: inout [Float], over length: Int) {
        let length = min(length, samples.count / 2)
        for index in 0..<length {
            let gain = (1 - cosf(.pi * (Float(index) + 0.5) / Float(length))) / 2
            samples[index] *= gain
            samples[samples.count - 1 - index] *= gain
        }
    }
}

extension AcousticSpeech {
    /// The pitch that a vocoder with a source follows: the voice knows it better than what can be told from its mel.
    fileprivate var contour: PitchContour { PitchContour(frequencies: frequencies, voicing: voicing) }
}
