import Audio
public import Files
import Platform
import Tensors

/// Which recordings are kept from training, for validation.
public enum ValidationSplit: Sendable, Equatable {
    case none
    /// The recordings with these ids, as the file at `path` lists them.
    case listed([String], path: String)
    /// This fraction of the recordings, whole sentences at a time.
    case fraction(Double)

    /// Reads `argument`: a file of ids, one a line, or a fraction above 0 and below 1.
    ///
    /// - Throws: `FileError` where it is neither, or the file is empty.
    public init(argument: String) throws(FileError) {
        if !FileManager.default.fileExists(atPath: argument), let fraction = Double(argument) {
            guard fraction >= 0, fraction < 1 else {
                throw FileError(
                    .badData, argument, "is no fraction for validation; expected one from 0 to below 1, such as 0.05.")
            }
            self = fraction == 0 ? .none : .fraction(fraction)
            return
        }
        let identifiers = try ListingTable.lines(ofFile: argument).lines.map { line in
            let field = line.split(separator: "|", omittingEmptySubsequences: false)[0]
            return SoundFolder.withoutEnding(String(field.filter { $0 != "\r" }).trimmed)
        }
        guard !identifiers.isEmpty else {
            throw FileError(.badData, argument, "lists no validation recordings; expected an id on each line.")
        }
        self = .listed(identifiers, path: argument)
    }
}

extension Corpus {
    /// The split that `argument` asks for; without one 2 % of the sentences, or none where there is only one.
    func validationSplit(_ argument: String?) throws(FileError) -> ValidationSplit {
        if let argument { return try ValidationSplit(argument: argument) }
        return Set(entries.map(\.sentence)).count > 1 ? .fraction(0.02) : .none
    }

    /// The ids kept for validation.
    ///
    /// A fraction is split by sentence: all takes of a text go to the same side, so that no sentence of validation was trained on. Where no text is known, ids that differ only in a trailing time stamp (`_` and eight
    /// or more digits) are takes of one sentence. Which sentences are kept depends on their text and on `seed` alone,
    /// so that adding recordings moves hardly any from one side to the other.
    ///
    /// - Throws: `FileError` `.badData` where one side would be empty.
    public func validationIdentifiers(_ split: ValidationSplit, seed: UInt64 = 0) throws(FileError) -> Set<String> {
        switch split {
        case .none: return []
        case .listed(let identifiers, let path):
            let kept = Set(identifiers).intersection(entries.map(\.id))
            guard !kept.isEmpty else {
                throw FileError(
                    .badData, path,
                    "lists no recording of \(self.path); the corpus has ids like \(entries[0].id), the list \(identifiers[0])."
                )
            }
            guard kept.count < entries.count else {
                throw FileError(.badData, path, "lists every recording of \(self.path), which leaves none to train on.")
            }
            return kept
        case .fraction(let fraction):
            return try identifiers(ofFraction: fraction, seed: seed)
        }
    }

    /// Ids that `split` lists and the corpus does not have.
    public func unknownIdentifiers(_ split: ValidationSplit) -> [String] {
        guard case .listed(let identifiers, _) = split else { return [] }
        let known = Set(entries.map(\.id))
        return identifiers.filter { !known.contains($0) }
    }

    private func identifiers(ofFraction fraction: Double, seed: UInt64) throws(FileError) -> Set<String> {
        let sentences = Dictionary(grouping: entries, by: \.sentence)
        guard sentences.count > 1 else {
            throw FileError(
                .badData, path, "holds one sentence only, which cannot be split into training and validation.")
        }
        let ordered = sentences.keys.map { (rank: SplitMix64.hash($0, seed: seed), sentence: $0) }
            .sorted { ($0.rank, $0.sentence) < ($1.rank, $1.sentence) }
        let wanted = max(1, Int((fraction * Double(entries.count)).rounded()))
        var kept = Set<String>()
        for (_, sentence) in ordered.dropLast() where kept.count < wanted {
            kept.formUnion(sentences[sentence]!.map(\.id))
        }
        return kept
    }
}

extension Corpus.Entry {
    /// The sentence, by which takes belong together: letters and digits of the text, or the id without a take's time stamp.
    var sentence: String {
        if let text, text.contains(where: \.isLetter) {
            return text.lowercased().filter { $0.isLetter || $0.isNumber }
        }
        guard let mark = id.lastIndex(of: "_") else { return id }
        let take = id[id.index(after: mark)...]
        return take.count >= 8 && take.allSatisfy(\.isNumber) ? String(id[..<mark]) : id
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        return String(self[start...].reversed().drop { $0.isWhitespace }.reversed())
    }
}
