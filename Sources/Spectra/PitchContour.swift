/// Pitch over time: a value for each frame of a mel.
public struct PitchContour: Sendable, Equatable {
    /// Hz; above 0 also where nothing is voiced.
    public var frequencies: [Float]
    /// The share of the voice in the sound, 0 for noise alone ... 1.
    public var voicing: [Float]
    /// Cycles that the voice is ahead of what the frequencies add up to; empty where it is nowhere.
    public var leads: [Float]

    /// - Precondition: as many of the one as of the other.
    public init(frequencies: [Float], voicing: [Float], leads: [Float] = []) {
        precondition(
            frequencies.count == voicing.count && (leads.isEmpty || leads.count == voicing.count),
            "\(frequencies.count) frequencies, \(voicing.count) voicings and \(leads.count) leads")
        self.frequencies = frequencies
        self.voicing = voicing
        self.leads = leads
    }

    public var frameCount: Int { frequencies.count }

    /// The frames of `range`.
    public subscript(range: Range<Int>) -> PitchContour {
        PitchContour(
            frequencies: Array(frequencies[range]), voicing: Array(voicing[range]),
            leads: leads.isEmpty ? [] : Array(leads[range]))
    }
}
