/// A mel-spectrogram: `[time, band]`, row-major, with the convention that made it.
public struct MelSpectrogram: Sendable, Equatable {
    /// The compressed band magnitudes, `[frameCount, bandCount]`.
    public var values: [Float]
    public var convention: MelConvention

    public var frameCount: Int { values.count / convention.bandCount }
    public var bandCount: Int { convention.bandCount }

    /// - Precondition: `values` is a whole number of frames.
    public init(values: [Float], convention: MelConvention) {
        precondition(
            values.count % convention.bandCount == 0,
            "\(values.count) values are no whole number of frames of \(convention.bandCount) bands")
        self.values = values
        self.convention = convention
    }
}

extension MelSpectrogram {
    /// The natural-log magnitudes of the bands, `[frameCount, bandCount]`.
    public var logMagnitudes: [Float] {
        switch convention.compression {
        case .naturalLog: values
        case .log10: values.map { $0 * 2.302_585_1 }
        case .symmetricDecibel: values.map { ($0 - 2.4) / 1.6 * 2.302_585_1 }
        }
    }
}
