import Foundation
import Audio
import Files
import MelGAN
import Platform
import Spectra
import Tensors
import TestSupport
import Testing

/// The built program and a temporary folder to run it in, which is removed with this object.
final class Program {
    struct Outcome {
        let status: Int32
        let output: Data
        let errors: String
        var text: String { String(decoding: output, as: UTF8.self) }
        var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    private let scratch: ScratchFolder
    var folder: String { scratch.path }
    /// The program lies beside the bundle of tests: on macOS a folder, elsewhere the running executable itself.
    static let file: URL = {
        #if os(macOS)
            let folder = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }!.bundleURL.deletingLastPathComponent()
        #else
            let folder = Bundle.main.bundleURL
        #endif
        return folder.appendingPathComponent("vocoder")
    }()

    init() throws { scratch = try ScratchFolder() }

    func run(
        _ arguments: String..., input: Data? = nil, outputFile: String? = nil, fileLimit: Int? = nil
    ) throws -> Outcome {
        try run(all: arguments, input: input, outputFile: outputFile, fileLimit: fileLimit)
    }

    /// Runs the program in the folder and waits for its end.
    ///
    /// - Parameter fileLimit: the largest size of a file in KiB; writing more fails, as on a full disk.
    func run(
        all arguments: [String], input: Data? = nil, outputFile: String? = nil, fileLimit: Int? = nil, path searched: String? = nil
    ) throws -> Outcome {
        let process = Process()
        if let searched {
            process.environment = ProcessInfo.processInfo.environment.merging(["PATH": searched]) { _, given in given }
        }
        if let fileLimit {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            let limits = "trap '' XFSZ; ulimit -f \(fileLimit); exec \"$0\" \"$@\""
            process.arguments = ["-c", limits, Self.file.path] + arguments
        } else {
            process.executableURL = Self.file
            process.arguments = arguments
        }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let output = Pipe(), errors = Pipe(), standardInput = Pipe()
        process.standardOutput = outputFile.map { FileHandle(forWritingAtPath: $0)! } ?? output
        process.standardError = errors
        process.standardInput = standardInput
        try process.run()
        if let input { try standardInput.fileHandleForWriting.write(contentsOf: input) }
        try standardInput.fileHandleForWriting.close()
        let data = outputFile == nil ? output.fileHandleForReading.readDataToEndOfFile() : Data()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "\(arguments) crashed: \(text)")
        return Outcome(status: process.terminationStatus, output: data, errors: text)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func write(_ data: Data, to name: String) throws { try data.write(to: URL(fileURLWithPath: path(name))) }

    func read(_ name: String) throws -> Data { try contents(ofFile: path(name)) }

    /// All files in and below the folder, including hidden ones.
    var files: [String] { ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted() }
}

extension Program {
    /// A speech-like signal at 22,050 Hz.
    static func sound(seconds: Double = 0.4) -> Waveform {
        SyntheticSignal.speechLike(seed: 5).waveform(duration: seconds, sampleRate: 22_050)
    }

    /// Writes ``sound(seconds:)`` and its mel by MelGAN's convention.
    func writeSoundAndMel(_ name: String = "a", mel ending: String = "npy", seconds: Double = 0.4) throws {
        let sound = Self.sound(seconds: seconds)
        try sound.write(to: path(name + ".wav"))
        try MelExtractor(.melgan).mel(of: sound).write(to: path("\(name).\(ending)"))
    }

    /// Writes a small model with random weights, for mels of `convention`.
    @discardableResult
    func writeModel(_ name: String = "model", convention: MelConvention = .melgan, seed: UInt64 = 7) throws -> Model {
        let configuration = MelGANConfiguration(inputBands: convention.bandCount, baseChannels: 4)
        var random = SplitMix64(seed: seed)
        let model = Model(
            configuration: ModelConfiguration(convention: convention, generator: configuration, steps: 12),
            generator: MelGANGenerator(configuration, using: &random))
        try model.write(to: path(name), description: "A model of random weights.\n")
        return model
    }
}

/// Expects the exit code, one sentence that names `name`, and nothing on standard output.
func expectRefusal(
    _ outcome: Program.Outcome, _ status: Int32, naming name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    let line = outcome.errorLines.first ?? ""
    #expect(
        line.hasPrefix("vocoder: ") && line.hasSuffix(".") && line.contains(name), "\(line)",
        sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
}
