public import Audio
import Files
import Spectra

/// A recording for training or validation, as ``TrainingSet`` keeps it.
public struct Recording: Sendable, Equatable, Codable {
    public let id: String
    public let path: String
    public let text: String?
    /// Who speaks, by the listing; nil where it does not say.
    public let speaker: String?
    /// The file, before mixing and resampling.
    public let source: SoundProperties
    /// Its loudness at the convention's rate, before gain.
    public let level: SpeechLevel
    /// Its loudness without the room's noise; nil where that was not removed.
    public let denoised: SpeechLevel?
    /// The factor that brought it to the common level.
    public let gain: Double
    /// Samples at the convention's rate.
    public let sampleCount: Int
    /// Frames of its mel.
    public let frameCount: Int
    /// Bands of its mel.
    public let bandCount: Int
    /// How many samples are trained on where a predicted mel ends before the recording; nil where all are.
    var trainedSampleCount: Int?
    /// CRC-32C of the samples and of the mel.
    let checksums: [UInt32]

    /// How many samples are trained on, from the first.
    var trainedCount: Int { trainedSampleCount ?? sampleCount }
}

/// The result of decoding a recording: its description and its values, or why it is left out.
enum PreparedRecording: Sendable {
    case usable(Recording, samples: [Float], mel: [Float])
    case rejected(Rejection)
}

/// Whether the room's noise is removed from recordings before anything is learned of them.
public enum Denoising: String, Sendable, Codable, CaseIterable {
    case off
    /// From those whose pauses are less than ``pauseDepth`` below speech.
    case auto

    /// dB from active speech down to the noise of the pauses in a recording that is left as it is.
    public static let pauseDepth = 55.0
}

/// Makes of a file the samples and the mel to train on: decodes it, mixes it to one channel, resamples it, rejects it where it would
/// teach nothing good, and brings it to the common level.
struct RecordingPreparation: Sendable {
    let convention: MelConvention
    let loudness: LoudnessNormalization
    let denoising: Denoising
    private let extractor: MelExtractor
    private let denoiser: Denoiser

    /// Seconds; a shorter recording holds no speech.
    private static let minimumDuration = 0.1
    /// dB relative to full scale; below this active speech level there is nothing but noise of the converter.
    private static let minimumLevel = -65.0
    /// The mean of the samples that a recording may have without its being removed.
    private static let maximumOffset: Float = 0.001
    /// A recording of which a larger fraction is clipped teaches distortion: half a per cent is audible throughout.
    private static let maximumClippedFraction = 0.005

    init(convention: MelConvention, loudness: LoudnessNormalization, denoising: Denoising) {
        self.convention = convention
        self.loudness = loudness
        self.denoising = denoising
        denoiser = Denoiser(sampleRate: convention.sampleRate)
        extractor = MelExtractor(convention, threadCount: 1)
    }

    /// Decodes and measures one recording.
    func prepare(_ entry: Corpus.Entry) -> PreparedRecording {
        let file: AudioFile
        do throws(FileError) {
            file = try AudioFile(at: entry.path)
        } catch {
            let isEmpty = FileStamp(of: entry.path)?.size == 0
            return .rejected(Rejection(entry, isEmpty ? .empty : .unreadable, error.message))
        }
        if let reason = rejection(of: file, entry) { return .rejected(reason) }
        var waveform = file.waveform.resampled(to: convention.sampleRate)
        let offset = file.properties.offset
        // The offset of a sound card is no sound; smaller ones are beneath the rounding of 16 bits and the ends of words.
        if abs(offset) > Self.maximumOffset { waveform.samples = waveform.samples.map { $0 - offset } }
        let level = SpeechLevel(of: waveform)
        guard level.active > Self.minimumLevel else {
            let constant = abs(offset) > Self.maximumOffset ? "about \((offset * 1000).rounded() / 1000)" : "zero"
            let found =
                level.active <= -110 ? "all samples are \(constant)" : "its level is \(decibels(level.active))"
            return .rejected(Rejection(entry, .silent, "\(found); at least \(decibels(Self.minimumLevel)) was expected"))
        }
        var denoised: SpeechLevel?
        if denoising == .auto, level.active - level.noiseFloor < Denoising.pauseDepth {
            waveform.samples = denoiser.denoised(waveform.samples)
            denoised = SpeechLevel(of: waveform)
        }
        let gain = loudness.gain(for: denoised ?? level)
        let samples = waveform.samples.map { $0 * Float(gain) }
        let mel = extractor.mel(of: Waveform(samples: samples, sampleRate: convention.sampleRate)).values
        let recording = Recording(
            id: entry.id, path: entry.path, text: entry.text, speaker: entry.speaker, source: file.properties, level: level, denoised: denoised, gain: gain,
            sampleCount: samples.count, frameCount: mel.count / convention.bandCount, bandCount: convention.bandCount,
            checksums: [samples.checksum, mel.checksum])
        return .usable(recording, samples: samples, mel: mel)
    }

    private func rejection(of file: AudioFile, _ entry: Corpus.Entry) -> Rejection? {
        let properties = file.properties
        let shortest = max(Self.minimumDuration, Double(convention.fftSize) / Double(convention.sampleRate))
        if properties.duration < shortest {
            return Rejection(
                entry, .tooShort,
                "lasts \(milliseconds(properties.duration)); at least \(milliseconds(shortest)) was expected")
        }
        let clipped = Double(properties.clippedSampleCount) / Double(properties.frameCount * properties.channelCount)
        if clipped > Self.maximumClippedFraction {
            return Rejection(
                entry, .clipped,
                "\(properties.clippedSampleCount) samples (\(tenths(100 * clipped)) %) are at full scale"
                    + (properties.peak > 1.001 ? " or beyond it, up to \(properties.peak); scale it down" : "; record it at a lower level")
            )
        }
        return nil
    }

    private func decibels(_ value: Double) -> String { "\(tenths(value)) dBFS" }
    private func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded())) ms" }
}

/// `value` with one decimal.
func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
