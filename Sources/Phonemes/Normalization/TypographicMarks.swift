/// Removes what formats a text and is not read: the emphasis and links of Markdown, and the tags and entities of HTML.
enum TypographicMarks {
    private static let entities = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&apos;": "'", "&nbsp;": " "]
    private static let tags: Set<String> = [
        "a", "b", "i", "u", "img", "font", "s", "p", "br", "hr", "em", "strong", "code", "pre", "li", "ul", "ol", "div", "span", "sub", "sup", "small", "mark",
        "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th", "blockquote", "q", "kbd", "del", "ins",
    ]
    private static let emphasis = "*_~"

    /// The texts of a sentence that were divided at spaces, without the tags that have attributes and so lie over several of them.
    static func withoutDividedTags(_ texts: [String]) -> [String] {
        guard texts.contains(where: { $0.utf8.contains(UInt8(ascii: "<")) }) else { return texts }
        var texts = texts
        for index in texts.indices {
            while let start = texts[index].lastIndex(of: "<"), tags.contains(texts[index][start...].dropFirst().lowercased()) {
                let following = texts[(index + 1)...].prefix(longestTag)
                guard let last = following.firstIndex(where: { $0.contains { $0 == "<" || $0 == ">" } }), let end = texts[last].firstIndex(of: ">"),
                    !texts[last][..<end].contains("<"), following[...last].contains(where: { $0.contains("=") || $0.hasPrefix("/") })
                else { break }
                texts[index] = String(texts[index][..<start] + texts[last][texts[last].index(after: end)...])
                for dropped in index + 1...last { texts[dropped] = "" }
            }
        }
        return texts
    }

    /// The most words of a tag.
    private static let longestTag = 24

    /// The pieces of a text between spaces, without marks of formatting.
    static func removed(from text: String) -> [String] {
        let pieces = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard text.utf8.contains(where: { "*_~[<&".utf8.contains($0) }) else { return pieces }
        return pieces.flatMap { removed(fromPiece: $0).split(whereSeparator: \.isWhitespace).map(String.init) }
    }

    private static func removed(fromPiece piece: String) -> String {
        var piece = piece
        if piece.contains("&") { for (entity, text) in entities { piece = piece.replacing(entity, with: text) } }
        if piece.contains("<") { piece = withoutTags(piece) }
        if let target = piece.firstRange(of: "]("), let end = piece[target.upperBound...].firstIndex(of: ")") {
            piece.removeSubrange(target.lowerBound...end)
            if let start = piece.firstIndex(of: "[") { piece.remove(at: start) }
        }
        return withoutEmphasis(piece)
    }

    private static func withoutTags(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let start = rest.firstIndex(of: "<") {
            result += rest[..<start]
            let inner = rest[rest.index(after: start)...].prefix { $0 != ">" && $0 != "<" }
            let name = inner.filter { $0 != "/" }.lowercased()
            if inner.endIndex < rest.endIndex, rest[inner.endIndex] == ">", tags.contains(name) {
                rest = rest[rest.index(after: inner.endIndex)...]
            } else {
                result.append("<")
                rest = rest[rest.index(after: start)...]
            }
        }
        return result + rest
    }

    /// Without the marks before the first letter or digit of a word and after the last; a mark alone stays.
    private static func withoutEmphasis(_ piece: String) -> String {
        guard piece.contains(where: emphasis.contains), let first = piece.firstIndex(where: isPart), let last = piece.lastIndex(where: isPart) else { return piece }
        // One tilde before a number is "about".
        let opening = piece[..<first].contains("~") && !piece.hasPrefix("~~") ? String(piece[..<first]) : piece[..<first].filter { !emphasis.contains($0) }
        return opening + piece[first...last] + piece[piece.index(after: last)...].filter { !emphasis.contains($0) }
    }

    private static func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
