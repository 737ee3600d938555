import Kernels
import Neural
public import Phonemes
import Platform
public import Spectra
import Tensors

/// The acoustic features that a voice predicts for a sequence of phonemes.
public struct AcousticSpeech: Sendable, Equatable {
    /// The mel spectrogram, in the voice's convention.
    public let mel: MelSpectrogram
    /// The phonemes that were spoken: the given ones, with others in place of those that are not in the voice's inventory.
    public let sequence: PhonemeSequence
    /// The number of frames of each phoneme of ``sequence``; their sum is the mel's frame count.
    public let durations: [Int]
    /// The F0 of each frame in Hz, which is above 0 in unvoiced frames as well.
    public let frequencies: [Float]
    /// The probability that each frame is voiced, 0 to 1.
    public let voicing: [Float]
    /// The given symbols that are not in the voice's inventory, each once.
    public let unknown: [String]
    /// The known symbols that were spoken for unknown ones because they sound most alike.
    public let substitutes: [String: String]
    /// The number of phonemes that a substitute was spoken for.
    public let substitutedCount: Int
}

/// Who speaks a sentence, and which of the ways of saying it is drawn.
public struct SpeakingManner: Sendable, Equatable {
    /// The number of the speaker in the voice, from 0.
    public var speaker: Int
    /// The temperature at which prosody is drawn, 0 to 2; nil for the voice's own.
    public var temperature: Double?
    /// The same seed draws the same prosody of the same sentence.
    public var seed: UInt64

    public init(speaker: Int = 0, temperature: Double? = nil, seed: UInt64 = 0) {
        (self.speaker, self.temperature, self.seed) = (speaker, temperature, seed)
    }

    /// The key of a sentence's noise, so that sentences differ.
    fileprivate func key(of tokens: PhonemeTokens) -> UInt64 {
        tokens.symbols.reduce(DropoutSchedule.mixed(seed)) { DropoutSchedule.mixed($0 ^ UInt64($1)) }
    }
}

/// A voice prepared for inference: it turns phonemes into a mel spectrogram with weights that are packed once.
public struct AcousticSynthesizer {
    /// The description of the voice.
    public let description: VoiceDescription
    private let network: AcousticNetwork
    private let encoder: [ConvNeXtPass]
    private let duration: PreparedVariancePredictor
    private let pitch: PreparedVariancePredictor
    private let energy: PreparedVariancePredictor
    private let flow: ProsodyFlow.Prepared?
    private let decoder: PreparedDecoder

    /// Prepares the weights of `voice`.
    public init(_ voice: Voice) {
        description = voice.description
        network = voice.network
        encoder = network.encoder.map { $0.prepared() }
        duration = PreparedVariancePredictor(network.duration)
        pitch = PreparedVariancePredictor(network.pitch)
        energy = PreparedVariancePredictor(network.energy)
        flow = network.flow.map { ProsodyFlow.Prepared($0) }
        let noise = voice.description.noiseScale.map { FrameNoise(key: 0, scale: Float($0)) }
        decoder = PreparedDecoder(network.decoder, noise: noise)
    }

    /// Predicts the acoustic features of `sequence`, with the same prosody for all its phonemes.
    ///
    /// - Parameters:
    ///   - sequence: The phonemes of a sentence.
    ///   - prosody: A speed from 0.1 to 10 and a pitch from -24 to 24 semitones.
    /// - Returns: Features without frames if none of the symbols is in the voice's inventory.
    public func speech(of sequence: PhonemeSequence, prosody: Prosody = .plain, manner: SpeakingManner = .init()) -> AcousticSpeech {
        speech(of: sequence, prosody: Array(repeating: prosody, count: sequence.phonemes.count), manner: manner)
    }

    /// Predicts the acoustic features of `sequence`, with a prosody for each of its phonemes.
    ///
    /// - Parameters:
    ///   - sequence: The phonemes of a sentence.
    ///   - prosody: Speeds from 0.1 to 10 and pitches from -24 to 24 semitones, one for each phoneme of `sequence`.
    ///   - manner: Who speaks, and which of the ways of saying it is drawn.
    /// - Returns: Features without frames if none of the symbols is in the voice's inventory.
    public func speech(of sequence: PhonemeSequence, prosody: [Prosody], manner: SpeakingManner = .init()) -> AcousticSpeech {
        precondition(
            prosody.count == sequence.phonemes.count,
            "\(prosody.count) prosodies were given for \(sequence.phonemes.count) phonemes")
        let tokenization = description.inventory.tokenization(of: sequence)
        guard !tokenization.ids.isEmpty else {
            return AcousticSpeech(
                mel: .init(values: [], convention: description.convention), sequence: tokenization.sequence,
                durations: [], frequencies: [], voicing: [], unknown: tokenization.unknown,
                substitutes: tokenization.substitutes, substitutedCount: tokenization.substitutedCount)
        }
        let tokens = PhonemeTokens(tokenization, speaker: manner.speaker)
        let layout = SignalLayout(lengths: [tokens.count])
        let encoded = encoding(of: tokens, layout)
        let prosodies = tokenization.origins.map { prosody[$0] }
        let made = phonemeProsody(of: tokens, encoded, layout, manner)
        let durations = Self.rounded(zip(made.durations, prosodies).map { $0 / $1.speed })
        let semitone = Float(log(2.0) / 12) / description.statistics.pitchDeviation
        let frequencies = zip(made.pitch, prosodies).map { $0 + Float($1.pitch) * semitone }
        let decoded = decoded(
            encoded, layout, durations: durations, pitch: frequencies, energy: made.energy, speaker: manner.speaker)
        return AcousticSpeech(
            mel: decoded.mel, sequence: tokenization.sequence, durations: durations, frequencies: decoded.frequencies,
            voicing: decoded.voicing, unknown: tokenization.unknown, substitutes: tokenization.substitutes,
            substitutedCount: tokenization.substitutedCount)
    }

