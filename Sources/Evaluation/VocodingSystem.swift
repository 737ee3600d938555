public import Audio
public import Files
public import Spectra

/// Something that makes a waveform that is to sound like a recording. What it is inside is hidden from its judge.
public struct VocodingSystem {
    public internal(set) var name: String
    /// Hz.
    public let sampleRate: Int
    /// Samples of a mel frame, at multiples of whose rate upsampling makes tonal lines.
    public let hopLength: Int
    /// Whether it makes sound of any mel, rather than having some.
    let isVocoder: Bool
    /// Makes the contestant for a recording at `sampleRate`; the name is the recording's.
    let contestant: (_ recording: String, _ original: Waveform) throws(FileError) -> SystemEntry

    /// A vocoder: it sees nothing but the recording's mel by `convention`, and only its inversion is timed.
    public init(
        name: String, convention: MelConvention,
        waveform: @escaping (MelSpectrogram) throws(FileError) -> Waveform
    ) {
        let extractor = MelExtractor(convention)
        self.name = name
        sampleRate = convention.sampleRate
        hopLength = convention.hopLength
        isVocoder = true
        contestant = { _, original throws(FileError) in
            let mel = extractor.mel(of: original)
            let clock = ContinuousClock()
            let start = clock.now
            let made = try waveform(mel)
            let elapsed = start.duration(to: clock.now).components
            return SystemEntry(
                name: name, waveform: made, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        }
    }

    /// A folder of sounds made elsewhere: `NAME.wav` (or `.flac`, `.ogg`, `.opus`, `.mp3`) for each
    /// recording `NAME`.
    ///
    /// - Parameters:
    ///   - sampleRate: Hz, to which they are resampled where they have another.
    ///   - hopLength: samples; of the vocoder that made them, or a guess.
    public init(name: String, folder: String, sampleRate: Int, hopLength: Int = 256) {
        self.name = name
        self.sampleRate = sampleRate
        self.hopLength = hopLength
        isVocoder = false
        contestant = { recording, _ throws(FileError) in
            let path = "\(folder)/\(recording)"
            let endings = ["wav", "flac", "ogg", "opus", "mp3"]
            guard let found = endings.map({ "\(path).\($0)" }).first(where: { isFile($0) }) else {
                throw FileError(
                    .missingInput, "\(path).wav",
                    "there is no such file, nor one that ends in .flac, .ogg, .opus or .mp3; expected a sound for each recording.")
            }
            return SystemEntry(name: name, waveform: try readWaveform(at: found, sampleRate: sampleRate).waveform)
        }
    }
}
