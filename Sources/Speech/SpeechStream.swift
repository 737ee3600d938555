public import Phonemes
public import Vocoder

/// What is heard next of a text: a sentence with the pause before it, or the pause at the end.
public struct SpeechChunk: Hashable, Sendable {
    /// Full scale is ±1.
    public let samples: [Float]
    /// The sentence, and when its words and phonemes sound; nil for a pause.
    public let sentence: SpeechTimings.Sentence?
}

/// A text as it is spoken, sentence by sentence: each is read, phonemised and synthesized when it is asked for.
public struct SpeechStream {
    private let speaker: Speaker
    private let options: Speaker.SpeakingOptions
    private var pause: PendingPause
    private var hasEnded = false
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now

    /// What is being read.
    public private(set) var text: TextReader
    /// What was spoken so far.
    public private(set) var result: SpeechResult

    init(_ speaker: Speaker, _ text: TextReader, _ options: Speaker.SpeakingOptions) {
        (self.speaker, self.text, self.options) = (speaker, text, options)
        pause = PendingPause(usual: options.pause)
        result = SpeechResult(timings: SpeechTimings(sampleRate: speaker.sampleRate, hopLength: speaker.hopLength))
    }

    /// The next chunk, which is not empty; nil at the end.
    ///
    /// - Throws: `FileError.badData` where the text is none, ends and has held nothing to speak, or consists mostly of phonemes that
    ///   the voice does not know; whatever the reader's source throws.
    public mutating func next() throws(FileError) -> SpeechChunk? {
        while !hasEnded {
            var mark = clock.now
            func lap() -> Double {
                defer { mark = clock.now }
                return (clock.now - mark).inSeconds
            }
            guard let sentence = try text.next() else {
                hasEnded = true
                let samples = pause.samplesAtEnd(at: speaker.sampleRate)
                if samples.isEmpty { break }
                return chunk(samples, nil)
            }
            result.textSeconds += lap()
            var made: SpeechChunk?
            if sentence.sequence.hasSound {
                let speech = speaker.speech(of: sentence, in: options)
                result.melSeconds += lap()
                result.add(unknown: speech)
                if result.isMostlySubstituted { throw text.mostlyUnknown(result.unknown) }
                if speech.sequence.hasSound {
                    let samples = speaker.samples(of: speech)
                    result.soundSeconds += lap()
                    let silence = pause.samples(at: speaker.sampleRate)
                    result.timings.append(
                        sentence.text, speech.sequence, durations: speech.durations,
                        start: result.sampleCount + silence.count)
                    result.phonemeCount += speech.durations.count
                    made = chunk(silence + samples, result.timings.sentences.last)
                    pause.hasSpeechBefore = true
                }
            }
            pause.add(sentence.pause)
            if let made { return made }
        }
        guard result.sentenceCount > 0 else { throw text.nothingToSpeak(unknown: result.unknown) }
        return nil
    }

    private mutating func chunk(_ samples: [Float], _ sentence: SpeechTimings.Sentence?) -> SpeechChunk {
        if result.firstSoundSeconds == nil, sentence != nil { result.firstSoundSeconds = (clock.now - start).inSeconds }
        result.sampleCount += samples.count
        result.timings.sampleCount = result.sampleCount
        return SpeechChunk(samples: samples, sentence: sentence)
    }
}

/// What became of a text that was spoken.
public struct SpeechResult: Sendable {
    public internal(set) var timings: SpeechTimings
    public internal(set) var sampleCount = 0
    public internal(set) var phonemeCount = 0
    /// Symbols the voice was not taught, each once, in the order they came.
    public internal(set) var unknown: [String] = []
    /// The symbols that were spoken for unknown ones because they sound most alike.
    public internal(set) var substitutes: [String: String] = [:]
    /// Phonemes that a substitute was spoken for.
    public internal(set) var substitutedCount = 0
    /// All phonemes, marks aside, that were given to the voice.
    var soundCount = 0

    /// Seconds by the clock: reading the text and its phonemes.
    public internal(set) var textSeconds = 0.0
    /// Seconds by the clock: making mels.
    public internal(set) var melSeconds = 0.0
    /// Seconds by the clock: making sound of the mels, writing aside.
    public internal(set) var soundSeconds = 0.0
    /// Seconds from the beginning until the first sentence was handed out; nil where there was none.
    public internal(set) var firstSoundSeconds: Double?

    public var sentenceCount: Int { timings.sentences.count }
    /// Seconds of sound.
    public var duration: Double { Double(sampleCount) / Double(timings.sampleRate) }
    /// Seconds of computing for each second of sound.
    public var realTimeFactor: Double { (textSeconds + melSeconds + soundSeconds) / duration }

    mutating func add(unknown speech: AcousticSpeech) {
        for symbol in speech.unknown where !unknown.contains(symbol) { unknown.append(symbol) }
        substitutes.merge(speech.substitutes) { known, _ in known }
        substitutedCount += speech.substitutedCount
        soundCount += speech.sequence.phonemes.count { !$0.isMark }
    }

    /// Whether more than half of the phonemes so far are none of the voice's, so that nobody would understand them.
    var isMostlySubstituted: Bool { 2 * substitutedCount > soundCount }
}

/// The pause that is due: what the text asks for, or else the usual one between two sentences.
private struct PendingPause {
    let usual: Double
    var hasSpeechBefore = false
    private var asked = 0.0
    private var isUsual = false

    init(usual: Double) { self.usual = usual }

    mutating func add(_ pause: Sentence.Pause) {
        switch pause {
        case .usual: isUsual = true
        case .none: isUsual = false
        case .seconds(let seconds): asked += seconds
        }
    }

    /// The silence before the next sentence.
    mutating func samples(at rate: Int) -> [Float] {
        let seconds = asked > 0 ? asked : isUsual && hasSpeechBefore ? usual : 0
        (asked, isUsual) = (0, false)
        return [Float](repeating: 0, count: Int((seconds * Double(rate)).rounded()))
    }

    mutating func samplesAtEnd(at rate: Int) -> [Float] {
        isUsual = false
        return samples(at: rate)
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
