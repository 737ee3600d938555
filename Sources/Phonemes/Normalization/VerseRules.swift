/// The rules for books, chapters and verses of the Bible.
extension Grammar {
    /// Parses the chapter and verse of a book of the Bible.
    func verse(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish else { return nil }
        if let name = cursor.followingBook(data) {
            cursor.index += 1
            return .words(name)
        }
        let book = cursor.before()?.text == "." ? cursor.before(2) : cursor.before()
        guard let book, book.kind == .letters, data.contains("bible-books", book.lower) || data.contains("bible-abbreviations", book.lower),
            let chapter = cursor.digits(1...3, spaced: true), cursor.sign(":") != nil, let first = cursor.digits(1...3, spaced: false)
        else { return nil }
        func cardinal(_ digits: String) -> Quantity { .cardinal(NumericLiteral(integer: digits)) }
        var verse = [cardinal(chapter), cardinal(first)]
        var copy = cursor
        if copy.sign("-–") != nil, let last = copy.digits(1...3, spaced: false) {
            verse += [.words(data.phrase("to")), cardinal(last)]
            cursor = copy
        }
        return cursor.endsQuantity ? .sequence(verse) : nil
    }

    /// Expands the name of a book of the Bible before a chapter and verse.
    func bookOfTheBible(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let word = cursor.take(.letters), word.text.first!.isUppercase, let name = data.words("bible-abbreviations", word.lower) else { return nil }
        _ = cursor.sign(".")
        guard cursor.next?.kind == .digits, cursor.after(1)?.text == ":", cursor.after(2)?.kind == .digits else { return nil }
        return .words(name)
    }
}

extension Cursor {
    /// The ordinal of the book whose number is next, as in `1 John 4:8`; nil if it is none.
    fileprivate func followingBook(_ data: LanguageData) -> [String]? {
        guard let number = next, ["1", "2", "3"].contains(number.text), let name = after(1), name.isSpaced, name.kind == .letters,
            name.text.first!.isUppercase, data.contains("numbered-books", name.lower)
        else { return nil }
        let place = after(2)?.text == "." ? 3 : 2
        guard after(place)?.kind == .digits, after(place + 1)?.text == ":" else { return nil }
        return NumberWords(data).ordinal(number.text)
    }
}
