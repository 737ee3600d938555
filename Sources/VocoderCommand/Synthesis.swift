import Audio
import Files
import Platform
import Spectra

/// A mel to be synthesized, and where its sound goes.
struct Synthesis {
    /// The mel's file; `-` is standard input.
    let mel: String
    /// The sound's file; `-` is standard output.
    let sound: String

    /// What became of one mel.
    struct Outcome {
        let synthesis: Synthesis
        var frameCount = 0
        var sampleCount = 0
        /// Hz.
        let sampleRate: Int
        /// Seconds that the vocoder took, by the clock; reading and writing aside.
        var seconds = 0.0
        /// From vocoders that measure it.
        var spectralConvergence: Double?
        /// Samples that the vocoder made beyond full scale.
        var limitedSampleCount = 0
        /// A sentence where the mel was converted or its convention assumed.
        let note: String?

        /// Seconds of sound.
        var duration: Double { Double(sampleCount) / Double(sampleRate) }
        /// Seconds of computing for each second of sound.
        var realTimeFactor: Double { seconds / duration }
    }

    /// Reads, checks and synthesizes the mel, and writes the sound.
    ///
    /// For a vocoder whose convention is known, standard input may also hold bare frames (see ``FramePipe``): they become sound as
    /// they come, samples alone where that goes to standard output.
    /// - Throws: `FileError` where the mel cannot be read or does not fit, or the sound cannot be written.
    func run(
        with choice: inout VocoderChoice, layout: MelLayout?, stated: MelConvention?, compression: Remedy.LinearScale?, format: SoundOutput.Format
    ) throws(FileError) -> Outcome {
        let prefix = mel == "-" ? try standardInput(atMost: 65_536) : []
        if let target = choice.convention, !prefix.isEmpty, !MelFile.numpyMagic.starts(with: prefix.prefix(6)) {
            guard compression == nil else {
                throw FileError(.badData, "standard input", "holds bare frames, which --compression does not convert; send a .npy.")
            }
            var pipe = FramePipe(after: prefix, stated: stated, target: target)
            var outcome = Outcome(synthesis: self, sampleRate: target.sampleRate, note: nil)
            let vocoder = choice.vocoder(for: target)
            try write(&outcome, as: sound == "-" ? .pcm : format) { meter, sink throws(FileError) in
                try meter.synthesize(&pipe, by: vocoder, sink)
            }
            outcome.frameCount = pipe.frameCount
            return outcome
        }
        let file = try MelFile(
            at: mel, layout: layout, bandCount: stated?.bandCount ?? choice.convention?.bandCount, after: prefix)
        let (mel, note) = try choice.mel(of: file, stated: stated, compression: compression)
        var outcome = Outcome(synthesis: self, sampleRate: mel.convention.sampleRate, note: note)
        outcome.frameCount = mel.frameCount
        try write(&outcome, as: format) { meter, sink throws(FileError) in
            try choice.vocoder(for: mel.convention).synthesize(mel, contour: nil) { samples throws(FileError) in
                try meter.pass(samples, to: sink)
            }
        }
        return outcome
    }

    /// Refuses to replace a sound that was there before its mel: it may be the recording that the mel was computed of.
    func refuseRecording() throws(FileError) {
        func changed(_ path: String) -> Date? {
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }
        guard let made = changed(mel), let there = changed(sound), there < made else { return }
        throw FileError(
            .cannotCreate, sound, "is older than \(mel), which may have been computed of it; name another folder, or give --force to replace it.")
    }

    /// What makes noise of a mel.
    private static let clippingCause = "the mel is not one that the model takes, or far louder than full scale."

    fileprivate typealias Sink = (UnsafeBufferPointer<Float>) throws(FileError) -> Void

    /// Writes the samples that `synthesize` passes on, and notes in `outcome` how that went.
    ///
    /// - Parameter synthesize: Returns the spectral convergence, where it is measured.
    private func write(
        _ outcome: inout Outcome, as format: SoundOutput.Format,
        _ synthesize: (inout SynthesisMeter, Sink) throws(FileError) -> Double?
    ) throws(FileError) {
        if case .sound = format, sound != "-", let slash = sound.lastIndex(of: "/"), slash != sound.startIndex {
            try createFolder(at: String(sound[..<slash]))
        }
        var output = try SoundOutput(to: sound, format: format, sampleRate: outcome.sampleRate)
        var meter = SynthesisMeter()
        outcome.spectralConvergence = try synthesize(&meter) { samples throws(FileError) in
            try output.append(samples)
        }
        outcome.seconds = meter.seconds
        outcome.limitedSampleCount = try output.finish(cause: Self.clippingCause)
        outcome.sampleCount = meter.sampleCount
    }
}

/// Counts samples on their way to a file and measures what the vocoder took, reading and writing aside.
private struct SynthesisMeter {
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now
    /// The time spent waiting for input and writing samples.
    private var elsewhere = Duration.zero
    private(set) var sampleCount = 0

    /// Seconds since the meter was made, less those spent elsewhere.
    var seconds: Double { (clock.now - start - elsewhere).inSeconds }

    mutating func pass(_ samples: UnsafeBufferPointer<Float>, to sink: Synthesis.Sink) throws(FileError) {
        sampleCount += samples.count
        try exclude { () throws(FileError) in try sink(samples) }
    }

    /// Does what is no part of the synthesis.
    private mutating func exclude<Result>(_ work: () throws(FileError) -> Result) throws(FileError) -> Result {
        let start = clock.now
        defer { elsewhere += clock.now - start }
        return try work()
    }

    /// Turns frames that come through standard input into sound as they come.
    mutating func synthesize(
        _ pipe: inout FramePipe, by vocoder: some Vocoder, _ sink: Synthesis.Sink
    ) throws(FileError) -> Double? {
        var stream = vocoder.stream()
        while let frames = try exclude({ () throws(FileError) in try pipe.next() }) {
            try frames.values.withUnsafeBufferPointer { values throws(FileError) in
                try stream.push(values) { samples throws(FileError) in try pass(samples, to: sink) }
            }
        }
        return try stream.finish { samples throws(FileError) in try pass(samples, to: sink) }
    }
}

extension Synthesis {
    /// Endings of sounds that can be written.
    static let soundEndings: Set<String> = ["wav", "flac", "ogg", "opus"]

    /// What to synthesize for `inputs`, mels and folders of mels (recursively), into `output`.
    ///
    /// One mel goes to the file `output` where that ends in a sound's ending; otherwise `output` is a folder that takes
    /// every sound as .wav under its mel's name and, below a folder, its place.
    ///
    /// - Throws: `FileError`: `.missingInput` where an input does not exist or a folder holds no mel; `.cannotCreate` where
    ///   two mels would make the same file, or the ending of `output` names no sound.
    static func all(of inputs: [String], into output: String) throws(FileError) -> [Synthesis] {
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
        if soundEndings.contains(ending) || ending.isEmpty && isSpecialFile(output) { return true }
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
            throw FileError.missing(input, expected: "there is no such file or folder.")
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
