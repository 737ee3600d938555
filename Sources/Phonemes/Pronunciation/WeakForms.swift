/// Function words as they are said within a sentence, and the names of the letters, in the notation that the voices were trained on.
enum WeakForms {
    /// The phonemes of a function word before a sound; nil for other words.
    static func phonemes(of word: String, before next: [Phoneme]?) -> [Phoneme]? {
        let isBeforeVowel = next?.first.map { $0.isVowel } ?? false
        switch word.lowercased() {
        case "the": return ESpeakNotation.phonemes(of: isBeforeVowel ? "ð_ɪ" : "ð_ə")
        case "to": return ESpeakNotation.phonemes(of: isBeforeVowel ? "t_ʊ" : next == nil ? "t_uː" : "t_ə")
        case "a": return word == "A" && next == nil ? nil : [Phoneme("ɐ")].asWord()
        case let lower: return words[lower]
        }
    }

    /// The name of an ASCII letter in lower case.
    static func name(ofLetter letter: Character) -> [Phoneme] { letters[letter] ?? [] }

    private static let words: [String: [Phoneme]] = table(
        """
        an ɐ_n, and æ_n_d, of ʌ_v, for f_ɔːɹ, in ɪ_n, on ˌɔ_n, at æ_t, as æ_z, is ɪ_z, it ɪ_t, was w_ʌ_z, are ɑːɹ, be b_iː, \
        been b_ɪ_n, were w_ɜː, with w_ɪ_ð, by b_aɪ, from f_ɹ_ʌ_m, that ð_æ_t, this ð_ɪ_s, these ð_iː_z, they ð_eɪ, he h_iː, \
        she ʃ_iː, we w_iː, you j_uː, i aɪ, his h_ɪ_z, her h_ɜː, him h_ˌɪ_m, them ð_ˌɛ_m, their ð_ɛɹ, my m_aɪ, your j_ʊɹ, its ɪ_t_s, \
        or ɔːɹ, but b_ʌ_t, have h_æ_v, has h_æ_z, had h_æ_d, do d_uː, does d_ʌ_z, will w_ɪ_l, would w_ʊ_d, can k_æ_n, \
        could k_ʊ_d, should ʃ_ˌʊ_d, which w_ˌɪ_tʃ, who h_ˌuː, when w_ˌɛ_n, than ð_ˌæ_n, if ɪ_f, not n_ˌɑː_t, there ð_ɛɹ, \
        into ˌɪ_n_t_ʊ, us ˌʌ_s, me m_ˌiː, am æ_m, did d_ˈɪ_d, eigh ˈeɪ
        """)

    private static let letters: [Character: [Phoneme]] = table(
        """
        a ˈeɪ, b b_ˈiː, c s_ˈiː, d d_ˈiː, e ˈiː, f ˈɛ_f, g dʒ_ˈiː, h ˈeɪ_tʃ, i ˈaɪ, j dʒ_ˈeɪ, k k_ˈeɪ, l ˈɛ_l, m ˈɛ_m, n ˈɛ_n, o ˈoʊ, \
        p p_ˈiː, q k_j_ˈuː, r ˈɑːɹ, s ˈɛ_s, t t_ˈiː, u j_ˈuː, v v_ˈiː, w d_ˈʌ_b_əl_j_ˌuː, x ˈɛ_k_s, y w_ˈaɪ, z z_ˈiː
        """
    ).reduce(into: [:]) { $0[$1.key.first!] = $1.value }

    private static func table(_ text: String) -> [String: [Phoneme]] {
        text.split(separator: ",").reduce(into: [:]) { words, entry in
            let fields = entry.split(separator: " ")
            words[String(fields[0])] = ESpeakNotation.phonemes(of: fields[1])
        }
    }
}
