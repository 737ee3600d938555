import Speech

/// How a text was spoken, for people and for machines.
struct SpeechReport: Encodable {
    let sound: String
    let sentences: Int
    let phonemes: Int
    let seconds: Double
    let sampleRate: Int
    /// Seconds of computing for each second of sound, and where they went.
    let realTimeFactor: Double
    let textSeconds: Double
    let melSeconds: Double
    let soundSeconds: Double
    let firstSoundSeconds: Double?
    let clippedSamples: Int
    let unknown: [String]

    init(_ result: SpeechResult, sound: String, clippedSampleCount: Int) {
        self.sound = sound
        sentences = result.sentenceCount
        phonemes = result.phonemeCount
        seconds = result.duration
        sampleRate = result.timings.sampleRate
        realTimeFactor = result.realTimeFactor
        textSeconds = result.textSeconds
        melSeconds = result.melSeconds
        soundSeconds = result.soundSeconds
        firstSoundSeconds = result.firstSoundSeconds
        clippedSamples = clippedSampleCount
        unknown = result.unknown
    }

    var line: String {
        var line =
            "\(sound): \(sentences) \(sentences == 1 ? "sentence" : "sentences"), \(format(seconds)) s at \(sampleRate) Hz, "
        line +=
            "real-time factor \(thousandths(realTimeFactor)) (text \(thousandths(textSeconds)) s, mel \(thousandths(melSeconds)) s, "
        line += "sound \(thousandths(soundSeconds)) s)"
        if clippedSamples > 0 { line += ", \(clippedSamples) clipped samples" }
        return line
    }

    private func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
