/// What a voice's numbers are measured in: the means and deviations of what it was trained on.
public struct VoiceStatistics: Codable, Hashable, Sendable {
    /// Of each band, in the convention's units.
    public var bandMeans: [Float]
    public var bandDeviations: [Float]
    /// Of ln F0, F0 in Hz, over voiced frames.
    public var pitchMean: Float
    public var pitchDeviation: Float

    public init(bandMeans: [Float], bandDeviations: [Float], pitchMean: Float, pitchDeviation: Float) {
        self.bandMeans = bandMeans
        self.bandDeviations = bandDeviations
        self.pitchMean = pitchMean
        self.pitchDeviation = pitchDeviation
    }

    var validationError: String? {
        let all = bandMeans + bandDeviations + [pitchMean, pitchDeviation]
        if bandMeans.count != bandDeviations.count || !all.allSatisfy(\.isFinite)
            || !(bandDeviations + [pitchDeviation]).allSatisfy({ $0 > 0 })
        {
            return "its statistics are not a mean and a deviation above 0 for each band and the pitch"
        }
        return nil
    }
}
