import Foundation
import Platform
import TestSupport
import Testing

/// The scripts, run on a package of one file with a compiler that only notes that it was called.
@Suite struct ScriptTests {
    private static let scripts = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "Scripts"
        ).path
    private let scratch: ScratchFolder
    private var root: String { scratch.path }

    init() throws {
        scratch = try ScratchFolder()
        for folder in ["Sources/A", "tools"] {
            try FileManager.default.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: Self.scripts, toPath: root + "/Scripts")
        try write("// a package", to: "Package.swift")
        try write("// a source", to: "Sources/A/a.swift")
        try write(
            """
            #!/bin/bash
            case $1 in
            --version) echo "Swift version ${FAKE_SWIFT_VERSION:-6.2.1}" ;;
            build)
                echo built >>"\(root)/calls"
                if [[ -n ${FAKE_FAILURE:-} ]]; then
                    for number in {1..60}; do echo "[$number/60] Compiling"; done
                    echo "a.swift:1: error: no such thing"
                    exit 1
                fi
                mkdir -p "\(root)/.build/release"
                printf '#!/bin/bash\\nprintf "%%s|" "$@"; exit 7\\n' >"\(root)/.build/release/vocoder"
                chmod +x "\(root)/.build/release/vocoder"
                ;;
            package) echo cleaned >>"\(root)/calls" ;;
            esac
            """, to: "tools/swift")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/tools/swift")
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: root + "/" + name))
    }

    /// Runs a script, by default Scripts/vocoder with two arguments, from another folder.
    private func run(
        _ script: String = "vocoder", _ arguments: [String] = ["a b", "c"], path: String? = nil, version: String = "6.2.1", fails: Bool = false
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [root + "/Scripts/" + script] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = ["PATH": path ?? root + "/tools:/usr/bin:/bin", "FAKE_SWIFT_VERSION": version, "FAKE_FAILURE": fails ? "yes" : ""]
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = [output, errors].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        return (process.terminationStatus, text[0], text[1])
    }

    private var calls: [Substring] {
        ((try? String(contentsOfFile: root + "/calls", encoding: .utf8)) ?? "").split(separator: "\n")
    }

    @Test("the scripts are valid bash", arguments: ["vocoder", "test", "set-up.sh", "check-metrics", "check-traits", "fuzz", "sanitize", "../.ci/run"])
    func syntax(_ name: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-n", Self.scripts + "/" + name]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("the program is built once, then run without a word; any change of the sources builds it again")
    func rebuilding() throws {
        let first = try run()
        #expect(first.status == 7 && first.output == "a b|c|" && !first.errors.isEmpty)
        let second = try run()
        #expect(second.status == 7 && second.output == "a b|c|" && second.errors.isEmpty)
        #expect(calls == ["built"])
        try write("// another source", to: "Sources/A/b.swift")
        _ = try run()
        try FileManager.default.removeItem(atPath: root + "/Sources/A/b.swift")
        _ = try run()
        // An older file in place of a newer, of the same length.
        try write("// A source", to: "Sources/A/a.swift")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: root + "/Sources/A/a.swift")
        _ = try run()
        _ = try run()
        #expect(calls == ["built", "built", "built", "built"])
    }

    @Test("what a build prints goes to a log, whose end is shown and which is named where it fails")
    func failure() throws {
        let outcome = try run(fails: true)
        #expect(outcome.status == 70 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("error: no such thing") && outcome.errors.contains("build.log"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count < 25, "\(outcome.errors)")
        let log = try String(contentsOfFile: root + "/.build/set-up/build.log", encoding: .utf8)
        #expect(log.split(separator: "\n").count == 61)
        let whole = try run()
        #expect(whole.status == 7 && whole.errors.split(separator: "\n").count == 1, "\(whole.errors)")
    }

    @Test("what was built for another processor is built anew")
    func otherProcessor() throws {
        _ = try run()
        let built = try String(contentsOfFile: root + "/.build/built", encoding: .utf8)
        try write("another processor\n", to: ".build/processor")
        try write("another processor\n" + built, to: ".build/built")
        _ = try run()
        #expect(calls == ["built", "cleaned", "built"])
    }

    @Test("without Swift, or with one too old, a sentence says where to get it")
    func noSwift() throws {
        let old = try run(version: "5.9")
        #expect(old.status == 69 && old.errors.contains("swift.org/install") && old.output.isEmpty)
        try FileManager.default.removeItem(atPath: root + "/tools/swift")
        let none = try run(path: root + "/tools:/usr/bin:/bin")
        #expect(
            none.status == 69 && none.errors.split(separator: "\n").count == 1
                && none.errors.contains("swift.org/install"))
    }

    @Test("Fuzzing needs numbers, and a compiler with libFuzzer, without which it says so and is no failure")
    func fuzzing() throws {
        for wrong in [["--seconds", "0"], ["--jobs", "x"], ["--seconds"], ["--second", "3"]] {
            let refused = try run("fuzz", wrong)
            #expect(refused.status == 64 && refused.errors.contains(wrong[0]), "\(refused.errors)")
        }
        try write("#!/bin/bash\n", to: "tools/swiftc")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/tools/swiftc")
        let idle = try run("fuzz", [])
        #expect(idle.status == 0 && idle.errors.contains("no libFuzzer") && calls.isEmpty, "\(idle.errors)")
    }

    @Test("Sanitizing names what it does not know, and builds nothing for it")
    func sanitizing() throws {
        let folder = root + "/Tests/KernelsTests"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (arguments, word) in [([], "address or thread"), (["memory"], "address or thread"), (["thread", "Kernel"], "Tests/KernelTests")] {
            let refused = try run("sanitize", arguments)
            #expect(refused.status == 64 && refused.errors.contains(word), "\(refused.errors)")
        }
        #expect(calls.isEmpty)
    }

    @Test("The kill campaign explains itself, and needs a number", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func killCampaign() throws {
        for (arguments, status, word) in [(["--help"], Int32(0), "SIGKILL"), (["many"], 2, "many")] {
            let process = Process(), output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            process.arguments = [Self.scripts + "/kill-campaign"] + arguments
            (process.standardOutput, process.standardError) = (output, output)
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == status && text.lowercased().contains(word.lowercased()), "\(text)")
        }
    }
}
