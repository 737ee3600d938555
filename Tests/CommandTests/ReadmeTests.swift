import Foundation
import Platform
import Testing

/// Runs the README's commands as printed, one after the other in a temporary folder.
@Suite struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every line of every shell block, in order.
    private static func commands() throws -> [String] {
        let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```sh\n").dropFirst()
        return blocks.flatMap { $0.components(separatedBy: "\n```")[0].split(separator: "\n").map(String.init) }
    }

    @Test("Every command of the README ends with exit code 0 and leaves what it says")
    func commands() throws {
        let program = try Program()
        for name in ["Audio", "Models"] {
            try FileManager.default.copyItem(
                at: Self.root.appendingPathComponent(name), to: URL(fileURLWithPath: program.path(name)))
        }
        // The program takes the place of the script that builds and runs it; `Scripts/test` is what runs this test.
        try FileManager.default.createDirectory(atPath: program.path("Scripts"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: program.path("Scripts/vocoder"), withDestinationPath: Program.file.path)
        let commands = try Self.commands().filter { $0 != "Scripts/test" }
        #expect(commands.count >= 6)
        for command in commands {
            #expect(command.hasPrefix("Scripts/vocoder "), "\(command)")
            let (status, errors) = try shell(command, in: program.folder)
            #expect(status == 0, "\(command): \(errors)")
        }
        for made in [
            "compared/index.html", "run/best/generator.safetensors", "voice/voice/pitch.safetensors",
            "voice/voice/text.safetensors",
            "hello.wav", "paid.wav", "counted.srt", "mine.wav", "spoken.flac", "speech.pcm", "streamed.pcm",
        ] {
            #expect(program.exists(made), "\(made)")
        }
    }

    private func shell(_ command: String, in folder: String) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
