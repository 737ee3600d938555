#if ESpeak
    import CESpeakNG
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// The owner of libespeak-ng, which has global state and one language at a time; a lock guards it.
    ///
    /// Only the library's grapheme-to-phoneme conversion is used, not its synthesis.
    struct ESpeakLibrary: ~Copyable {
        /// The language that is set; nil before the first one and after an unknown one.
        private var language: String?
        /// The phonemes of words in isolation, cached for the language that is set.
        private var isolated: [String: [[Phoneme]]] = [:]

        private static let cacheLimit = 20_000
        private static let shared = Mutex<ESpeakLibrary?>(nil)

        /// Calls `body` with the library set to `language`, initializing the library on first use.
        ///
        /// - Throws: `PhonemeError` if the library does not find its data or does not know the language, or what `body` throws.
        static func with<Result: Sendable>(
            language: String, _ body: (inout ESpeakLibrary) throws(PhonemeError) -> sending Result
        ) throws(PhonemeError) -> Result {
            try shared.withLock { library throws(PhonemeError) in
                var lent = if let there = library.take() { there } else { try ESpeakLibrary() }
                do throws(PhonemeError) {
                    try lent.choose(language)
                    let result = try body(&lent)
                    library = consume lent
                    return result
                } catch {
                    library = consume lent
                    throw error
                }
            }
        }

        private init() throws(PhonemeError) {
            for folder in Self.dataFolders
            where espeak_Initialize(
                AUDIO_OUTPUT_SYNCHRONOUS, 0, folder, espeakINITIALIZE_DONT_EXIT) > 0
            {
                return
            }
            throw PhonemeError(
                "libespeak-ng does not find its data; install espeak-ng-data (Debian) or espeak-ng (Homebrew), or set ESPEAK_DATA_PATH to the folder that contains espeak-ng-data."
            )
        }

        deinit { espeak_Terminate() }

        /// The folders to search for the data. Nil comes first and stands for the library's default or ESPEAK_DATA_PATH.
        private static var dataFolders: [String?] {
            [nil]
                + ["/opt/homebrew/share", "/usr/local/share", "/usr/share", "/usr/lib"].filter {
                    access($0 + "/espeak-ng-data", R_OK) == 0
                }
        }

        private mutating func choose(_ name: String) throws(PhonemeError) {
            guard name != language else { return }
            language = nil
            isolated = [:]
            // The library also accepts names of files, variants and MBROLA voices, which are excluded here.
            let isName =
                (2..<40).contains(name.utf8.count) && !name.hasPrefix("mb-")
                && name.utf8.allSatisfy {
                    $0 == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                        || isalpha(Int32($0)) != 0
                }
            guard isName, espeak_SetVoiceByName(name) == EE_OK || chooseByProperties(name) else {
                throw PhonemeError(
                    "libespeak-ng does not know the language \(name); give one such as en-us, en-gb, de, fr-fr or es."
                )
            }
            language = name
        }

        /// Sets the voice by language, because some voices are named differently: the voice for `en-gb` is `en`.
        private func chooseByProperties(_ name: String) -> Bool {
            name.withCString { languages in
                var wanted = espeak_VOICE()
                wanted.languages = languages
                return espeak_SetVoiceByProperties(&wanted) == EE_OK
            }
        }

        /// The phonemes of each word that the library makes of `text`, which contains no punctuation that ends a clause.
        ///
        /// The library must have a language, which ``with(language:_:)`` has set.
        private func phonemes(of text: String) -> [[Phoneme]] {
            var words: [[Phoneme]] = []
            let mode = espeakPHONEMES_IPA | Int32(UInt8(ascii: "_")) << 8
            text.withCString { start in
                var rest: UnsafeRawPointer? = UnsafeRawPointer(start)
                while let here = rest {
                    guard let clause = espeak_TextToPhonemes(&rest, Int32(espeakCHARS_UTF8), mode) else {
                        return
                    }
                    for word in String(cString: clause).split(whereSeparator: \.isWhitespace) {
                        let phonemes = ESpeakNotation.phonemes(of: word)
                        if !phonemes.isEmpty { words.append(phonemes) }
                    }
                    if rest == here { return }
                }
            }
            return words
        }

        /// The phonemes of each of `words` when they are spoken together; those of another script by the rules of its language.
        ///
        /// Left to itself, the library would read a word of another script with the rules of another language too, but release 1.51
        /// frees these while it reads with them if a character comes that they lack, or one of a third script, as in `தமிழO`.
        mutating func phonemes(of words: [String]) -> [[Phoneme]] {
            guard let own = language, words.contains(where: { $0.unicodeScalars.contains { Script.of($0, in: own) != nil } }) else {
                return phonemes(ofOwn: words)
            }
            // The parts of words of one script each, and the words that they are of.
            var parts: [(word: Int, text: String, language: String)] = []
            for (index, word) in words.enumerated() {
                for (text, other) in Script.parts(of: word, in: own) { parts.append((index, text, other ?? own)) }
            }
            var result = [[Phoneme]](repeating: [], count: words.count)
            var rest = parts[...]
            while let first = rest.first {
                let group = rest.prefix { $0.language == first.language }
                rest = rest.dropFirst(group.count)
                // Without the other language its words are left out.
                guard (try? choose(first.language)) != nil else { continue }
                for (part, phonemes) in zip(group, phonemes(ofOwn: group.map(\.text))) { result[part.word] += phonemes }
            }
            // It could be chosen before.
            try? choose(own)
            return result
        }

        private mutating func phonemes(ofOwn words: [String]) -> [[Phoneme]] {
            var result: [[Phoneme]] = []
            var rest = words[...]
            while !rest.isEmpty {
                // More words at a time would exceed the library's buffers and be split there.
                let group = rest.prefix(Self.wordLimit)
                rest = rest.dropFirst(group.count)
                let spoken = phonemes(of: group.map { Self.bounded($0) }.joined(separator: " "))
                result +=
                    spoken.count == group.count
                    ? spoken
                    : WordAlignment.align(spoken, to: group.map { isolatedPhonemes(of: Self.bounded($0)) })
            }
            return result
        }

        private static let wordLimit = 40
        private static let longestPart = 40

        /// Splits `word` by spaces into parts that are not longer than the library accepts, without what it must not be given.
        private static func bounded(_ word: String) -> String {
            let scalars = word.unicodeScalars.compactMap(known)
            var text = String.UnicodeScalarView()
            for (index, scalar) in scalars.enumerated() {
                if index > 0, index % longestPart == 0 { text.append(" ") }
                text.append(scalar)
            }
            return String(text)
        }

        /// What the library can be given in place of a character: itself, an ASCII digit, or nothing.
        ///
        /// Where the rules of the scripts of India, of Georgian and of Hangul lack a character, a digit or a rare letter, release 1.51 frees
        /// them and reads them nevertheless. It holds all of U+A700 to U+D7FF for Hangul, of which its rules know the syllables.
        private static func known(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
            if 0xA700...0xABFF ~= scalar.value || 0xD7A4...0xD7FF ~= scalar.value { return nil }
            // Georgian has capitals that its rules do not know.
            if 0x1C90...0x1CBF ~= scalar.value { return scalar.properties.lowercaseMapping.unicodeScalars.first }
            guard 0x0900...0x0DFF ~= scalar.value || 0x10A0...0x11FF ~= scalar.value else { return scalar }
            let properties = scalar.properties
            switch properties.generalCategory {
            case .decimalNumber: return properties.numericValue.map { Unicode.Scalar(UInt8(ascii: "0") + UInt8($0)) }
            case .otherLetter, .lowercaseLetter, .uppercaseLetter, .modifierLetter, .nonspacingMark, .spacingMark:
                return lacking.contains { $0 ~= scalar.value } ? nil : scalar
            default: return nil
            }
        }

        /// The letters and marks among these that the languages' rules lack.
        private static let lacking: [ClosedRange<UInt32>] = [
            0x09FE...0x09FE, 0x0AFD...0x0AFF, 0x0D04...0x0D04, 0x0D5F...0x0D5F, 0x0D62...0x0D62, 0x1180...0x11A7, 0x11C3...0x11FF,
        ]

        /// The phonemes of one word in isolation, from the cache if possible.
        private mutating func isolatedPhonemes(of word: String) -> [[Phoneme]] {
            if let known = isolated[word] { return known }
            let phonemes = phonemes(of: word)
            if isolated.count >= Self.cacheLimit { isolated = [:] }
            isolated[word] = phonemes
            return phonemes
        }
    }

    /// The scripts that libespeak-ng reads by the rules of a language, whatever the voice's is.
    private enum Script {
        /// The first and last character, the language, and those that write in it too.
        private static let all: [(ClosedRange<UInt32>, String, Set<String>)] = [
            (0x0370...0x03FF, "el", ["grc"]), (0x0530...0x058F, "hy", ["hyw"]), (0x0900...0x097F, "hi", ["mr", "ne", "kok", "sa"]), (0x0980...0x09FF, "bn", ["as", "bpy"]),
            (0x0A00...0x0A7F, "pa", []), (0x0A80...0x0AFF, "gu", []), (0x0B00...0x0B7F, "or", []), (0x0B80...0x0BFF, "ta", []), (0x0C00...0x0C7F, "te", []),
            (0x0C80...0x0CFF, "kn", ["kok"]), (0x0D00...0x0D7F, "ml", []), (0x0D80...0x0DFF, "si", []), (0x10A0...0x10FF, "ka", []), (0x1C90...0x1CBF, "ka", []),
            (0x1100...0x11FF, "ko", []), (0x3130...0x318F, "ko", []), (0xAC00...0xD7AF, "ko", []), (0x3400...0x4DBF, "cmn", ["ja", "yue", "hak", "zh"]),
            (0x4E00...0x9FFF, "cmn", ["ja", "yue", "hak", "zh"]),
        ]

        /// The language of a character's script; nil where it is of none of these, or `voice` reads it itself, as all digits.
        static func of(_ scalar: Unicode.Scalar, in voice: String) -> String? {
            guard scalar.value >= 0x370, scalar.properties.generalCategory != .decimalNumber, let (_, language, others) = all.first(where: { $0.0 ~= scalar.value }) else { return nil }
            let code = String(voice.lowercased().prefix { $0 != "-" })
            return code == language || others.contains(code) ? nil : language
        }

        /// The parts of `word` of one script each. Marks and signs of no script belong to the letter before them, or are left out after one
        /// of another language, whose rules need not know them.
        static func parts(of word: String, in voice: String) -> [(text: String, language: String?)] {
            var parts: [(text: String.UnicodeScalarView, language: String?)] = []
            for scalar in word.unicodeScalars {
                let language = of(scalar, in: voice)
                let isSign = language == nil && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
                if let last = parts.last, last.language == language || isSign {
                    if last.language == language || scalar == "'" { parts[parts.count - 1].text.append(scalar) }
                } else {
                    parts.append((String.UnicodeScalarView([scalar]), language))
                }
            }
            return parts.map { (String($0.text), $0.language) }
        }
    }
#endif
