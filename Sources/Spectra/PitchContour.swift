/// F0 and voicing over time: a value for each frame of a mel.
public struct PitchContour: Sendable, Equatable {
    /// F0 in Hz; above 0 in unvoiced frames too.
    public var frequencies: [Float]
    /// How much of the sound is voiced, from 0 (noise alone) to 1.
    public var voicing: [Float]
    /// Cycles that are added to the integral of the frequencies; empty if all are 0.
    public var phaseOffsets: [Float]

    /// - Precondition: All arrays have the same count; `phaseOffsets` may be empty.
    public init(frequencies: [Float], voicing: [Float], phaseOffsets: [Float] = []) {
        precondition(
            frequencies.count == voicing.count && (phaseOffsets.isEmpty || phaseOffsets.count == voicing.count),
            "\(frequencies.count) frequencies, \(voicing.count) voicings and \(phaseOffsets.count) phase offsets")
        self.frequencies = frequencies
        self.voicing = voicing
        self.phaseOffsets = phaseOffsets
    }

    public var frameCount: Int { frequencies.count }

    /// The frames of `range`.
    public subscript(range: Range<Int>) -> PitchContour {
        PitchContour(
            frequencies: Array(frequencies[range]), voicing: Array(voicing[range]),
            phaseOffsets: phaseOffsets.isEmpty ? [] : Array(phaseOffsets[range]))
    }
}
