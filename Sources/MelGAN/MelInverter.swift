import Audio
public import Files
public import Spectra

/// Turns the mels of files into sound, by a model or by Griffin-Lim.
public struct MelInverter {
    public struct GriffinLimSettings: Sendable, Equatable {
        public var iterations: Int
        public var momentum: Float
        public var seed: UInt64
        public var threadCount: Int

        public init(
            iterations: Int = 60, momentum: Float = 0.99, seed: UInt64 = 0, threadCount: Int = 1
        ) {
            self.iterations = iterations
            self.momentum = momentum
            self.seed = seed
            self.threadCount = threadCount
        }
    }

    public struct Inversion: Sendable {
        public let frameCount: Int
        public let sampleCount: Int
        /// Hz.
        public let sampleRate: Int
        /// What the inversion took, by the clock; reading and writing aside.
        public let seconds: Double
        /// Griffin-Lim's; nil for models.
        public let spectralConvergence: Double?

        /// Seconds of sound.
        public var duration: Double { Double(sampleCount) / Double(sampleRate) }
    }

    private enum Method {
        case model(Synthesizer)
        case griffinLim(GriffinLimSettings)
    }

    private let method: Method

    /// The model, where it is one that inverts.
    var synthesizer: Synthesizer? {
        if case .model(let synthesizer) = method { synthesizer } else { nil }
    }

    /// Griffin-Lim's filters and plans, kept from mel to mel while the convention stays.
    private var griffinLim: GriffinLim?

    public init(_ synthesizer: Synthesizer) { method = .model(synthesizer) }

    public init(griffinLim settings: GriffinLimSettings) { method = .griffinLim(settings) }

    /// The bands of the mels this takes; nil where any will do.
    public var bandCount: Int? {
        switch method {
        case .model(let synthesizer): synthesizer.configuration.convention.bandCount
        case .griffinLim: nil
        }
    }

    /// The mel of a file in the convention that this inverts, and a sentence where it was converted or its convention assumed.
    ///
    /// - Parameter stated: the mel's convention by the user's word, where the file carries none.
    /// - Throws: `FileError.badData` where the mel does not fit the model, or its convention cannot be told.
    public func mel(of file: MelFile, stated: MelConvention?) throws(FileError) -> (
        mel: MelSpectrogram, note: String?
    ) {
        switch method {
        case .model(let synthesizer):
            return try file.fitted(to: synthesizer.configuration.convention, stated: stated)
        case .griffinLim:
            let (mel, note) = try file.recognised(stated: stated)
            if mel.convention.framing == .centred, mel.frameCount < 2 {
                throw FileError(
                    .badData, file.path,
                    "has a single centred frame, which spans no sound; two or more were expected.")
            }
            return (mel, note)
        }
    }

    /// Turns a mel that ``mel(of:stated:)`` gave into sound.
    ///
    /// - Parameter sink: Called with samples in their order: a model's piece by piece, Griffin-Lim's all at once.
    public mutating func invert(
        _ mel: MelSpectrogram, _ sink: (UnsafeBufferPointer<Float>) throws(FileError) -> Void
    ) throws(FileError) -> Inversion {
        var meter = InversionMeter()
        let start = meter.now
        func timed(_ samples: UnsafeBufferPointer<Float>) throws(FileError) {
            try meter.pass(samples, to: sink)
        }
        var spectralConvergence: Double?
        switch method {
        case .model(let synthesizer):
            try synthesizer.synthesize(mel, timed)
        case .griffinLim(let settings):
            let result = griffinLim(for: mel.convention, settings).waveform(from: mel)
            spectralConvergence = result.spectralConvergence
            try result.waveform.samples.withUnsafeBufferPointer(timed)
        }
        return Inversion(
            frameCount: mel.frameCount, sampleCount: meter.sampleCount,
            sampleRate: mel.convention.sampleRate,
            seconds: meter.seconds(since: start), spectralConvergence: spectralConvergence)
    }

    private mutating func griffinLim(for convention: MelConvention, _ settings: GriffinLimSettings)
        -> GriffinLim
    {
        if let griffinLim, griffinLim.convention == convention { return griffinLim }
        let made = GriffinLim(
            convention: convention, iterations: settings.iterations, momentum: settings.momentum,
            seed: settings.seed,
            threadCount: settings.threadCount)
        griffinLim = made
        return made
    }
}

/// Counts samples that are passed on, and the time that takes.
struct InversionMeter {
    private let clock = ContinuousClock()
    /// What those who took samples needed, and what was spent waiting for input.
    private var elsewhere = Duration.zero
    private(set) var sampleCount = 0

    var now: ContinuousClock.Instant { clock.now }

    mutating func pass(
        _ samples: UnsafeBufferPointer<Float>,
        to sink: (UnsafeBufferPointer<Float>) throws(FileError) -> Void
    ) throws(FileError) {
        sampleCount += samples.count
        try exclude { () throws(FileError) in try sink(samples) }
    }

    /// Does what is not part of the inversion.
    mutating func exclude<Result>(_ work: () throws(FileError) -> Result) throws(FileError) -> Result {
        let start = clock.now
        defer { elsewhere += clock.now - start }
        return try work()
    }

    func seconds(since start: ContinuousClock.Instant) -> Double {
        let duration = clock.now - start - elsewhere
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
