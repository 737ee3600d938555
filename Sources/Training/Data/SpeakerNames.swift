/// Speakers by the names of the folders that recordings lie in, as in LibriTTS, or by what the names of recordings begin with, as in VCTK.
struct SpeakerNames {
    /// Of each recording; nil where the names tell no speakers.
    let speakers: [String?]?

    /// - Parameter paths: Of each recording; nil where there is none.
    init(of paths: [String?]) {
        let parts = paths.map { $0.map { $0.split(separator: "/").map(String.init) } }
        let known = parts.compactMap { $0 }
        let depth = known.map(\.count).min() ?? 0
        // The highest folder that differs comes first: LibriTTS has one of chapters below.
        for level in 0..<max(0, depth - 1) {
            let names = Set(known.map { $0[level] })
            guard names.count > 1 else { continue }
            speakers = names.allSatisfy(Self.isSpeaker) ? parts.map { $0?[level] } : nil
            return
        }
        let prefixes = parts.map { $0.flatMap { Self.prefix(of: $0.last ?? "") } }
        let isTold = Set(prefixes).count > 1 && zip(prefixes, parts).allSatisfy { ($0 == nil) == ($1 == nil) }
        speakers = isTold ? prefixes : nil
    }

    /// Whether this is a name such as p225, spk-3, speaker_12 or 1089.
    private static func isSpeaker(_ name: String) -> Bool {
        let lowered = name.lowercased()
        let digits = lowered.reversed().prefix(while: \.isNumber).count
        let letters = lowered.dropLast(digits).filter { $0 != "_" && $0 != "-" }
        return digits > 0 && (["p", "s", "spk", "speaker", "spkr"].contains(letters) || letters.isEmpty && (3...6).contains(digits))
    }

    /// The p225 of a name such as p225_001.wav; nil where it has none.
    private static func prefix(of name: String) -> String? {
        let fields = name.split(separator: "_")
        guard fields.count > 1, fields[0].count == 4, fields[0].first == "p" || fields[0].first == "s", fields[0].dropFirst().allSatisfy(\.isNumber) else { return nil }
        return String(fields[0])
    }
}
