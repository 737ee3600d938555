public import Audio
public import Files
public import Spectra

/// Something that makes a waveform that is to sound like a recording. What it is inside is hidden from its judge.
public struct VocodingSystem {
    public internal(set) var name: String
    /// Hz.
    public let sampleRate: Int
    /// Makes the contestant for a recording at `sampleRate`; the name is the recording's.
    let contestant: (_ recording: String, _ original: Waveform) throws(FileError) -> Contestant

    /// A vocoder: it sees nothing but the recording's mel by `convention`, and only its inversion is timed.
    public init(
        name: String, convention: MelConvention,
        waveform: @escaping (MelSpectrogram) throws(FileError) -> Waveform
    ) {
        let extractor = MelExtractor(convention)
        self.name = name
        sampleRate = convention.sampleRate
        contestant = { _, original throws(FileError) in
            let mel = extractor.mel(of: original)
            let clock = ContinuousClock()
            let start = clock.now
            let made = try waveform(mel)
            let elapsed = start.duration(to: clock.now).components
            return Contestant(
                name: name, waveform: made, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        }
    }

    /// A folder of sounds made elsewhere: `NAME.wav` or `NAME.flac` for each recording `NAME`.
    ///
    /// - Parameter sampleRate: Hz, to which they are resampled where they have another.
    public init(name: String, folder: String, sampleRate: Int) {
        self.name = name
        self.sampleRate = sampleRate
        contestant = { recording, _ throws(FileError) in
            let path = "\(folder)/\(recording)"
            let found = ["wav", "flac"].map { "\(path).\($0)" }.first { isFile($0) }
            guard let found else {
                throw FileError(.missingInput, "\(path).wav", "there is no such file, nor one that ends in .flac.")
            }
            return Contestant(name: name, waveform: try readWaveform(at: found, sampleRate: sampleRate).waveform)
        }
    }
}
