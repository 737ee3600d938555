import CSndFile
import Files
import Platform

/// The containers that can be written, by the ending of a file's name.
enum SoundContainer: String, CaseIterable {
    case wav, flac, ogg, opus

    init(ofFile path: String) throws(FileError) {
        guard path != "-" else {
            self = .wav
            return
        }
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        guard let container = Self(rawValue: ending) else {
            let found = ending.isEmpty ? "has no ending" : "ends in .\(ending)"
            throw FileError(.cannotCreate, path, "\(found); .wav, .flac, .ogg (Vorbis) or .opus tells what to write.")
        }
        self = container
    }

    /// libsndfile's number for it.
    func format(holding sampleFormat: SampleFormat) -> Int {
        switch self {
        case .ogg: return SF_FORMAT_OGG | SF_FORMAT_VORBIS
        case .opus: return SF_FORMAT_OGG | SF_FORMAT_OPUS
        case .wav, .flac:
            let encoding =
                switch sampleFormat {
                case .int16: SF_FORMAT_PCM_16
                case .int24: SF_FORMAT_PCM_24
                case .float: SF_FORMAT_FLOAT
                }
            return (self == .wav ? SF_FORMAT_WAV : SF_FORMAT_FLAC) | encoding
        }
    }

    /// Hz: what this container takes in place of `sampleRate`.
    func sampleRate(insteadOf sampleRate: Int) -> Int {
        self != .opus || [8_000, 12_000, 16_000, 24_000, 48_000].contains(sampleRate) ? sampleRate : 48_000
    }
}
