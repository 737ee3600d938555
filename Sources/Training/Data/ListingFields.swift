/// How a line is cut into fields, which may be in quotation marks.
extension ListingTable {
    /// The lines, where those are one whose field in quotation marks has line ends in it. A field is in quotation marks only if it begins with
    /// one, and lines are joined only if the field ends in one of the next twenty.
    static func joined(_ lines: [Substring], _ separator: Separator) -> [Substring] {
        guard let character = separator.character else { return lines }
        var result: [Substring] = []
        var rest = lines[...]
        while let line = rest.popFirst() {
            result.append(line)
            guard let open = openField(of: line, character) else { continue }
            var (text, field) = (String(line), String(open))
            for (count, next) in rest.prefix(20).enumerated() {
                text += " " + next
                field += " " + next
                guard quotedField(field[...], character) != nil else { continue }
                result[result.count - 1] = Substring(text)
                rest = rest.dropFirst(count + 1)
                break
            }
        }
        return result
    }

    /// The last field of a line, if it begins with a quotation mark and has no other.
    static func openField(of line: Substring, _ separator: Character) -> Substring? {
        var rest = line.drop { $0 == " " }
        while true {
            if rest.first == "\"" {
                guard let (_, after) = quotedField(rest, separator) else { return rest.dropFirst().contains("\"") ? nil : rest }
                guard let after else { return nil }
                rest = after.drop { $0 == " " }
            } else {
                guard let end = rest.firstIndex(of: separator) else { return nil }
                rest = rest[rest.index(after: end)...].drop { $0 == " " }
            }
        }
    }

    /// The fields of a line, trimmed; those in quotation marks without them (RFC 4180), if there are any.
    static func fields(of line: Substring, _ separator: Separator, isQuoted: Bool) -> [String] {
        guard let character = separator.character else { return [trimmed(line)] }
        guard isQuoted, !separator.isOnce else {
            let most = separator.isOnce ? 1 : Int.max
            return line.split(separator: character, maxSplits: most, omittingEmptySubsequences: false).map(trimmed)
        }
        var (fields, rest) = ([String](), line[...])
        while true {
            if let (field, after) = quotedField(rest, character) {
                fields.append(field)
                guard let after else { return fields }
                rest = after
            } else if let end = rest.firstIndex(of: character) {
                fields.append(trimmed(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                return fields + [trimmed(rest)]
            }
        }
    }

    /// The field in quotation marks that `text` begins with, and what follows its separator (nil at the end of the line).
    static func quotedField(_ text: Substring, _ separator: Character) -> (field: String, rest: Substring?)? {
        var rest = text.drop { $0 == " " }
        guard rest.first == "\"" else { return nil }
        rest = rest.dropFirst()
        var field = ""
        while let character = rest.popFirst() {
            guard character == "\"" else { field.append(character); continue }
            if rest.first == "\"" { field.append(rest.removeFirst()); continue }
            let after = rest.drop { $0 == " " }
            if after.isEmpty { return (field, nil) }
            return after.first == separator ? (field, after.dropFirst()) : nil
        }
        return nil
    }

    static func trimmed(_ field: Substring) -> String {
        let start = field.firstIndex { !$0.isWhitespace } ?? field.endIndex
        let end = field.lastIndex { !$0.isWhitespace }.map(field.index(after:)) ?? start
        return String(field[start..<end])
    }
}
