/// Finds, for a phoneme that a voice does not know, the known one that sounds most alike, by articulatory features.
///
/// Vowels are compared by height, backness, rounding and length, consonants by place, manner and voicing, as the IPA chart has
/// them. A diphthong is compared by both its ends. A vowel is never replaced by a consonant, or a consonant by a vowel.
struct NearestPhoneme {
    /// Where a sound is on the chart of the IPA.
    private enum Sound {
        /// Height from 0, open, to 3, close; backness from 0 to 2; rounding 0 or 1.
        case vowel(height: Float, backness: Float, rounding: Float)
        /// Place from 0, the lips, to 8, the glottis; manner in the order of constriction; voicing 0 or 1.
        case consonant(place: Float, manner: Manner, voicing: Float)
    }

    private enum Manner: Float {
        case stop, affricate, fricative, tap, trill, nasal, lateral, approximant
    }

    /// The known symbol nearest to `symbol`; nil if it stands for no sound on the chart, or nothing of its kind is known.
    static func nearest(to symbol: String, among known: some Sequence<String>) -> String? {
        let sounds = sounds(of: symbol)
        guard !sounds.isEmpty else { return nil }
        var best: (symbol: String, distance: Float)?
        for candidate in known where !Phoneme.marks.contains(candidate) {
            let distance = distance(sounds, self.sounds(of: candidate), symbol, candidate)
            if distance < best?.distance ?? .infinity { best = (candidate, distance) }
        }
        return best?.symbol
    }

    /// Whether a scalar is a sound of the chart, and not a modifier.
    static func isSound(_ scalar: Unicode.Scalar) -> Bool { chart[scalar] != nil }

    /// The sounds in a symbol, without its modifiers.
    private static func sounds(of symbol: String) -> [Sound] { symbol.unicodeScalars.compactMap { chart[$0] } }

    private static func distance(_ left: [Sound], _ right: [Sound], _ symbol: String, _ other: String) -> Float {
        guard let first = left.first, let otherFirst = right.first, let last = left.last, let otherLast = right.last else {
            return .infinity
        }
        let ends = distance(first, otherFirst) + distance(last, otherLast)
        let (isLong, isOtherLong) = (symbol.contains("ː") || left.count > 1, other.contains("ː") || right.count > 1)
        let (isNasal, isOtherNasal) = (symbol.unicodeScalars.contains("\u{303}"), other.unicodeScalars.contains("\u{303}"))
        return ends + (isLong == isOtherLong ? 0 : 0.5) + (left.count == right.count ? 0 : 0.8) + (isNasal == isOtherNasal ? 0 : 0.3)
    }

    private static func distance(_ left: Sound, _ right: Sound) -> Float {
        switch (left, right) {
        case (.vowel(let height, let backness, let rounding), .vowel(let otherHeight, let otherBackness, let otherRounding)):
            return abs(height - otherHeight) + 0.7 * abs(backness - otherBackness) + 0.5 * abs(rounding - otherRounding)
        case (.consonant(let place, let manner, let voicing), .consonant(let otherPlace, let otherManner, let otherVoicing)):
            if manner != otherManner, isRhotic(place, manner, voicing), isRhotic(otherPlace, otherManner, otherVoicing) { return 0.5 }
            return 0.5 * abs(place - otherPlace) + 0.7 * difference(manner, otherManner) + abs(voicing - otherVoicing)
        default: return .infinity
        }
    }

    /// Whether a consonant is an r in some language: a trill, an r-like approximant, or the uvular fricative of French and German.
    private static func isRhotic(_ place: Float, _ manner: Manner, _ voicing: Float) -> Bool {
        switch manner {
        case .trill: place > 0
        case .approximant: place == 3 || place == 4
        case .fricative: place == 7 && voicing == 1
        default: false
        }
    }

    /// How different two manners sound: a fricative is nearer to a stop than to an approximant.
    private static func difference(_ left: Manner, _ right: Manner) -> Float {
        if left == right { return 0 }
        let pair: Set<Manner> = [left, right]
        if pair == [.tap, .trill] || pair == [.trill, .approximant] || pair == [.stop, .affricate] || pair == [.affricate, .fricative] { return 1 }
        if pair == [.stop, .fricative] { return 1.3 }
        if pair == [.tap, .approximant] || pair == [.lateral, .approximant] { return 1.5 }
        return 3
    }

    private static let chart: [Unicode.Scalar: Sound] = {
        var chart: [Unicode.Scalar: Sound] = [:]
        // From close to open; front, central and back; each unrounded, then rounded.
        let vowels: [(Float, String)] = [
            (3, "iy ɨʉ ɯu"), (2.6, "ɪʏ ᵻ᷊ -ʊ"), (2, "eø ɘɵ ɤo"), (1.5, "-- əᵊ --"), (1, "ɛœ ɜɞ ʌɔ"), (0.5, "æ- ɐ- --"), (0, "-ɶ a- ɑɒ"),
        ]
        for (height, row) in vowels {
            for (backness, pair) in row.split(separator: " ").enumerated() {
                for (rounding, scalar) in pair.unicodeScalars.enumerated() where scalar != "-" {
                    // The central vowel without lip rounding that is written as a superscript is ə.
                    let isRounded = scalar == "ᵊ" ? 0 : Float(rounding)
                    chart[scalar] = .vowel(height: height, backness: Float(backness), rounding: isRounded)
                }
            }
        }
        chart["ɚ"] = .vowel(height: 1.5, backness: 1.2, rounding: 0)
        chart["ɝ"] = .vowel(height: 1.1, backness: 1.2, rounding: 0)
        // From the lips to the glottis: bilabial, labiodental, dental, alveolar, postalveolar, palatal, velar, uvular, glottal.
        let consonants: [(Manner, String)] = [
            (.stop, "pb -- -- td ʈɖ cɟ kɡ qɢ ʔ-"), (.nasal, "-m -ɱ -- -n -ɳ -ɲ -ŋ -ɴ --"), (.trill, "-ʙ -- -- -r -- -- -- -ʀ --"),
            (.tap, "-- -ⱱ -- -ɾ -ɽ -- -- -- --"), (.fricative, "ɸβ fv θð sz ʃʒ çʝ xɣ χʁ hɦ"), (.lateral, "-- -- -- ɬl -ɭ -ʎ -ʟ -ɫ --"),
            (.approximant, "-- -ʋ -- -ɹ -ɻ -j -ɰ -- --"), (.fricative, "-- -- -- -ɮ ʂʐ ɕʑ -- ħʕ --"), (.approximant, "ʍw -- -- -- -- -ɥ -- -- --"),
            (.stop, "ʘɓ -- ǀ- ǃɗ -- ǂʄ -g -ʛ ʡ-"), (.stop, "-- -- -- -- -- -- -ɠ -- --"), (.lateral, "-- -- -- ǁɺ -- -- -- -- --"),
            (.fricative, "-- -- -- -- ɧ- -- -- ʜʢ --"),
        ]
        for (manner, row) in consonants {
            for (place, pair) in row.split(separator: " ").enumerated() {
                for (voicing, scalar) in pair.unicodeScalars.enumerated() where scalar != "-" {
                    chart[scalar] = .consonant(place: Float(place), manner: manner, voicing: Float(voicing))
                }
            }
        }
        return chart
    }()
}
