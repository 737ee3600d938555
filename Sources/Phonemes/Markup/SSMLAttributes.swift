import Platform

/// Parses the attributes of SSML elements. An unsupported attribute or value is an error that names it.
enum SSMLAttributes {
    /// The named rates, as factors on the speed.
    private static let rates = [
        "x-slow": 0.5, "slow": 0.75, "medium": 1, "default": 1, "fast": 1.25, "x-fast": 1.6,
    ]
    /// The named pitches, in semitones.
    private static let pitches = [
        "x-low": -6.0, "low": -3, "medium": 0, "default": 0, "high": 3, "x-high": 6,
    ]
    /// The named strengths of a break, in seconds.
    private static let strengths = [
        "none": 0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2,
    ]

    /// The longest pause, in seconds.
    private static let longestPause = 60.0
    /// The most bytes of an alias or of phonemes.
    private static let longestReplacement = 1000
    private static let rateRange = 0.25...4.0
    /// The range of pitch changes, in semitones.
    private static let pitchRange = -24.0...24.0

    /// The duration of a `break` in seconds; nil if its strength is none.
    static func pause(_ attributes: [String: String]) throws(PhonemeError) -> Double? {
        try refuse(attributes, of: "break", except: ["time", "strength"])
        if let time = attributes["time"] {
            let seconds =
                time.hasSuffix("ms")
                ? Double(time.dropLast(2)).map { $0 / 1000 }
                : time.hasSuffix("s") ? Double(time.dropLast()) : nil
            guard let seconds, (0...longestPause).contains(seconds) else {
                throw PhonemeError(
                    "the time of a break is \(time); give seconds or milliseconds, such as 1.5s or 300ms, up to \(Int(longestPause))s."
                )
            }
            return seconds
        }
        guard let strength = attributes["strength"] else { return strengths["medium"] }
        guard let seconds = strengths[strength] else {
            throw PhonemeError(
                "the strength of a break is \(strength); give none, x-weak, weak, medium, strong or x-strong."
            )
        }
        return seconds > 0 ? seconds : nil
    }

    /// The rate and pitch of a `prosody` element.
    static func prosody(_ attributes: [String: String]) throws(PhonemeError) -> Prosody {
        try refuse(attributes, of: "prosody", except: ["rate", "pitch"])
        var prosody = Prosody.plain
        if let text = attributes["rate"] {
            guard let rate = rates[text] ?? ratio(text), rateRange.contains(rate) else {
                throw PhonemeError(
                    "the rate is \(text); give x-slow, slow, medium, fast, x-fast, or a percentage from 25% to 400%."
                )
            }
            prosody.speed = rate
        }
        if let text = attributes["pitch"] {
            guard let semitones = pitches[text] ?? semitones(text), pitchRange.contains(semitones) else {
                throw PhonemeError(
                    "the pitch is \(text); give x-low, low, medium, high, x-high, semitones such as +2st, or a change such as -10%, within two octaves."
                )
            }
            prosody.pitch = semitones
        }
        return prosody
    }

    /// The phonemes of a `phoneme` element, not yet parsed.
    static func phonemes(_ attributes: [String: String]) throws(PhonemeError) -> String {
        try refuse(attributes, of: "phoneme", except: ["alphabet", "ph"])
        if let alphabet = attributes["alphabet"], alphabet != "ipa" {
            throw PhonemeError("the alphabet of <phoneme> is \(alphabet); write the phonemes in the alphabet ipa.")
        }
        return try required("ph", of: "phoneme", attributes)
    }

    /// The alias of a `sub` element.
    static func alias(_ attributes: [String: String]) throws(PhonemeError) -> String {
        try refuse(attributes, of: "sub", except: ["alias"])
        return try required("alias", of: "sub", attributes)
    }

    private static func required(_ name: String, of element: String, _ attributes: [String: String])
        throws(PhonemeError) -> String
    {
        guard let value = attributes[name], value.contains(where: { !$0.isWhitespace }) else {
            throw PhonemeError("<\(element)> has no \(name); add the attribute with what is to be spoken.")
        }
        guard value.utf8.count <= longestReplacement else {
            throw PhonemeError(
                "the \(name) of <\(element)> has \(value.utf8.count) bytes and at most \(longestReplacement) are supported; split it."
            )
        }
        return value
    }

    /// Throws for the first attribute that is not in `known`.
    private static func refuse(
        _ attributes: [String: String], of element: String, except known: Set<String>
    ) throws(PhonemeError) {
        if let name = attributes.keys.sorted().first(where: { !known.contains($0) }) {
            throw PhonemeError(
                "the attribute \(name) of <\(element)> is not supported; use only \(known.sorted().joined(separator: " and "))."
            )
        }
    }

    /// Parses a ratio: `80%` is 0.8, `+20%` is 1.2, and a number without a percent sign is the ratio itself.
    private static func ratio(_ text: String) -> Double? {
        guard text.hasSuffix("%") else {
            return text.first.map { "+-".contains($0) } == true ? nil : Double(text)
        }
        guard let percent = Double(text.dropLast()) else { return nil }
        return (text.first.map { "+-".contains($0) } == true ? 100 + percent : percent) / 100
    }

    /// Parses a pitch change such as `+2st` or `-10%` into semitones.
    private static func semitones(_ text: String) -> Double? {
        if text.hasSuffix("st") { return Double(text.dropLast(2)) }
        guard text.hasSuffix("%"), text.first.map({ "+-".contains($0) }) == true,
            let ratio = ratio(text), ratio > 0
        else { return nil }
        return 12 * log2(ratio)
    }
}
