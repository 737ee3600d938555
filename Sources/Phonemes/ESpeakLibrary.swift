#if ESpeak
    import CESpeakNG
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// libespeak-ng, of which a program has one, with one language at a time: this value owns it, and a lock guards it.
    ///
    /// Its phoneme translation is used and nothing of its sound.
    struct ESpeakLibrary: ~Copyable {
        /// What it speaks now; nil before the first language and after one it does not have.
        private var language: String?
        /// Words by themselves, as the present language says them.
        private var isolated: [String: [[Phoneme]]] = [:]

        private static let cacheLimit = 20_000
        private static let shared = Mutex<ESpeakLibrary?>(nil)

        /// Lends the library, started where it is not yet and set to `language`, to `body`.
        ///
        /// - Throws: `PhonemeError` where the library has no data or no such language.
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
                "libespeak-ng finds no data; install espeak-ng-data (Debian) or espeak-ng (Homebrew), or set ESPEAK_DATA_PATH to the folder that has espeak-ng-data."
            )
        }

        deinit { espeak_Terminate() }

        /// Where the data may be: first what the library was built with, or the environment says.
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
            // The library takes more for a name than a language: files, variants, other programs' voices.
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

        /// Voices are named otherwise than their languages in places: `en-gb` is the voice `en`.
        private func chooseByProperties(_ name: String) -> Bool {
            name.withCString { languages in
                var wanted = espeak_VOICE()
                wanted.languages = languages
                return espeak_SetVoiceByProperties(&wanted) == EE_OK
            }
        }

        /// What is said for `text`, which holds no punctuation that ends a clause: phonemes of each word as spoken.
        ///
        /// Without a language nothing may be asked of the library: ``with(language:_:)`` has set one.
        private func spoken(_ text: String) -> [[Phoneme]] {
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

        /// What is said for each of `words` where they are spoken in one breath.
        mutating func spoken(_ words: [String]) -> [[Phoneme]] {
            var result: [[Phoneme]] = []
            var rest = words[...]
            while !rest.isEmpty {
                // More words in one go exceed the library's own buffers and would be cut there.
                let some = rest.prefix(Self.wordLimit)
                rest = rest.dropFirst(some.count)
                let spoken = spoken(some.map { Self.bounded($0) }.joined(separator: " "))
                result +=
                    spoken.count == some.count
                    ? spoken : WordAlignment.align(spoken, to: some.map { spokenAlone(Self.bounded($0)) })
            }
            return result
        }

        private static let wordLimit = 40
        private static let longestPart = 40

        /// `word` in parts no longer than the library takes, a space between them.
        private static func bounded(_ word: String) -> String {
            let scalars = Array(word.unicodeScalars)
            guard scalars.count > longestPart else { return word }
            var text = String.UnicodeScalarView()
            for (index, scalar) in scalars.enumerated() {
                if index > 0, index % longestPart == 0 { text.append(" ") }
                text.append(scalar)
            }
            return String(text)
        }

        /// What is said for one written word by itself, remembered.
        private mutating func spokenAlone(_ word: String) -> [[Phoneme]] {
            if let known = isolated[word] { return known }
            let phonemes = spoken(word)
            if isolated.count >= Self.cacheLimit { isolated = [:] }
            isolated[word] = phonemes
            return phonemes
        }
    }
#endif
