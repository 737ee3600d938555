public import Audio
public import Files
import Platform
public import Spectra

/// One mel to be made sound, and where the sound goes.
public struct Synthesis: Sendable, Equatable {
    /// `-` is standard input.
    public let mel: String
    /// `-` is standard output.
    public let sound: String

    /// What goes to standard output or into a file.
    public enum Format: Sendable, Equatable {
        case sound(SampleFormat)
        /// Samples alone, 16-bit signed and little-endian; to standard output only.
        case pcm
    }

    /// What became of one mel.
    public struct Outcome: Sendable {
        public let synthesis: Synthesis
        public let inversion: MelInverter.Inversion
        public let clippedSampleCount: Int
        /// A sentence where the mel was converted or its convention assumed.
        public let note: String?
        /// Seconds of computing for each second of sound.
        public var realTimeFactor: Double { inversion.seconds / inversion.duration }
    }

    /// Reads, checks and inverts the mel, and writes the sound.
    ///
    /// With a model, standard input may also hold bare frames (see ``FramePipe``): they become sound as they come, samples
    /// alone where that goes to standard output.
    /// - Throws: `FileError` where the mel cannot be read or does not fit, or the sound cannot be written.
    public func run(
        with inverter: inout MelInverter, layout: MelLayout?, stated: MelConvention?, format: Format
    ) throws(FileError) -> Outcome {
        let prefix = mel == "-" ? try standardInput(atMost: 65_536) : []
        if let synthesizer = inverter.synthesizer, !prefix.isEmpty, !MelFile.numpyMagic.starts(with: prefix.prefix(6)) {
            let target = synthesizer.configuration.convention
            var pipe = FramePipe(after: prefix, stated: stated, target: target)
            return try written(sound == "-" ? .pcm : format, target.sampleRate, nil) { sink throws(FileError) in
                try inverter.invert(&pipe, by: synthesizer, sink)
            }
        }
        let file = try MelFile(
            at: mel, layout: layout, bandCount: stated?.bandCount ?? inverter.bandCount, after: prefix)
        let (mel, note) = try inverter.mel(of: file, stated: stated)
        return try written(format, mel.convention.sampleRate, note) { sink throws(FileError) in
            try inverter.invert(mel, sink)
        }
    }

    private typealias Sink = (UnsafeBufferPointer<Float>) throws(FileError) -> Void

    /// Writes what `invert` makes.
    private func written(
        _ format: Format, _ sampleRate: Int, _ note: String?,
        _ invert: (Sink) throws(FileError) -> MelInverter.Inversion
    ) throws(FileError) -> Outcome {
        let inversion: MelInverter.Inversion, clippedSampleCount: Int
        switch format {
        case .pcm:
            var clipped = 0
            inversion = try invert { samples throws(FileError) in clipped += try writePCM(samples) }
            clippedSampleCount = clipped
        case .sound(let format):
            if sound != "-", let slash = sound.lastIndex(of: "/"), slash != sound.startIndex {
                try createFolder(at: String(sound[..<slash]))
            }
            var writer = try SoundWriter(to: sound, format: format, sampleRate: sampleRate)
            inversion = try invert { samples throws(FileError) in try writer.append(samples) }
            clippedSampleCount = try writer.finish().clippedSampleCount
        }
        return Outcome(synthesis: self, inversion: inversion, clippedSampleCount: clippedSampleCount, note: note)
    }
}

extension Synthesis {
    /// Endings of sounds that can be written.
    static let soundEndings: Set<String> = ["wav", "flac", "ogg", "opus"]

    /// What to synthesise for `inputs`, mels and folders of mels (recursively), into `output`.
    ///
    /// One mel goes to the file `output` where that ends in a sound's ending; otherwise `output` is a folder that takes
    /// every sound as .wav under its mel's name and, below a folder, its place.
    ///
    /// - Throws: `FileError`: `.missingInput` where an input does not exist or a folder holds no mel; `.cannotCreate` where
    ///   two mels would make the same file, or the ending of `output` names no sound.
    public static func all(of inputs: [String], into output: String) throws(FileError) -> [Synthesis] {
        let isFile = try isSingle(output, inputs)
        var syntheses: [Synthesis] = [], takers: [String: String] = [:]
        for input in inputs {
            for (mel, stem) in try mels(at: input) {
                let sound = isFile ? output : output + "/" + stem + ".wav"
                if let other = takers.updateValue(mel, forKey: sound) {
                    throw FileError(
                        .cannotCreate, sound == "-" ? "standard output" : sound,
                        "would hold the sounds of both \(other) and \(mel); "
                            + "name a folder to write to, and mels whose names differ in more than their endings.")
                }
                syntheses.append(Synthesis(mel: mel, sound: sound))
            }
        }
        return syntheses
    }

    /// Whether `output` takes one sound: standard output, or a file by its ending.
    private static func isSingle(_ output: String, _ inputs: [String]) throws(FileError) -> Bool {
        if output == "-" { return true }
        if isFolder(output) || output.hasSuffix("/") { return false }
        let ending = URL(fileURLWithPath: output).pathExtension.lowercased()
        if soundEndings.contains(ending) { return true }
        if inputs.count == 1, !ending.isEmpty, !isFolder(inputs[0]) {
            throw FileError(
                .cannotCreate, output, "ends in .\(ending); .wav, .flac, .ogg (Vorbis) or .opus tells what to write.")
        }
        return false
    }

    /// The mels at `input`, each with its path relative to it less the ending, in the order of their names.
    private static func mels(at input: String) throws(FileError) -> [(mel: String, stem: String)] {
        if input == "-" { return [("-", "stdin")] }
        guard FileManager.default.fileExists(atPath: input) else {
            throw FileError(.missingInput, input, "there is no such file or folder.")
        }
        guard isFolder(input) else {
            let name = URL(fileURLWithPath: input).deletingPathExtension().lastPathComponent
            return [(input, name)]
        }
        let entries: [String]
        do { entries = try FileManager.default.subpathsOfDirectory(atPath: input) } catch {
            throw FileError(.missingInput, input, "the folder may not be read; check its permissions.")
        }
        let mels = entries.filter { entry in
            MelFormat(ending: entry) != nil && !entry.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
        guard !mels.isEmpty else {
            throw FileError(
                .missingInput, input, "the folder holds no mel (.npy, .npz, .safetensors; \(entries.count) other entries).")
        }
        return mels.map { (input + (input.hasSuffix("/") ? "" : "/") + $0, String($0[..<$0.lastIndex(of: ".")!])) }
    }
}

private func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
}
