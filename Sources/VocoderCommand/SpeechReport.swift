import Phonemes
import Platform
import Speech

/// A report on synthesized speech, as JSON and as a line.
struct SpeechReport: Encodable {
    let sound: String
    let sentences: Int
    let phonemes: Int
    let seconds: Double
    let sampleRate: Int
    /// Seconds of computing per second of sound.
    let realTimeFactor: Double
    /// Seconds of computing for each part.
    let textSeconds: Double
    let melSeconds: Double
    let soundSeconds: Double
    let firstSoundSeconds: Double?
    let limitedSamples: Int
    let unknown: [String]

    init(_ result: SpeechResult, sound: String, limitedSampleCount: Int) {
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
        limitedSamples = limitedSampleCount
        unknown = result.unknown
    }

    var line: String {
        var line =
            "\(sound): \(sentences) \(sentences == 1 ? "sentence" : "sentences"), \(format(seconds)) s at \(sampleRate) Hz, "
        line +=
            "real-time factor \(thousandths(realTimeFactor)) (text \(thousandths(textSeconds)) s, mel \(thousandths(melSeconds)) s, "
        line += "sound \(thousandths(soundSeconds)) s)"
        if limitedSamples > 0 { line += ", level lowered around \(limitedSamples) samples beyond full scale" }
        return line
    }

    private func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
