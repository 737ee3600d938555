/// Segments to train on: mels, and the audio that they describe.
public struct Batch: Sendable, Equatable {
    /// `[batch, frame, band]`: compressed band magnitudes.
    public let mel: [Float]
    /// `[batch, sample, 1]`, in -1...1; frame f describes the samples from f * hop on.
    public let audio: [Float]
    /// `[batch, sample, 1]`: what a generator with a source refines; nil where there is none.
    public let source: [Float]?
    /// `[batch, sample, 1]`: the unit it does so in; nil where there is none.
    public let level: [Float]?
    /// Segments.
    public let count: Int
    /// Frames of a segment.
    public let frameCount: Int
    public let bandCount: Int
    /// Samples of a segment: frames times the hop.
    public let sampleCount: Int
}
