/// A mel-spectrogram: `[time, band]`, row-major, with the convention that made it.
public struct MelSpectrogram: Sendable, Equatable {
    /// `frameCount * convention.bandCount` compressed band magnitudes, a frame after the other.
    public var values: [Float]
    public var convention: MelConvention

    public var frameCount: Int { values.count / convention.bandCount }
    public var bandCount: Int { convention.bandCount }

    /// - Precondition: `values` holds whole frames.
    public init(values: [Float], convention: MelConvention) {
        precondition(
            values.count % convention.bandCount == 0,
            "\(values.count) values are no whole number of frames of \(convention.bandCount) bands")
        self.values = values
        self.convention = convention
    }
}
