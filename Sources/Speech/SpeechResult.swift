public import Files
public import Phonemes

/// What became of a text that was spoken.
public struct SpeechResult: Sendable {
    public internal(set) var timings: SpeechTimings
    public internal(set) var sampleCount = 0
    public internal(set) var phonemeCount = 0
    /// Symbols the voice was not taught, each once, in the order they came.
    public internal(set) var unknown: [String] = []

    /// Seconds by the clock: reading text, its phonemes, mels, sound; writing aside.
    public internal(set) var textSeconds = 0.0
    public internal(set) var melSeconds = 0.0
    public internal(set) var soundSeconds = 0.0
    /// From the beginning until the first samples were handed out; nil where there were none.
    public internal(set) var firstSoundSeconds: Double?

    public var sentenceCount: Int { timings.sentences.count }
    /// Seconds of sound.
    public var duration: Double { Double(sampleCount) / Double(timings.sampleRate) }
    public var realTimeFactor: Double { (textSeconds + melSeconds + soundSeconds) / duration }
}

extension Speaker {
    /// Speaks what `text` holds, sentence by sentence as it comes.
    ///
    /// - Parameter sink: Called with samples in their order, ±1 being full scale.
    /// - Throws: `FileError`: `.badData` where the text is none or holds nothing to speak; whatever the sink throws.
    public func speak(
        _ text: inout TextReader, in options: SpeakingOptions, _ sink: (UnsafeBufferPointer<Float>) throws(FileError) -> Void
    ) throws(FileError) -> SpeechResult {
        let clock = ContinuousClock()
        let start = clock.now
        var result = SpeechResult(timings: SpeechTimings(sampleRate: sampleRate, hopLength: hopLength))
        var silence = Silence(usual: options.pause)
        func pass(_ samples: [Float]) throws(FileError) {
            guard !samples.isEmpty else { return }
            try samples.withUnsafeBufferPointer(sink)
            result.sampleCount += samples.count
        }
        while true {
            var mark = clock.now
            func lap() -> Double {
                defer { mark = clock.now }
                return (clock.now - mark).inSeconds
            }
            guard let sentence = try text.next() else { break }
            result.textSeconds += lap()
            if sentence.sequence.hasSound {
                let speech = speech(of: sentence, options.prosody)
                result.melSeconds += lap()
                result.add(unknown: speech.unknown)
                if speech.sequence.hasSound {
                    let samples = try samples(of: speech)
                    result.soundSeconds += lap()
                    try pass(silence.samples(at: sampleRate))
                    result.firstSoundSeconds = result.firstSoundSeconds ?? (clock.now - start).inSeconds
                    result.timings.append(
                        sentence.text, speech.sequence, durations: speech.durations, start: result.sampleCount)
                    result.phonemeCount += speech.durations.count
                    try pass(samples)
                    silence.hasSpeechBefore = true
                }
            }
            silence.add(sentence.pause)
        }
        try pass(silence.samplesAtEnd(at: sampleRate))
        result.timings.sampleCount = result.sampleCount
        guard result.sentenceCount > 0 else { throw text.nothingToSpeak(unknown: result.unknown) }
        return result
    }
}

extension SpeechResult {
    fileprivate mutating func add(unknown symbols: [String]) {
        for symbol in symbols where !unknown.contains(symbol) { unknown.append(symbol) }
    }
}

/// The silence that is due: what the text asks for, or else what is usual between two sentences.
private struct Silence {
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

    /// What comes before the next sound.
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