    /// Predicts the mel of `tokens` from known durations, pitch and energy, such as those of a recording.
    ///
    /// - Parameters:
    ///   - tokens: The phonemes of a sentence.
    ///   - durations: The number of frames of each phoneme, at least 1.
    ///   - pitch: The ln F0 of each phoneme in standard deviations from its mean.
    ///   - energy: The energy of each phoneme: the mean of the normalized mel.
    public func mel(of tokens: PhonemeTokens, durations: [Int], pitch: [Float], energy: [Float]) -> MelSpectrogram {
        let layout = SignalLayout(lengths: [tokens.count])
        return decoded(
            encoding(of: tokens, layout), layout, durations: durations, pitch: pitch, energy: energy, speaker: tokens.speaker
        ).mel
    }

    /// Predicts the durations, pitch and energy of `tokens`, without decoding frames.
    ///
    /// - Returns: For each phoneme, the duration in frames, neither rounded nor scaled; the ln F0 in standard deviations from its
    ///   mean; and the energy.
    public func predictions(of tokens: PhonemeTokens) -> (durations: [Double], pitch: [Float], energy: [Float]) {
        let layout = SignalLayout(lengths: [tokens.count])
        let encoded = encoding(of: tokens, layout)
        return (
            frameCounts(from: encoded, layout),
            pitch.predictions(from: encoded, layout), energy.predictions(from: encoded, layout)
        )
    }

    /// The frames of each phoneme, not rounded, its pitch and its energy: drawn where the voice has learned to and a temperature is given,
    /// else predicted as means, which are scaled so that they are as long and as lively as recordings.
    private func phonemeProsody(
        of tokens: PhonemeTokens, _ encoded: Tensor, _ layout: SignalLayout, _ manner: SpeakingManner
    ) -> (durations: [Double], pitch: [Float], energy: [Float]) {
        if let flow, let temperature = manner.temperature ?? description.temperature {
            return flow.drawn(from: encoded, layout, key: manner.key(of: tokens), temperature: Float(temperature))
        }
        return (
            frameCounts(from: encoded, layout).map { $0 * description.durationScale },
            pitch.predictions(from: encoded, layout).map { $0 * Float(description.pitchScale ?? 1) },
            energy.predictions(from: encoded, layout)
        )
    }

    /// The predicted frames of each phoneme, neither rounded nor scaled: the predictor's output is ln(frames + 1).
    private func frameCounts(from encoded: Tensor, _ layout: SignalLayout) -> [Double] {
        duration.predictions(from: encoded, layout).map { max(0, exp(Double($0)) - 1) }
    }

    private func encoding(of tokens: PhonemeTokens, _ layout: SignalLayout) -> Tensor {
        var hidden = Tensor.zeros([1, layout.rowCount, description.network.channels])
        network.symbols.add(tokens.symbols, layout, to: hidden)
        network.stresses.add(tokens.stresses, layout, to: hidden)
        network.positions.add(tokens.positions, layout, to: hidden)
        network.speakers?.add([Int](repeating: tokens.speaker, count: tokens.count), layout, to: hidden)
        for block in encoder { hidden = block.output(of: hidden, layout) }
        return network.encoderNorm.output(of: hidden, layout)
    }

    private func decoded(
        _ encoded: Tensor, _ layout: SignalLayout, durations: [Int], pitch: [Float], energy: [Float], speaker: Int
    ) -> (mel: MelSpectrogram, frequencies: [Float], voicing: [Float]) {
        let decoded = decoder.output(of: encoded, layout, durations: durations, pitch: pitch, energy: energy)
        return description.denormalized(decoded.output, decoded.layout.rows(of: 0), speaker: speaker)
    }

    /// Rounds durations to integers of at least 1, carrying each rounding error over to the next so that sums are kept.
    private static func rounded(_ durations: [Double]) -> [Int] {
        var (exact, rounded) = (0.0, 0)
        return durations.map { duration in
            exact += duration
            let count = max(1, Int((exact - Double(rounded)).rounded()))
            rounded += count
            return count
        }
    }
}

extension VoiceDescription {
    /// Converts the network's output `[1, rows, B + 2]` to mel values in the convention's units, F0 in Hz and voicing probabilities.
    fileprivate func denormalized(
        _ output: Tensor, _ rows: Range<Int>, speaker: Int
    ) -> (mel: MelSpectrogram, frequencies: [Float], voicing: [Float]) {
        let bands = network.bands
        var (mel, frequencies, voicing) = ([Float](), [Float](), [Float]())
        mel.reserveCapacity(rows.count * bands)
        let floor = convention.value(ofMagnitude: 0)
        let pitchMean = pitchMean(ofSpeaker: speaker)
        let factors = zip(statistics.bandDeviations, bandScales ?? [Float](repeating: 1, count: bands)).map { $0 * $1 }
        let pointer = output.pointer(Float.self)
        for row in rows {
            let values = pointer + row * (bands + 2)
            for band in 0..<bands {
                mel.append(max(floor, values[band] * factors[band] + statistics.bandMeans[band]))
            }
            // F0 is limited to three octaves above and below the voice's mean: 2.1 is about 3 ln 2.
            let logRatio = max(-2.1, min(2.1, values[bands] * statistics.pitchDeviation))
            frequencies.append(expf(logRatio + pitchMean))
            voicing.append(1 / (1 + expf(-values[bands + 1])))
        }
        withExtendedLifetime(output) {}
        return (MelSpectrogram(values: mel, convention: convention), frequencies, voicing)
    }
}
