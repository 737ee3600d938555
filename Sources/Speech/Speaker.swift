// Who imports Speech has all that its types need.
@_exported public import Phonemes
import Platform
@_exported public import TextToMel
@_exported public import Vocoder

/// Speaks text: a voice makes mels of the phonemes of each sentence, a vocoder makes sound of the mels.
///
/// A speaker is used by one task at a time, as its voice and its vocoder are.
public struct Speaker {
    /// How a text is spoken; what its markup asks for comes on top.
    public struct SpeakingOptions: Sendable, Equatable {
        /// Speed from 0.1 to 10 and pitch from -24 to 24 semitones; what lies beyond, with the markup's, is limited to that.
        public var prosody: Prosody
        /// Seconds of silence between sentences, where the text asks for no pause.
        public var pause: Double
        /// Who speaks, and which of the ways of saying a sentence is drawn.
        public var manner: SpeakingManner

        public init(prosody: Prosody = .plain, pause: Double = Self.usualPause, manner: SpeakingManner = .init()) {
            (self.prosody, self.pause, self.manner) = (prosody, pause, manner)
        }

        /// Seconds, beside the silence that a voice itself puts at the ends of a sentence.
        public static let usualPause = 0.2
    }

    /// The voice's language, phonemes and mel convention.
    public let voice: VoiceDescription
    private let synthesizer: AcousticSynthesizer
    private let vocoder: any Vocoder

    /// - Parameters:
    ///   - voice: Makes mels of phonemes.
    ///   - vocoder: Makes sound of the mels, converted to its convention.
    /// - Throws: `MelConventionError` where the voice's mels cannot be converted to those that the vocoder takes.
    public init(_ voice: AcousticSynthesizer, _ vocoder: any Vocoder) throws(MelConventionError) {
        _ = try MelSpectrogram(values: [], convention: voice.description.convention).converted(to: vocoder.convention)
        self.voice = voice.description
        synthesizer = voice
        self.vocoder = vocoder
    }

    /// Reads the voice and the vocoder in one model's folder, such as the models of this package.
    ///
    /// - Parameter precision: The type of the vocoder's activations.
    /// - Throws: `FileError`: `.missingInput` where one of them is not there, `.badData` where their files are damaged;
    ///   `MelConventionError` where they do not fit one another.
    public init(at folder: String, precision: ScalarType = Synthesizer.fastestPrecision) throws {
        let synthesizer = Synthesizer(try Model(at: folder), precision: precision)
        try self.init(AcousticSynthesizer(try Voice(at: folder)), synthesizer)
    }

    /// The rate of the sound, in Hz.
    public var sampleRate: Int { vocoder.convention.sampleRate }
    /// Samples from one frame to the next.
    public var hopLength: Int { vocoder.convention.hopLength }

    /// The mel of a sentence, its durations and its pitch.
    func speech(of sentence: Sentence, in options: SpeakingOptions) -> AcousticSpeech {
        let prosody = sentence.prosody.map { Self.bounded($0.within(options.prosody)) }
        return synthesizer.speech(of: sentence.sequence, prosody: prosody, manner: options.manner)
    }

    /// The sound of a speech, faded at both ends.
    func samples(of speech: AcousticSpeech) -> [Float] {
        let mel = speech.mel.convention == vocoder.convention ? speech.mel : converted(speech.mel)
        var samples = vocoder.waveform(from: mel, contour: speech.contour).samples
        Self.fade(&samples, over: sampleRate / 200)
        return samples
    }

    private func converted(_ mel: MelSpectrogram) -> MelSpectrogram {
        do { return try mel.converted(to: vocoder.convention) } catch {
            preconditionFailure("what cannot be converted was refused when the speaker was made: \(error)")
        }
    }

    /// The prosody within the limits that voices follow.
    private static func bounded(_ prosody: Prosody) -> Prosody {
        Prosody(speed: min(max(prosody.speed, 0.1), 10), pitch: min(max(prosody.pitch, -24), 24))
    }

    /// Fades `length` samples at both ends along half a cosine: silence follows, and a step would click.
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
    /// The pitch as a hint for the vocoder: the voice knows it better than an estimate from its mel.
    fileprivate var contour: PitchContour { PitchContour(frequencies: frequencies, voicing: voicing) }
}
