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

        /// The phonemes of each of `words` when they are spoken together.
        mutating func phonemes(of words: [String]) -> [[Phoneme]] {
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

        /// Splits `word` by spaces into parts that are not longer than the library accepts and of one script, without what it must not be
        /// given.
        ///
        /// A word of another script is read by the rules of another language, which release 1.51 frees while it reads with them if a
        /// letter of a third script comes, as in `தமிழO`.
        private static func bounded(_ word: String) -> String {
            var text = String.UnicodeScalarView()
            var (length, script) = (0, UInt32?.none)
            for scalar in word.unicodeScalars.compactMap(known) {
                let own = Self.script(of: scalar)
                let isOther = own != nil && script != nil && own != script
                if isOther || length == longestPart {
                    text.append(" ")
                    length = 0
                }
                script = own ?? script
                length += 1
                text.append(scalar)
            }
            return String(text)
        }

        /// A number for the script of a letter or digit: 0 for Latin, otherwise that of its block; nil for marks and signs.
        private static func script(of scalar: Unicode.Scalar) -> UInt32? {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark: nil
            case _ where !scalar.properties.isAlphabetic && scalar.properties.numericType == nil: nil
            default:
                switch scalar.value {
                case ..<0x370, 0x1E00...0x1EFF: 0
                // The scripts of India have half a block each.
                case 0x900..<0x1000: scalar.value >> 7
                // Those of China, Japan and Korea are written together.
                case 0x2E80...: 0x2E
                default: 0x100 + scalar.value >> 8
                }
            }
        }

        /// What the library can be given in place of a character: itself, an ASCII digit, or nothing.
        ///
        /// The library reads the scripts of India, Georgian and Hangul by the rules of their languages, whatever the voice's is. Where these
        /// lack a character, a digit or a rare letter, its release 1.51 frees them and reads them nevertheless.
        private static func known(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
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
#endif
