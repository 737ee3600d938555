import Audio
import Files
import Spectra

/// From a file to the samples and the mel that training sees: decoded, mixed, resampled, judged, brought to the common
/// level.
struct RecordingPreparation: Sendable {
    let convention: MelConvention
    let levels: LoudnessNormalization
    private let extractor: MelExtractor

    /// Seconds: what is shorter is no speech.
    private static let shortest = 0.1
    /// dB relative to full scale: below this active level there is nothing but noise of the converter.
    private static let quietest = -65.0
    /// The share of clipped samples from which on a recording teaches distortion. Half a per cent is audible
    /// throughout.
    private static let clippedShare = 0.005

    init(convention: MelConvention, levels: LoudnessNormalization) {
        self.convention = convention
        self.levels = levels
        extractor = MelExtractor(convention, threadCount: 1)
    }

    func prepare(_ entry: Corpus.Entry) -> PreparedRecording {
        let file: AudioFile
        do throws(FileError) {
            file = try AudioFile(at: entry.path)
        } catch {
            let isEmpty = FileStamp(of: entry.path)?.size == 0
            return .rejected(Rejection(entry, isEmpty ? .empty : .unreadable, error.message))
        }
        if let reason = rejection(of: file, entry) { return .rejected(reason) }
        let waveform = file.waveform.resampled(to: convention.sampleRate)
        let level = SpeechLevel(of: waveform)
        guard level.active > Self.quietest else {
            let found =
                level.active <= SpeechLevel.silence ? "all samples are zero" : "its level is \(decibels(level.active))"
            return .rejected(Rejection(entry, .silent, "\(found); at least \(decibels(Self.quietest)) was expected"))
        }
        let gain = levels.gain(for: level)
        let samples = waveform.samples.map { $0 * Float(gain) }
        let mel = extractor.mel(of: Waveform(samples: samples, sampleRate: convention.sampleRate)).values
        let recording = Recording(
            id: entry.id, path: entry.path, text: entry.text, source: file.properties, level: level, gain: gain,
            sampleCount: samples.count, frameCount: mel.count / convention.bandCount, bandCount: convention.bandCount,
            offset: 0, checksums: [samples.checksum, mel.checksum])
        return .usable(recording, samples: samples, mel: mel)
    }

    private func rejection(of file: AudioFile, _ entry: Corpus.Entry) -> Rejection? {
        let properties = file.properties
        let shortest = max(Self.shortest, Double(convention.fftSize) / Double(convention.sampleRate))
        if properties.duration < shortest {
            return Rejection(
                entry, .tooShort,
                "lasts \(milliseconds(properties.duration)); at least \(milliseconds(shortest)) was expected")
        }
        let clipped = Double(properties.clippedSampleCount) / Double(properties.frameCount * properties.channelCount)
        if clipped > Self.clippedShare {
            return Rejection(
                entry, .clipped,
                "\(properties.clippedSampleCount) samples (\(tenths(100 * clipped)) %) are at full scale; record it at a lower level"
            )
        }
        return nil
    }

    private func decibels(_ value: Double) -> String { "\(tenths(value)) dBFS" }
    private func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }
}

/// `value` with one decimal.
func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
