import Files
import Platform

/// Listings whose lines have a form of their own: those of Festival, and objects of JSON.
extension ListingTable {
    typealias Table = (separator: Separator, header: [String]?, rows: [[String]])

    /// The lines `( name "text" )`, in which `\"` is a quotation mark; nil where half of them are none.
    static func festival(_ lines: [Substring]) -> Table? {
        var rows: [[String]] = []
        var otherCount = 0
        for line in lines.map(trimmed) {
            let parts = trimmed(line.dropFirst().dropLast()).split(maxSplits: 1, whereSeparator: \.isWhitespace).map(trimmed)
            guard line.hasPrefix("("), line.hasSuffix(")"), parts.count == 2, parts[1].count > 1, parts[1].hasPrefix("\""), parts[1].hasSuffix("\"")
            else {
                // A line of another form is rejected, unless most are.
                otherCount += 1
                rows.append([line])
                continue
            }
            rows.append([parts[0], String(parts[1].dropFirst().dropLast()).replacing("\\\"", with: "\"")])
        }
        return otherCount * 2 >= rows.count ? nil : (.festival, nil, rows)
    }

    /// The lines as objects of JSON, whose keys name the columns; nil where the first is none.
    ///
    /// - Throws: `FileError.badData` where another is none, or they name parts of recordings.
    static func objects(_ lines: [Substring], _ path: String) throws(FileError) -> Table? {
        let first = lines.first.map(trimmed) ?? ""
        if first.hasPrefix("["), let all = try? JSONDecoder().decode([[String: JSONField]].self, from: Data(lines.joined(separator: "\n").utf8)) {
            return try table(of: all, path)
        }
        guard first.hasPrefix("{") else { return nil }
        var objects: [[String: JSONField]] = []
        for (number, line) in lines.enumerated() {
            guard let object = try? JSONDecoder().decode([String: JSONField].self, from: Data(line.utf8)) else {
                guard number > 0 else { return nil }
                throw FileError(
                    .badData, path, "begins with an object of JSON, but its line \(number + 1) is none: \(line.prefix(60)); put one object on each line.")
            }
            objects.append(object)
        }
        return try table(of: objects, path)
    }

    private static func table(of objects: [[String: JSONField]], _ path: String) throws(FileError) -> Table {
        for name in HeaderNames.beginning {
            try refuseParts([name], objects.map { [$0[name]?.text ?? ""] }, path)
        }
        let keys = Set(objects.flatMap(\.keys)).subtracting(["duration", "offset"]).sorted { (HeaderNames.recording.contains($1.lowercased()) ? 1 : 0, $0) < (HeaderNames.recording.contains($0.lowercased()) ? 1 : 0, $1) }
        return (.objects, keys.map { $0.lowercased() }, objects.map { object in keys.map { object[$0]?.text ?? "" } })
    }
}

/// A value of a JSON object as the text that a listing would have of it; empty for objects and lists.
private struct JSONField: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        text =
            (try? value.decode(String.self)) ?? (try? value.decode(Int.self)).map(String.init)
            ?? (try? value.decode(Double.self)).map { String($0) } ?? ""
    }
}
