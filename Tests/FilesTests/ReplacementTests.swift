@testable import Files
import Platform
import TestSupport
import Testing

/// What is at a path decides how it is written: a regular file is replaced, a link followed, and all else written into.
struct ReplacementTests {
    let folder: ScratchFolder
    private let contents = Data("new contents, a little longer than a pipe's first block\n".utf8)

    init() throws { folder = try ScratchFolder() }

    private func text(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) }
    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() } }

    @Test("a regular file is replaced and keeps its permissions")
    func regularFile() throws {
        let path = try folder.file("a.txt", "old")
        chmod(path, 0o640)
        try replaceFile(at: path, contents: contents)
        #expect(try text("a.txt") == contents)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try names == ["a.txt"])
    }

    @Test("a symbolic link stays, and what it leads to is replaced", arguments: [true, false])
    func link(exists: Bool) throws {
        try FileManager.default.createDirectory(atPath: folder.path("deep"), withIntermediateDirectories: true)
        if exists { try folder.file("deep/target.txt", "old") }
        try FileManager.default.createSymbolicLink(atPath: folder.path("first"), withDestinationPath: "second")
        try FileManager.default.createSymbolicLink(atPath: folder.path("second"), withDestinationPath: "deep/target.txt")
        try replaceFile(at: folder.path("first"), contents: contents)
        #expect(try text("deep/target.txt") == contents)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("first")) == "second")
        #expect(try names == ["deep", "first", "second"])
    }

    @Test("links that lead in a circle, a descriptor that is not open and a name that is not UTF-8 are refused")
    func obstacles() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path("a"), withDestinationPath: "b")
        try FileManager.default.createSymbolicLink(atPath: folder.path("b"), withDestinationPath: "a")
        for path in [folder.path("a"), "/dev/fd/973", folder.path("caf\u{FFFD}.wav")] {
            let error = #expect(throws: FileError.self) { try replaceFile(at: path, contents: contents) }
            #expect(error?.kind == .cannotCreate, "\(path)")
        }
        #expect(try names == ["a", "b"])
    }

    @Test("names as long as a file system has them, of one letter or of several bytes each")
    func longNames() throws {
        for name in [String(repeating: "n", count: 251) + ".txt", String(repeating: "ß", count: 125) + ".txt"] {
            try replaceFile(at: folder.path(name), contents: contents)
            #expect(try text(name) == contents)
        }
        #expect(try names.count == 2)
        let beside = ["a", "b"].map { placeBeside("/tmp/" + String(repeating: "n", count: 240) + $0) }
        #expect(beside[0] != beside[1] && beside.allSatisfy { $0.utf8.count < 200 })
    }

    @Test("a link that leads nowhere or in a circle is called that where it is read")
    func linksAsInput() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path("a"), withDestinationPath: "b")
        try FileManager.default.createSymbolicLink(atPath: folder.path("b"), withDestinationPath: "a")
        try FileManager.default.createSymbolicLink(atPath: folder.path("c"), withDestinationPath: "gone")
        for (name, words) in [("a", "in a circle"), ("c", "a link to \(folder.path("gone")), where there is nothing"), ("d", "no such file")] {
            let error = #expect(throws: FileError.self) { try Files.contents(ofFile: folder.path(name)) }
            #expect(error?.message.contains(words) == true && error?.kind == .missingInput, "\(error?.message ?? "")")
        }
    }

    @Test("what reads a FIFO gets the contents, and the FIFO stays")
    func fifo() async throws {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let reading = Task.detached { try Files.contents(ofFile: path) }
        try replaceFile(at: path, contents: contents)
        #expect(try await reading.value == contents)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
        #expect(try names == ["pipe"])
    }

    @Test("a device is written to, and a full one is said to be full")
    func device() throws {
        try replaceFile(at: "/dev/null", contents: contents)
        let full = #expect(throws: FileError.self) { try replaceFile(at: "/dev/full", contents: contents) }
        #expect(full?.kind == .inputOutput && full?.path == "/dev/full")
        #expect(full?.message.contains("the disk is full") == true)
    }

    @Test("a descriptor that is open is written to where it stands")
    func descriptor() throws {
        let path = try folder.file("log.txt", "first\n")
        let open = Platform.open(path, O_WRONLY | O_APPEND)
        defer { close(open) }
        try replaceFile(at: "/dev/fd/\(open)", contents: contents)
        #expect(try text("log.txt") == Data("first\n".utf8) + contents)
    }

    @Test("a name that is not UTF-8 is said to be so")
    func name() {
        let error = #expect(throws: FileError.self) { try Files.contents(ofFile: folder.path("caf\u{FFFD}.wav")) }
        #expect(error?.kind == .missingInput && error?.message.contains("not UTF-8") == true)
    }
}
