import Audio
import Files
import Platform

/// What a user says of a listing's columns, and of whom to take the recordings.
public struct ListingOptions: Sendable, Hashable, Codable {
    /// The column of the text, from 1; nil where the listing tells.
    public var textColumn: Int?
    /// The column of the speaker, from 1; 0 for none, nil where the listing tells.
    public var speakerColumn: Int?
    /// The speaker whose recordings are taken; nil or ``allSpeakers`` for all.
    public var speaker: String?

    /// In place of a name: that there are several speakers is known, and all of them are wanted.
    public static let allSpeakers = "all"

    public init(textColumn: Int? = nil, speakerColumn: Int? = nil, speaker: String? = nil) {
        (self.textColumn, self.speakerColumn, self.speaker) = (textColumn, speakerColumn, speaker)
    }
}

/// Which columns of a listing hold the recording, the text and the speaker, and why those.
///
/// The text is a column of sentences. Columns of numbers, of labels (few values, which recur), of ids, of phonemes and of paths are none.
/// Where two columns are sentences and say nearly the same, the later is the normalized text, as in LJSpeech's; where they do
/// not, it is the one whose length follows the recordings' durations. Where this does not tell, ``textColumn`` is nil.
struct ListingColumns: Equatable {
    /// The index of each column, from 0.
    var recording = 0
    var text: Int?
    /// Columns whose text is taken where that of `text` is empty, the first first.
    var otherTexts: [Int] = []
    var speaker: Int?
    /// A clause that says why `text` is the text; where it is nil, why none can be told.
    var reason = "no other column is there"

    /// - Parameters:
    ///   - finder: Tells which column names the recordings.
    ///   - duration: Of the recording in a row, in seconds; nil where it is not known.
    init(of table: ListingTable, _ options: ListingOptions, finder: AudioFinder, duration: (_ row: Int) -> Double?) {
        let width = table.rows.map(\.count).max() ?? 0
        recording = Self.recordingColumn(table, width, finder)
        let profiles = (0..<width).map { column in
            ColumnProfile(of: table.rows.lazy.map { column < $0.count ? $0[column] : "" })
        }
        let candidates = (0..<width).filter { $0 != recording }
        chooseText(table, profiles, candidates, duration)
        if let column = options.textColumn { (text, otherTexts, reason) = (column - 1, [], "--text-column says so") }
        speaker = speakerColumn(table, profiles, candidates, duration)
        if let column = options.speakerColumn { speaker = column == 0 ? nil : column - 1 }
    }

    private static func recordingColumn(_ table: ListingTable, _ width: Int, _ finder: AudioFinder) -> Int {
        let sample = table.rows.prefix(100)
        func found(_ column: Int) -> Int { sample.count { column < $0.count && finder.file(named: $0[column]) != nil } }
        let named = table.header.map { header in header.indices.filter { HeaderNames.recording.contains(header[$0]) } } ?? []
        if let best = named.max(by: { found($0) < found($1) }), found(best) > 0 || named.count == 1 { return best }
        // The first column unless another names recordings and the first does not.
        guard width > 1, found(0) * 2 < sample.count else { return 0 }
        return (1..<width).first { found($0) * 2 > sample.count } ?? 0
    }

    private mutating func chooseText(
        _ table: ListingTable, _ profiles: [ColumnProfile], _ candidates: [Int], _ duration: (Int) -> Double?
    ) {
        if chooseNamedText(table, profiles, candidates) { return }
        let sentences = candidates.filter { profiles[$0].kind == .sentence }
        let words = candidates.filter { profiles[$0].kind == .word }
        let chosen = sentences.isEmpty ? words : sentences
        if chosen.count == 1 {
            text = chosen[0]
            reason = candidates.count == 1 ? "no other column is there" : "the others hold \(kinds(of: candidates.filter { $0 != text }, profiles))"
        } else if let last = chosen.last, chosen.dropLast().allSatisfy({ sayTheSame(table, $0, last) }) {
            (text, otherTexts) = (last, chosen.dropLast().reversed())
            reason = "it is the later of \(chosen.count) columns that say nearly the same, the normalized one"
        } else if let (column, correlation) = longestWithDuration(table, chosen, duration) {
            text = column
            reason = "its length follows the recordings' durations (correlation \(tenths(correlation)))"
        } else if chosen.isEmpty {
            reason = candidates.isEmpty ? "there is one column only" : "no column holds sentences: \(kinds(of: candidates, profiles))"
        } else {
            reason = "columns \(chosen.map { "\($0 + 1)" }.joined(separator: " and ")) may each be the text"
        }
    }

