/// A mistake of the world: a file, format or disk that does not hold what was expected.
///
/// `message` is one sentence that says what was found, what was expected and what to do; `description` puts the
/// file's name before it. `kind` decides the program's exit code (`sysexits.h`).
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Int32, Sendable {
        /// The contents are not what was expected: damaged, of another format, of another convention.
        case badData = 65
        /// The file or folder does not exist, or may not be read.
        case missingInput = 66
        /// The output cannot be created.
        case cannotCreate = 73
        /// Reading or writing failed midway: a full disk, a broken pipe.
        case inputOutput = 74
    }

    public let kind: Kind
    public let path: String
    public let message: String

    public init(_ kind: Kind, _ path: String, _ message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }

    public var description: String { "\(path): \(message)" }
    public var exitCode: Int32 { kind.rawValue }
}
