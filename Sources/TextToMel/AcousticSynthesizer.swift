import Kernels
import Neural
public import Phonemes
import Platform
public import Spectra
import Tensors

/// A voice ready to speak: its weights packed once, every layer in tiles, nothing kept for learning.
public struct AcousticSynthesizer {
    public let description: VoiceDescription
    private let network: AcousticNetwork
    private let encoder: [ConvNeXtPass]
    private let duration: PreparedVariancePredictor
    private let pitch: PreparedVariancePredictor
    private let energy: PreparedVariancePredictor
    private let decoder: PreparedDecoder

    public init(_ voice: Voice) {
        description = voice.description
        network = voice.network
        encoder = network.encoder.map { $0.prepared() }
        duration = PreparedVariancePredictor(network.duration)
        pitch = PreparedVariancePredictor(network.pitch)
        energy = PreparedVariancePredictor(network.energy)
        let noise = voice.description.noiseScale.map { FrameNoise(key: 0, scale: Float($0)) }
        decoder = PreparedDecoder(network.decoder, noise: noise)
    }

    /// How `sequence` sounds, said in one manner throughout.
    ///
    /// - Parameter prosody: Its speed from 0.1 to 10, its pitch from -24 to 24.
    /// - Returns: Nothing but the names of what is unknown where the voice was taught none of the phonemes.
    public func speech(of sequence: PhonemeSequence, prosody: Prosody = .plain) -> AcousticSpeech {
        speech(of: sequence, prosody: Array(repeating: prosody, count: sequence.phonemes.count))
    }

    /// How `sequence` sounds, each of its phonemes said in its own manner.
    ///
    /// - Parameter prosody: One for each phoneme of `sequence`; speeds from 0.1 to 10, pitches from -24 to 24.
    public func speech(of sequence: PhonemeSequence, prosody: [Prosody]) -> AcousticSpeech {
        precondition(
            prosody.count == sequence.phonemes.count,
            "\(prosody.count) prosodies were given for \(sequence.phonemes.count) phonemes")
        let reading = description.inventory.reading(of: sequence)
        guard !reading.ids.isEmpty else {
            return AcousticSpeech(
                mel: .init(values: [], convention: description.convention), sequence: reading.sequence, durations: [],
                frequencies: [], voicing: [], unknown: reading.unknown)
        }
        let tokens = PhonemeTokens(reading)
        let layout = SignalLayout(lengths: [tokens.count])
        let encoded = encoding(of: tokens, layout)
        let frames = duration.numbers(from: encoded, layout).map { max(0, exp(Double($0)) - 1) }
        let options = reading.origins.map { prosody[$0] }
        let durations = Self.whole(zip(frames, options).map { $0 * description.durationScale / $1.speed })
        let semitone = Float(log(2.0) / 12) / description.statistics.pitchDeviation
        let frequencies = zip(pitch.numbers(from: encoded, layout), options).map {
            $0 * Float(description.pitchScale ?? 1) + Float($1.pitch) * semitone
        }
        let energies = energy.numbers(from: encoded, layout)
        let decoded = decoded(encoded, layout, durations: durations, pitch: frequencies, energy: energies)
        return AcousticSpeech(
            mel: decoded.mel, sequence: reading.sequence, durations: durations, frequencies: decoded.frequencies,
            voicing: decoded.voicing, unknown: reading.unknown)
    }

    /// The mel of `tokens` with durations, pitch and energy that are known: those of a recording.
    ///
    /// - Parameters:
    ///   - durations: frames of each phoneme, none below 1.
    ///   - pitch: of each, of ln F0 in deviations from its mean.
    ///   - energy: of each.
    public func mel(of tokens: PhonemeTokens, durations: [Int], pitch: [Float], energy: [Float]) -> MelSpectrogram {
        let layout = SignalLayout(lengths: [tokens.count])
        return decoded(encoding(of: tokens, layout), layout, durations: durations, pitch: pitch, energy: energy).mel
    }

    /// What the predictors tell of `tokens`: durations in frames, neither whole nor scaled, pitch and energy.
    public func predictions(of tokens: PhonemeTokens) -> (durations: [Double], pitch: [Float], energy: [Float]) {
        let layout = SignalLayout(lengths: [tokens.count])
        let encoded = encoding(of: tokens, layout)
        return (
            duration.numbers(from: encoded, layout).map { max(0, exp(Double($0)) - 1) },
            pitch.numbers(from: encoded, layout), energy.numbers(from: encoded, layout)
        )
    }

    private func encoding(of tokens: PhonemeTokens, _ layout: SignalLayout) -> Tensor {
        var hidden = Tensor.zeros([1, layout.rowCount, description.network.channels])
        network.symbols.add(tokens.symbols, layout, to: hidden)
        network.stresses.add(tokens.stresses, layout, to: hidden)
        network.positions.add(tokens.positions, layout, to: hidden)
        for block in encoder { hidden = block.output(of: hidden, layout) }
        return network.encoderNorm.output(of: hidden, layout)
    }

    private func decoded(
        _ encoded: Tensor, _ layout: SignalLayout, durations: [Int], pitch: [Float], energy: [Float]
    ) -> (mel: MelSpectrogram, frequencies: [Float], voicing: [Float]) {
        let decoded = decoder.output(of: encoded, layout, durations: durations, pitch: pitch, energy: energy)
        return description.measured(decoded.output, decoded.layout.rows(of: 0))
    }

    /// Whole numbers of at least 1 whose sums are those of `numbers` as nearly as can be.
    static func whole(_ numbers: [Double]) -> [Int] {
        var (sum, given) = (0.0, 0)
        return numbers.map { number in
            sum += number
            let count = max(1, Int((sum - Double(given)).rounded()))
            given += count
            return count
        }
    }
}

extension VoiceDescription {
    /// The network's output in the convention's units, Hz and likelihoods.
    func measured(
        _ output: Tensor, _ rows: Range<Int>
    ) -> (mel: MelSpectrogram, frequencies: [Float], voicing: [Float]) {
        let bands = network.bands
        var (mel, frequencies, voicing) = ([Float](), [Float](), [Float]())
        mel.reserveCapacity(rows.count * bands)
        let least = convention.value(ofMagnitude: 0)
        let factors = zip(statistics.bandDeviations, bandScales ?? [Float](repeating: 1, count: bands)).map { $0 * $1 }
        let numbers = output.pointer(Float.self)
        for row in rows {
            let values = numbers + row * (bands + 2)
            for band in 0..<bands {
                mel.append(max(least, values[band] * factors[band] + statistics.bandMeans[band]))
            }
            // Within three octaves of the voice's mean, whatever the network says.
            let place = max(-2.1, min(2.1, values[bands] * statistics.pitchDeviation))
            frequencies.append(expf(place + statistics.pitchMean))
            voicing.append(1 / (1 + expf(-values[bands + 1])))
        }
        withExtendedLifetime(output) {}
        return (MelSpectrogram(values: mel, convention: convention), frequencies, voicing)
    }
}