    /// Chooses the column that the first line names as the text, if it holds texts and no other so named says something else.
    private mutating func chooseNamedText(_ table: ListingTable, _ profiles: [ColumnProfile], _ candidates: [Int]) -> Bool {
        guard let header = table.header else { return false }
        let all = candidates.filter { $0 < header.count && HeaderNames.text.contains(header[$0]) }
        // Numbers and labels under such a name are counts and the like, unless there is no other.
        let named = all.filter { ![.number, .label, .empty].contains(profiles[$0].kind) }
        let clear = named.filter { !HeaderNames.doubtfulText.contains(header[$0]) }
        let chosen = !clear.isEmpty ? clear : !named.isEmpty ? named : all.filter { profiles[$0].kind != .number }
        guard let first = chosen.first else { return false }
        let normal = chosen.first { HeaderNames.normalizedText.contains(header[$0]) }
        let best = normal ?? first
        guard normal != nil || chosen.allSatisfy({ $0 == first || sayTheSame(table, $0, first) }) else {
            reason = "the first line names columns \(chosen.map { "\($0 + 1) (\(header[$0]))" }.joined(separator: " and ")), which say different things"
            return true
        }
        (text, otherTexts) = (best, chosen.filter { $0 != best })
        reason = "the first line names it \(header[best])"
        return true
    }

    /// Names what columns hold, such as `labels in column 3 (anna, ben)`.
    private func kinds(of columns: [Int], _ profiles: [ColumnProfile]) -> String {
        columns.map { "\(profiles[$0].kind.rawValue) in column \($0 + 1)\(profiles[$0].examples)" }.joined(separator: ", ")
    }

    /// Whether two columns have most words in common, as a text and its normalized form have.
    private func sayTheSame(_ table: ListingTable, _ first: Int, _ second: Int) -> Bool {
        var (alike, both) = (0, 0)
        for row in table.rows.prefix(500) where row.count > max(first, second) && !row[first].isEmpty && !row[second].isEmpty {
            let (one, other) = (ColumnProfile.words(of: row[first]), ColumnProfile.words(of: row[second]))
            both += 1
            if one.intersection(other).count * 4 >= one.union(other).count { alike += 1 }
        }
        return both > 0 && alike * 2 >= both
    }

    /// The one column whose lengths follow the durations clearly better than those of all others.
    private func longestWithDuration(
        _ table: ListingTable, _ columns: [Int], _ duration: (Int) -> Double?
    ) -> (column: Int, correlation: Double)? {
        let step = max(1, table.rows.count / 200)
        let sample = stride(from: 0, to: table.rows.count, by: step).compactMap { row in duration(row).map { (row, $0) } }
        guard sample.count >= 8, columns.count > 1 else { return nil }
        let ranked = columns.map { column in
            (column, correlation(sample.map { (Double(table.rows[$0].count > column ? table.rows[$0][column].count : 0), $1) }))
        }.sorted { $0.1 > $1.1 }
        return ranked[0].1 >= 0.5 && ranked[1].1 < ranked[0].1 - 0.3 ? ranked[0] : nil
    }

    /// The column named so in the first line, or one of labels of which there are several: that before the text if there is one there.
    private func speakerColumn(
        _ table: ListingTable, _ profiles: [ColumnProfile], _ candidates: [Int], _ duration: (Int) -> Double?
    ) -> Int? {
        if let named = table.header?.firstIndex(where: HeaderNames.speaker.contains) { return named }
        guard let text else { return nil }
        let others = candidates.filter { $0 != text && !otherTexts.contains($0) }
        let labels = others.filter { column in
            guard profiles[column].mayBeSpeakers(isBeforeText: column < text), !followDurations(table, column, duration) else { return false }
            // Under a name of its own a column is one of speakers only if it has few labels.
            guard let header = table.header, column < header.count else { return true }
            return profiles[column].kind == .label && !HeaderNames.other.union(HeaderNames.text).contains(header[column])
        }
        return labels.first { $0 < text } ?? labels.first
    }
}

extension ListingColumns {
    /// Whether the numbers of a column are the recordings' durations in seconds, rounded perhaps.
    private func followDurations(_ table: ListingTable, _ column: Int, _ duration: (Int) -> Double?) -> Bool {
        let pairs = table.rows.indices.prefix(50).compactMap { row -> (Double, Double)? in
            guard column < table.rows[row].count, let value = Double(table.rows[row][column]), let seconds = duration(row) else { return nil }
            return (value, seconds)
        }
        return pairs.count > 1 && pairs.allSatisfy { abs($0 - $1) <= 1 }
    }
}

/// Pearson's correlation; 0 where one of the two does not vary.
private func correlation(_ pairs: [(Double, Double)]) -> Double {
    let count = Double(pairs.count)
    let (meanX, meanY) = (pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in pairs {
        (xx, yy, xy) = (xx + (x - meanX) * (x - meanX), yy + (y - meanY) * (y - meanY), xy + (x - meanX) * (y - meanY))
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}
