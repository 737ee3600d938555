/// Readings of heteronyms that the words beside them decide, where a statistical choice is not needed.
enum HeteronymRules {
    private static let being: Set<String> = ["am", "is", "are", "was", "were", "be", "been", "being", "i'm", "you're", "we're", "they're", "he's", "she's", "it's"]
    private static let subjects: Set<String> = [
        "i", "you", "he", "she", "it", "we", "they", "who", "there", "that", "what", "never", "always", "also", "once", "just", "not", "everyone",
    ]
    private static let becoming: Set<String> = ["get", "gets", "got", "getting", "become", "becomes", "became", "becoming", "grow", "grew", "grown"]
    private static let objects: Set<String> = [
        "it", "this", "that", "these", "those", "the", "a", "an", "him", "her", "them", "me", "us", "you", "my", "your", "his", "their", "our", "such",
    ]
    private static let having: Set<String> = ["has", "have", "had", "having", "hasn't", "haven't", "hadn't"]
    private static let metal: Set<String> = [
        "pipe", "pipes", "paint", "paints", "poisoning", "free", "shot", "acid", "crystal", "weight", "weights", "ore", "mine", "mines", "mining",
        "glass", "bullet", "bullets", "pencil", "pencils", "roof", "battery", "batteries",
    ]
    private static let words: Set<String> = ["used", "closer", "read", "lead", "tear", "live", "bow", "content", "use", "wind", "refund"]

    static func contains(_ word: String) -> Bool { words.contains(word.lowercased()) }

    /// The reading of the word at `index` of its sentence; nil where the words beside it do not decide.
    static func reading(at index: Int, of words: [String]) -> Heteronyms.Reading? {
        phonemes(at: index, of: words.map { $0.lowercased() }).map {
            Heteronyms.Reading(name: words[index].lowercased(), kind: nil, phonemes: ESpeakNotation.phonemes(of: $0))
        }
    }

    private static func phonemes(at index: Int, of words: [String]) -> String? {
        func word(_ offset: Int) -> String { words.indices.contains(index + offset) ? words[index + offset] : "." }
        let (before, after) = (word(-1), word(1))
        // Whether the word begins a clause.
        let isFirst = before == "." || before == ","
        switch words[index] {
        case "used" where after == "to":
            if being.contains(before) { return objects.contains(word(2)) || word(2).hasSuffix("ing") ? "j_ˈuː_s_t" : nil }
            // A short subject, `My father used to go`; after more words it is rather `a tool that was … used to cut`.
            return subjects.contains(before) || becoming.contains(before) || (1...3).contains(index) && !words[..<index].contains(where: being.contains)
                ? "j_ˈuː_s_t" : nil
        case "closer": return "k_l_ˈoʊ_s_ɚ"
        case "read":
            let isPerfect = having.contains(before) || having.contains(word(-2)) && before != "to" || before.hasSuffix("'ve")
            return isPerfect || being.contains(before) && !["to", "and"].contains(after) ? "ɹ_ˈɛ_d" : nil
        case "lead" where metal.contains(after): return "l_ˈɛ_d"
        case "tear" where ["in", "rolled", "fell", "ran", "streamed", "drop", "drops", "gas"].contains(after) && ["a", "single", "one", "the"].contains(before):
            return after == "in" && word(2) != "his" && word(2) != "her" && word(2) != "my" ? nil : "t_ˈɪɹ"
        case "live" where isFirst && ["and", "in", "with", "for", "your"].contains(after): return "l_ˈɪ_v"
        case "bow" where ["tie", "ties"].contains(after): return "b_ˈoʊ"
        case "content":
            if ["to", "with"].contains(after), !["the", "of", "this", "that", "your", "our", "its"].contains(before), !isFirst || after == "to" { return "k_ə_n_t_ˈɛ_n_t" }
            let isPredicate = being.contains(before) || ["feel", "feels", "felt", "seem", "seems", "seemed", "quite"].contains(before)
                || being.contains(word(-2)) && ["you", "we", "they", "he", "she", "i", "not"].contains(before)
            return isPredicate && [".", ","].contains(after) ? "k_ə_n_t_ˈɛ_n_t" : nil
        case "use" where isFirst && objects.contains(after): return "j_ˈuː_z"
        case "wind" where after == "up" && (isFirst || before == "to"): return "w_ˈaɪ_n_d"
        case "refund" where isFirst && objects.contains(after): return "ɹ_ɪ_f_ˈʌ_n_d"
        default: return nil
        }
    }
}
