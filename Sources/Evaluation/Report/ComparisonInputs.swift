public import Audio
public import Files
import Platform
public import Spectra

/// A system that makes a waveform to sound like a recording: a vocoder, or a folder of sounds made elsewhere.
public struct VocodingSystem {
    public internal(set) var name: String
    /// The sample rate of its sounds, in Hz.
    public let sampleRate: Int
    /// Samples of a mel frame; upsampling makes tonal lines at multiples of the frame rate.
    public let hopLength: Int
    /// Whether it makes sound of any mel; a folder has the sounds of some recordings only.
    let isVocoder: Bool
    /// Makes the waveform for a recording, given by its name and its sound at `sampleRate`.
    let output: (_ recording: String, _ original: Waveform) throws(FileError) -> SystemOutput

    /// A vocoder, which is given the recording's mel by `convention`; only the inversion of the mel is timed.
    public init(
        name: String, convention: MelConvention,
        waveform: @escaping (MelSpectrogram) throws(FileError) -> Waveform
    ) {
        let extractor = MelExtractor(convention)
        self.name = name
        sampleRate = convention.sampleRate
        hopLength = convention.hopLength
        isVocoder = true
        output = { _, original throws(FileError) in
            let mel = extractor.mel(of: original)
            let clock = ContinuousClock()
            let start = clock.now
            let made = try waveform(mel)
            let elapsed = start.duration(to: clock.now).components
            return SystemOutput(
                system: name, waveform: made, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        }
    }

    /// A folder of sounds made elsewhere: `NAME.wav` (or `.flac`, `.ogg`, `.opus`, `.mp3`) for each
    /// recording `NAME`.
    ///
    /// - Parameters:
    ///   - sampleRate: Hz, to which they are resampled where they have another.
    ///   - hopLength: samples in a mel frame of the vocoder that made them, or a guess.
    public init(name: String, folder: String, sampleRate: Int, hopLength: Int = 256) {
        self.name = name
        self.sampleRate = sampleRate
        self.hopLength = hopLength
        isVocoder = false
        output = { recording, original throws(FileError) in
            let path = "\(folder)/\(recording)"
            let endings = ["wav", "flac", "ogg", "opus", "mp3"]
            guard let found = endings.map({ "\(path).\($0)" }).first(where: { isFile($0) }) else {
                throw FileError(
                    .missingInput, "\(path).wav",
                    "there is no such file, nor one that ends in .flac, .ogg, .opus or .mp3; expected a sound for each recording."
                )
            }
            let waveform = try readWaveform(at: found, sampleRate: sampleRate).waveform
            // Vocoders leave out or add a few frames.
            guard abs(waveform.duration - original.duration) <= max(0.15, 0.01 * original.duration) else {
                throw FileError(
                    .badData, found,
                    "lasts \((waveform.duration * 100).rounded() / 100) s, and its recording \((original.duration * 100).rounded() / 100) s; "
                        + "give the same speech, whole and at the same pace.")
            }
            return SystemOutput(system: name, waveform: waveform)
        }
    }
}

/// A list of recordings: files as they are named, folders with all the sound files in and below them.
public struct RecordingList: Sendable {
    public struct Entry: Sendable, Equatable {
        public let path: String
        /// The file's name without its ending, and with a number where another recording has the same name.
        public let name: String
    }

    public private(set) var entries: [Entry] = []
    /// Sentences about files that were left out.
    public private(set) var notes: [String] = []
    private var takenNames: Set<String> = []

    /// - Throws: `FileError.missingInput` for a folder without sound files. Files are not opened yet.
    public init(paths: [String]) throws(FileError) {
        for path in paths {
            guard isFolder(path) else {
                append(path)
                continue
            }
            let folder = try SoundFolder(at: path)
            if let note = folder.note { notes.append(note) }
            guard !folder.files.isEmpty else {
                throw FileError(
                    .missingInput, path, "holds no sound files (.wav, .flac, .ogg, .opus, .mp3, .aiff, …)." + (folder.note.map { " " + $0 } ?? ""))
            }
            for file in folder.files { append("\(path)/\(file)") }
        }
    }

    private mutating func append(_ path: String) {
        let file = URL(fileURLWithPath: path)
        let name = file.deletingPathExtension().lastPathComponent
        entries.append(Entry(path: path, name: distinct(name, from: &takenNames)))
    }
}

/// `name`, with the first of `-2`, `-3`, … that makes it unlike all `taken` ones; case is ignored, as some file systems do.
public func distinct(_ name: String, from taken: inout Set<String>) -> String {
    var candidate = name, number = 2
    while !taken.insert(candidate.lowercased()).inserted {
        candidate = "\(name)-\(number)"
        number += 1
    }
    return candidate
}

func isFile(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
}
