/// A recording that is not trained on, and why.
public struct Rejection: Sendable, Equatable, Codable, CustomStringConvertible {
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// Listed, but there is no such file.
        case missing
        /// A line of a listing that is none of the known forms.
        case malformed
        /// Named twice, or the same sound under two names.
        case duplicate
        /// Not audio, damaged, or holding values that are not numbers.
        case unreadable
        /// No samples.
        case empty
        case silent
        case tooShort = "too short"
        case clipped
        case noText = "no text"
        /// What is said cannot be what the text says.
        case wrongText = "wrong text"
    }

    public let id: String
    public let path: String
    public let reason: Reason
    /// What was found, as a clause.
    public let detail: String

    public init(id: String, path: String, reason: Reason, detail: String) {
        self.id = id
        self.path = path
        self.reason = reason
        self.detail = detail
    }

    init(_ entry: Corpus.Entry, _ reason: Reason, _ detail: String) {
        self.init(id: entry.id, path: entry.path, reason: reason, detail: detail)
    }

    public var description: String { "\(path): \(reason.rawValue): \(detail)" }
}
