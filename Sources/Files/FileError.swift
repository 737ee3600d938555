import Platform

/// An error in a file, a format or a disk: something that does not hold what was expected.
///
/// `finding` says what was found and what was expected; `remedies` say what to do about it. A program that reads its settings from
/// a command line or a window words the remedies itself, with ``message(wordingRemedies:)``.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of error; its raw value is the program's exit code (`sysexits.h`).
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
    /// The file at fault, or the name of a stream such as "standard input".
    public let path: String
    /// What was found and what was expected: a whole sentence where there are no remedies, else without its full stop.
    public let finding: String
    /// What to do, the likeliest first; any one of them helps.
    public let remedies: [Remedy]

    public init(_ kind: Kind, _ path: String, _ finding: String, _ remedies: [Remedy] = []) {
        self.kind = kind
        self.path = path
        self.finding = finding
        self.remedies = remedies
    }

    /// The error of a write that failed with this `errno`.
    package static func writing(_ path: String, errno code: Int32) -> FileError {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            return FileError(.inputOutput, path, "could not be written: the disk is full (\(reason)); free some space and try again.")
        case EFBIG:
            return FileError(.inputOutput, path, "could not be written: files may not be so large here (\(reason)); see ulimit -f.")
        default: return FileError(.inputOutput, path, "could not be written (\(reason)).")
        }
    }

    /// The error of a path at which there is nothing.
    package static func missing(_ path: String, expected: String = "there is no such file.") -> FileError {
        // Bytes that are no UTF-8 become this character where a program is given its arguments, or lists a folder.
        guard path.contains("\u{FFFD}") else {
            let finding =
                switch FileDestination.end(ofLinksFrom: path) {
                case nil: "is a link that leads in a circle; remove it."
                case path?: expected
                case let end?: "is a link to \(end), where there is nothing."
                }
            return FileError(.missingInput, path, finding)
        }
        return FileError(
            .missingInput, path, "has a name that is not UTF-8 text, by which it cannot be opened; rename it.")
    }

    /// One sentence, to stand after the file's name: what was found, what was expected and what to do.
    public var message: String { message { $0.description } }

    /// One sentence, to stand after the file's name, with every remedy as `words` gives it.
    public func message(wordingRemedies words: (Remedy) -> String) -> String {
        finding + remedies.sentenceEnd(wording: words)
    }

    public var description: String { "\(path): \(message)" }
    public var exitCode: Int32 { kind.rawValue }
}
