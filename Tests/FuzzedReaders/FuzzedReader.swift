import Files
import Platform

/// A reader of foreign bytes, as fuzzing and the tests of its seeds run it.
///
/// Whatever the bytes are, a reader returns or throws a `FileError` whose message is one sentence; it does not trap, hang, or take memory
/// that is out of proportion to the bytes.
public struct FuzzedReader: Sendable, CustomStringConvertible {
    /// The name by which `Scripts/fuzz` knows it, and of the folder of its seeds.
    public let name: String
    /// The most bytes that fuzzing tries.
    public let longest: Int
    /// Files of other tests, relative to the repository, from which fuzzing begins as well as from the reader's own seeds.
    public let otherSeeds: [String]
    private let body: @Sendable ([UInt8], InputFolder) throws -> Void

    init(
        _ name: String, longest: Int, otherSeeds: [String] = [], _ body: @escaping @Sendable ([UInt8], InputFolder) throws -> Void
    ) {
        (self.name, self.longest, self.otherSeeds, self.body) = (name, longest, otherSeeds, body)
    }

    /// All readers: of sound, of arrays and checkpoints, of text, and of settings.
    public static let all = [sound] + arrayReaders + textReaders + settingsReaders

    public var description: String { name }

    /// Reads `bytes` and returns the message of the refusal, or nil where they are what the reader expects.
    ///
    /// - Parameter folder: Where the files that the reader opens are written.
    /// - Throws: Any error that is no `FileError`, which is a fault of the reader, as is a refusal that is no sentence.
    @discardableResult
    public func read(_ bytes: [UInt8], in folder: InputFolder) throws -> String? {
        do { try body(bytes, folder) } catch let error as FileError {
            guard error.kind != .missingInput, error.description.hasSuffix(".") else { throw NoSentence(description: error.description) }
            return error.description
        }
        return nil
    }

    /// A refusal without a full stop, or one that says that an input that is there is missing.
    struct NoSentence: Error, CustomStringConvertible { let description: String }
}

/// A folder for the inputs of readers that open files by name. Each name is one open file, which the next input overwrites: to create and
/// remove a file for every input would take longer than most readers do.
public final class InputFolder {
    public let path: String
    private var descriptors: [String: Int32] = [:]

    /// Creates a folder of its own in the system's folder for temporary files, which ends with this object.
    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("vocoder inputs \(UUID().uuidString)").path
        try createFolder(at: path)
    }

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes `bytes` the contents of the file `name`, and returns its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = path + "/" + name
        if descriptors[name] == nil {
            try createFolder(at: FolderPath.parent(of: path))
            descriptors[name] = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
        let descriptor = descriptors[name]!
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw FileError(.inputOutput, path, "the input could not be written (\(String(cString: strerror(errno)))).")
        }
        return path
    }

    /// Calls `body` with the path of a pipe that holds `bytes`.
    func withPipe(of bytes: [UInt8], _ body: (String) throws -> Void) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw FileError(.inputOutput, path, "there is no pipe to be had.") }
        defer { close(ends[0]) }
        // A pipe holds at least 64 KiB, and no input of a reader of pipes is longer.
        let written = write(ends[1], bytes, bytes.count)
        close(ends[1])
        guard written == bytes.count else { throw FileError(.inputOutput, path, "a pipe does not hold \(bytes.count) bytes.") }
        try body("/dev/fd/\(ends[0])")
    }
}
