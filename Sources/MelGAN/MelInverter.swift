public import Audio
public import Files
public import Spectra

/// Turns the mels of files into sound, by a model or by Griffin-Lim.
public struct MelInverter {
    public struct GriffinLimSettings: Sendable, Equatable {
        public var iterations: Int
        public var momentum: Float
        public var seed: UInt64
        public var threadCount: Int

        public init(iterations: Int = 60, momentum: Float = 0.99, seed: UInt64 = 0, threadCount: Int = 1) {
            self.iterations = iterations
            self.momentum = momentum
            self.seed = seed
            self.threadCount = threadCount
        }
    }

    public struct Inversion: Sendable {
        public let waveform: Waveform
        public let frameCount: Int
        /// What the inversion took, by the clock, reading aside.
        public let seconds: Double
        /// Griffin-Lim's; nil for models.
        public let spectralConvergence: Double?
        /// A sentence where the mel was converted or its convention assumed.
        public let note: String?
    }

    private enum Method {
        case model(Synthesizer)
        case plain(PlainSynthesis, MelConvention)
        case griffinLim(GriffinLimSettings)
    }

    private let method: Method
    /// Griffin-Lim's filters and plans, kept from mel to mel while the convention stays.
    private var griffinLim: GriffinLim?

    public init(_ synthesizer: Synthesizer) { method = .model(synthesizer) }

    /// A model with a source.
    public init(plain model: Model) { method = .plain(PlainSynthesis(model), model.configuration.convention) }

    public init(griffinLim settings: GriffinLimSettings) { method = .griffinLim(settings) }

    /// The bands of the mels this takes; nil where any will do.
    public var bandCount: Int? {
        switch method {
        case .model(let synthesizer): synthesizer.configuration.convention.bandCount
        case .plain(_, let convention): convention.bandCount
        case .griffinLim: nil
        }
    }

    /// - Parameter stated: the mel's convention by the user's word, where the file carries none.
    /// - Throws: `FileError.badData` where the mel does not fit the model, or its convention cannot be told.
    public mutating func inversion(
        of file: MelFile, stated: MelConvention?
    ) throws(FileError) -> Inversion {
        let clock = ContinuousClock()
        switch method {
        case .model(let synthesizer):
            return try inversion(of: file, stated, by: synthesizer.configuration.convention) {
                synthesizer.waveform(from: $0)
            }
        case .plain(let synthesis, let convention):
            return try inversion(of: file, stated, by: convention) { synthesis.waveform(from: $0) }
        case .griffinLim(let settings):
            let (mel, note) = try file.recognised(stated: stated)
            let start = clock.now
            let result = griffinLim(for: mel.convention, settings).waveform(from: mel)
            guard !result.waveform.samples.isEmpty else {
                throw FileError(
                    .badData, file.path, "has a single centred frame, which spans no sound; two or more were expected.")
            }
            return Inversion(
                waveform: result.waveform, frameCount: mel.frameCount, seconds: seconds(clock.now - start),
                spectralConvergence: result.spectralConvergence, note: note)
        }
    }

    private func inversion(
        of file: MelFile, _ stated: MelConvention?, by convention: MelConvention, _ waveform: (MelSpectrogram) -> Waveform
    ) throws(FileError) -> Inversion {
        let clock = ContinuousClock()
        let (mel, note) = try file.fitted(to: convention, stated: stated)
        let start = clock.now
        let waveform = waveform(mel)
        return Inversion(
            waveform: waveform, frameCount: mel.frameCount, seconds: seconds(clock.now - start),
            spectralConvergence: nil, note: note)
    }

    private mutating func griffinLim(for convention: MelConvention, _ settings: GriffinLimSettings) -> GriffinLim {
        if let griffinLim, griffinLim.convention == convention { return griffinLim }
        let made = GriffinLim(
            convention: convention, iterations: settings.iterations, momentum: settings.momentum, seed: settings.seed,
            threadCount: settings.threadCount)
        griffinLim = made
        return made
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
