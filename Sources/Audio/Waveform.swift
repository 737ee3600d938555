/// A mono signal: samples in -1...1 at full scale, and how many of them make a second.
public struct Waveform: Sendable, Equatable {
    public var samples: [Float]
    /// Hz.
    public var sampleRate: Int

    public init(samples: [Float], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    /// Seconds.
    public var duration: Double { Double(samples.count) / Double(sampleRate) }
}
