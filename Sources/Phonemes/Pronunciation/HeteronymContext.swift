/// The surroundings of a word, as the features of a ``Heteronyms`` model.
///
/// The features are those of `Scripts/english/contexts.py`, which the weights were trained with: neighbouring words, their classes
/// (closed lists, else their endings), pairs of both, and the words within eight places.
struct HeteronymContext {
    /// The words of a sentence; `,` and `.` stand for pauses and `0` for what is written with digits.
    private(set) var words: [String] = []
    /// The words in lower case, and their classes.
    private var plain: [String] = []
    private var classes: [String] = []

    /// Appends a word; what is written with digits counts as a number.
    mutating func append(word: String) {
        append(word.contains(where: \.isNumber) ? "0" : word)
    }

    /// Appends a pause, unless another precedes it or nothing does.
    mutating func append(mark: Character) {
        guard let last = words.last, last != ",", last != "." else { return }
        append(".?!".contains(mark) ? "." : ",")
    }

    private mutating func append(_ token: String) {
        words.append(token)
        plain.append(token.lowercased())
        classes.append(Self.wordClass(plain.last!))
    }

    /// Calls `body` with each feature of the word at `index`.
    func features(at index: Int, _ body: (String) -> Void) {
        func word(_ offset: Int) -> String {
            let place = index + offset
            return place < 0 ? "<" : place >= plain.count ? ">" : plain[place]
        }
        func kind(_ offset: Int) -> String {
            let place = index + offset
            return place < 0 ? "<" : place >= plain.count ? ">" : classes[place]
        }
        body("")
        let letterCase = letterCase(at: index)
        body("k\(letterCase)")
        for offset in [-3, -2, -1, 1, 2, 3] {
            body("w\(offset)\(word(offset))")
            body("k\(offset)\(kind(offset))")
        }
        for offset in [-1, 1] {
            body("e\(offset)\(String(String.UnicodeScalarView(word(offset).unicodeScalars.suffix(3))))")
        }
        for (left, right) in [(-2, -1), (-1, 1), (1, 2)] {
            body("w\(left)\(word(left)) \(right)\(word(right))")
            body("k\(left)\(kind(left)) \(right)\(kind(right))")
            body("m\(left)\(word(left)) \(right)\(kind(right))")
            body("n\(left)\(kind(left)) \(right)\(word(right))")
        }
        body("k3\(kind(-2)) \(kind(-1)) \(kind(1))")
        body("k4\(kind(-1)) \(kind(1)) \(kind(2))")
        body("k5\(kind(-3)) \(kind(-2)) \(kind(-1))")
        body("c\(letterCase) \(kind(-1)) \(kind(1))")
        var near: Set<String> = []
        for place in max(0, index - 8)..<min(plain.count, index + 9) where place != index {
            if plain[place].unicodeScalars.count > 2, near.insert(plain[place]).inserted { body("b\(plain[place])") }
        }
    }

    /// `A` for a word in capitals, `C` for one with a capital, `c` for others, and `<` after it at the beginning of a sentence.
    private func letterCase(at index: Int) -> String {
        let word = words[index]
        let letter =
            word.count > 1 && word == word.uppercased() ? "A" : word.first!.lowercased() != String(word.first!) ? "C" : "c"
        return index == 0 ? letter + "<" : letter
    }

    /// The class of a word: a letter for words of closed lists, else a known ending, else `x`; marks and numbers are their own.
    private static func wordClass(_ word: String) -> String {
        if let known = closed[word] { return known }
        guard let first = word.first, first.isLetter || first == "'" else { return word }
        let count = word.unicodeScalars.count
        for ending in endings where count > ending.count + 1 && word.hasSuffix(ending) { return "-" + ending }
        return "x"
    }

    private static let endings = [
        "'s", "n't", "'ve", "'ll", "'d", "'re", "ing", "ed", "ly", "tion", "ity", "ness", "ment", "ous", "al", "ive", "ic", "er", "est", "s",
    ]

    private static let closed: [String: String] = {
        let lists = [
            "D": """
                a an the this that these those my your his her its our their some any no every each another all both many few several such \
                what which whose one two three four five six seven eight nine ten
                """,
            "P": """
                of in on at by for with from into onto over under about after before between through during without within against among \
                across along around behind beyond near off out up down upon via than like as per
                """,
            "S": "i you he she it we they who there everybody everyone nobody somebody someone people",
            "O": "me him us them himself herself itself themselves myself yourself",
            "B": "is are was were be been being am 's 're 'm isn't aren't wasn't weren't",
            "H": "has have had having 've hasn't haven't hadn't",
            "M": """
                will would can could shall should may might must cannot can't won't wouldn't couldn't shouldn't do does did don't doesn't \
                didn't let let's please 'll 'd
                """,
            "T": "to", "C": "and or but nor",
            "W": "when where why how while if because although though since until unless whether so",
            "R": """
                not never always often also still just only very too quite more most less then now again soon already ever even usually \
                sometimes really almost together away back
                """,
        ]
        return lists.reduce(into: [:]) { classes, list in
            for word in list.value.split(separator: " ") { classes[String(word)] = list.key }
        }
    }()
}
