import Files
import Platform
import TestSupport
import Testing

@testable import Training

/// What beginning a run may remove, and what not.
struct RunFolderTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test("a folder that is of no run is not taken for one, with --restart or without", arguments: [true, false])
    func foreignFolders(clearing: Bool) throws {
        for name in ["samples/one.wav", "best/mine", "voice/mine", "log.jsonl"] {
            let path = folder.path("own-" + name.replacing("/", with: "-"))
            try FileManager.default.createDirectory(atPath: path + "/" + FolderPath.parent(of: name), withIntermediateDirectories: true)
            try replaceFile(at: path + "/" + name, contents: Data("mine".utf8))
            let error = #expect(throws: FileError.self) { try RunFolder(path: path).create(clearing: clearing) }
            #expect(error?.kind == .cannotCreate)
            #expect(try contents(ofFile: path + "/" + name) == Data("mine".utf8))
        }
        // One of other things is not touched.
        let other = try folder.file("other/notes.txt", "mine")
        try RunFolder(path: folder.path("other")).create(clearing: clearing)
        #expect(try contents(ofFile: other) == Data("mine".utf8))
    }

    @Test("of a run's folders only what runs write is removed")
    func clearing() throws {
        for name in ["training.json", "samples/step-00000001.wav", "samples/recording.wav", "checkpoints/step-00000001/model", "best/model"] {
            try folder.file("run/" + name, "mine")
        }
        let run = RunFolder(path: folder.path("run"))
        try run.create(clearing: true)
        #expect(try SoundNames.all(in: run.path) == [".lock", "samples/recording.wav"])
    }
}

/// The files in a folder and the folders in it.
private enum SoundNames {
    static func all(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            var isFolder = false
            return FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder) && !isFolder
        }.sorted()
    }
}
