public import Audio
public import Files
import Platform

/// A recording and the path of the mel file to be computed from it.
public struct MelExtraction: Sendable, Equatable {
    public let recording: String
    public let mel: String

    /// The result for one recording.
    public struct Outcome: Sendable {
        public let extraction: MelExtraction
        /// The number of frames of the mel.
        public let frameCount: Int
        /// How the sound was mixed and resampled.
        public let preparation: Preparation
    }

    /// Computes the mel and writes it.
    ///
    /// - Throws: `FileError` where the recording cannot be read or the mel cannot be written.
    public func run(with extractor: MelExtractor, layout: MelLayout) throws(FileError) -> Outcome {
        let (waveform, preparation) = try readWaveform(at: recording, sampleRate: extractor.convention.sampleRate)
        let spectrogram = extractor.mel(of: waveform)
        if let slash = mel.lastIndex(of: "/") { try createFolder(at: String(mel[..<slash])) }
        try spectrogram.write(to: mel, layout: layout)
        return Outcome(extraction: self, frameCount: spectrogram.frameCount, preparation: preparation)
    }
}

extension MelExtraction {
    /// The extractions of `inputs`, files and folders (recursively), into `output`.
    ///
    /// If `output` ends in a mel format it is the file of the only mel. Otherwise it is a folder that receives every mel under its
    /// recording's name and, for recordings from a folder, its relative path.
    ///
    /// - Throws: `FileError`: `.missingInput` if an input does not exist or a folder holds no sound; `.cannotCreate` if two
    ///   recordings would be written to the same file.
    public static func all(
        of inputs: [String], into output: String, format: MelFormat = .npy
    ) throws(FileError) -> [MelExtraction] {
        let isOneFile = MelFormat(ending: output) != nil || isSpecialFile(output)
        var isFolder = false
        let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
        if !isOneFile && (exists ? !isFolder : !output.hasSuffix("/") && (1...5).contains(ending(output).count)) {
            throw FileError(
                .cannotCreate, output,
                "is neither a folder nor named as a mel; end the name in .npy, .npz or .safetensors, or a folder's in /.")
        }
        var extractions: [MelExtraction] = [], takers: [String: String] = [:]
        for input in inputs {
            for (recording, relative) in try recordings(at: input) {
                let mel = isOneFile ? output : output + "/" + stem(relative) + "." + format.rawValue
                if let other = takers.updateValue(recording, forKey: mel) {
                    throw FileError(
                        .cannotCreate, mel,
                        "would hold the mels of both \(other) and \(recording); "
                            + "name a folder to write to, and recordings whose names differ in more than their endings.")
                }
                extractions.append(MelExtraction(recording: recording, mel: mel))
            }
        }
        return extractions
    }

    /// Sentences about the recordings in the folders among `inputs` that are of kinds that are not read.
    public static func leftOut(of inputs: [String]) throws(FileError) -> [String] {
        var notes: [String] = []
        for input in inputs where isFolder(input) { notes += try SoundFolder(at: input).note.map { [$0] } ?? [] }
        return notes
    }

    /// The recordings at `input`, each with its path relative to `input`, sorted by name.
    private static func recordings(at input: String) throws(FileError) -> [(recording: String, relative: String)] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) else {
            throw FileError.missing(input, expected: "there is no such file or folder.")
        }
        guard isFolder else { return [(input, String(input.split(separator: "/").last ?? ""))] }
        let folder = try SoundFolder(at: input)
        guard !folder.files.isEmpty else {
            throw FileError(.missingInput, input, "the folder holds no recording that can be read." + (folder.note.map { " " + $0 } ?? ""))
        }
        return folder.files.map { (input + (input.hasSuffix("/") ? "" : "/") + $0, $0) }
    }

    private static func ending(_ path: String) -> Substring {
        path.lastIndex(of: ".").map { path[path.index(after: $0)...] } ?? ""
    }

    private static func stem(_ path: String) -> Substring {
        guard let dot = path.lastIndex(of: "."), dot > (path.lastIndex(of: "/") ?? path.startIndex) else { return path[...] }
        return path[..<dot]
    }
}
