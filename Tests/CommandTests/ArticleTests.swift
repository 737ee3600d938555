import Foundation
import Platform
import TestSupport
import Testing

/// Type-checks the Swift code of the README and of the articles against the modules that were built with the tests.
///
/// Only public symbols can be used, as in a program that imports the package.
@Suite struct ArticleTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// The modules lie beside the built program.
    private static let modules = Program.file.deletingLastPathComponent().appendingPathComponent("Modules").path

    /// The README and the articles that have Swift code, as paths in the repository.
    private static let pages: [String] = {
        let folders = FileManager.default.enumerator(atPath: root.path + "/Sources")?.compactMap { $0 as? String } ?? []
        let articles = folders.filter { $0.hasSuffix(".md") }.map { "Sources/" + $0 }.sorted()
        return (["README.md"] + articles).filter { !code(of: $0).isEmpty }
    }()

    /// All Swift blocks of a page, in order, as one file.
    private static func code(of page: String) -> String {
        let text = (try? String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)) ?? ""
        let blocks = text.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
        return blocks.map { $0 + "\n" }.joined(separator: "\n")
    }

    /// A program of the `PATH`; nil if there is none of this name.
    private static func program(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { $0 + "/" + name }.first(where: FileManager.default.isExecutableFile)
    }

    /// What the compiler needs to find the C libraries that the modules import.
    private static func libraryOptions() throws -> [String] {
        let sources = root.path + "/Sources/"
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources).sorted()
        let maps = folders.flatMap { [sources + $0 + "/module.modulemap", sources + $0 + "/include/module.modulemap"] }.filter(FileManager.default.fileExists)
        let manifest = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let packages = manifest.components(separatedBy: "pkgConfig: \"").dropFirst().map {
            $0.components(separatedBy: "\"")[0]
        }
        var flags = maps.map { "-fmodule-map-file=" + $0 }
        if let pkgConfig = program("pkg-config") {
            for package in packages {
                let (status, output) = try run(pkgConfig, ["--cflags", package])
                if status == 0 { flags += output.split(whereSeparator: \.isWhitespace).map(String.init) }
            }
        }
        return flags.flatMap { ["-Xcc", $0] }
    }

    @Test(
        "The Swift code of the README and of the articles compiles",
        .enabled(if: program("swiftc") != nil, "there is no swiftc on the PATH"),
        .enabled(if: FileManager.default.fileExists(atPath: modules), "no Modules folder lies beside the built program"),
        .timeLimit(.minutes(3)))
    func codeCompiles() throws {
        #expect(Self.pages.count >= 6, "\(Self.pages)")
        let compiler = try #require(Self.program("swiftc"))
        let libraries = try Self.libraryOptions()
        let scratch = try ScratchFolder()
        for page in Self.pages {
            let file = scratch.path + "/main.swift"
            try Self.code(of: page).write(toFile: file, atomically: true, encoding: .utf8)
            let (status, output) = try Self.run(
                compiler, ["-typecheck", "-swift-version", "6", "-I", Self.modules] + libraries + [file])
            #expect(status == 0, "\(page): \(output)")
        }
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
