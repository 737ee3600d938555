import Kernels
import Neural
import Phonemes
import Spectra
import Tensors
import TestSupport
import Testing
import TextToMel

@Suite struct AcousticNetworkTests {
    @Test("Durations are rounded to at least one frame, and their sum is the mel's frame count")
    func wholeDurations() {
        let voice = SmallVoice.make()
        let tokens = SmallVoice.tokens
        let synthesizer = AcousticSynthesizer(voice)
        let speech = synthesizer.speech(of: SmallVoice.sequence)
        #expect(speech.durations.count == tokens.count && speech.durations.allSatisfy { $0 >= 1 })
        #expect(speech.mel.frameCount == speech.durations.reduce(0, +))
        #expect(speech.frequencies.count == speech.mel.frameCount && speech.voicing.count == speech.mel.frameCount)
    }

    @Test("The training pass without dropout gives the same mel as inference")
    func trainingAgreesWithInference() {
        let voice = SmallVoice.make()
        let tokens = SmallVoice.tokens
        let durations = tokens.symbols.indices.map { 1 + $0 % 4 }
        let pitch = tokens.symbols.map { Float($0) * 0.1 - 0.3 }, energy = pitch.map { -2 * $0 }
        let tape = Tape(Engine())
        // The batch has another sentence before this one, which must not influence it.
        let batch = TokenBatch([tokens, tokens])
        let encoding = voice.network.encoding(of: batch, dropout: nil, on: tape)
        let decoded = voice.network.decoder.decoded(
            encoding.encoded, batch.layout, durations: [durations.map { $0 + 1 }, durations],
            pitch: batch.layout.packed([energy, pitch], channels: 1),
            energy: batch.layout.packed([pitch, energy], channels: 1), dropout: nil, on: tape)
        let spoken = AcousticSynthesizer(voice).mel(of: tokens, durations: durations, pitch: pitch, energy: energy)
        let statistics = voice.description.statistics
        let width = voice.description.network.bands + 2
        for (frame, row) in decoded.layout.rows(of: 1).enumerated() {
            for band in 0..<(width - 2) {
                let value =
                    decoded.output.value.values[row * width + band] * statistics.bandDeviations[band]
                    + statistics.bandMeans[band]
                #expect(abs(value - spoken.values[frame * (width - 2) + band]) < 1e-4)
            }
        }
    }

    @Test("Faster speech is shorter")
    func prosody() {
        let synthesizer = AcousticSynthesizer(SmallVoice.make(durationBias: 2))
        let plain = synthesizer.speech(of: SmallVoice.sequence)
        let fast = synthesizer.speech(of: SmallVoice.sequence, prosody: Prosody(speed: 2))
        let ratio = Double(plain.mel.frameCount) / Double(fast.mel.frameCount)
        #expect((1.7...2.3).contains(ratio), "\(plain.mel.frameCount) and \(fast.mel.frameCount) frames")
    }

    @Test("A voice is read as it was written")
    func files() throws {
        let folder = try ScratchFolder()
        let voice = SmallVoice.make()
        try voice.write(to: folder.path)
        let read = try Voice(at: folder.path)
        #expect(read.description == voice.description)
        for (one, other) in zip(read.network.parameters, voice.network.parameters) {
            #expect(one.name == other.name && one.value.values == other.value.values)
        }
    }
}

enum SmallVoice {
    static let sequence = PhonemeSequence(
        phonemes: [
            .start, Phoneme("h", isFirstOfWord: true), Phoneme("ə"), Phoneme("l"),
            Phoneme("oʊ", stress: .primary, isLastOfWord: true),
            Phoneme("."), .end,
        ], words: [.init(text: "hello", range: 1..<5)], language: "en-us")

    static let inventory = PhonemeInventory(of: [sequence])
    static var tokens: PhonemeTokens { PhonemeTokens(inventory.tokenization(of: sequence)) }

    static func make(durationBias: Float = 0.5) -> Voice {
        var generator = SplitMix64(seed: 12)
        let sizes = AcousticConfiguration(
            symbols: inventory.count, bands: 80, channels: 32, hiddenChannels: 48, encoderBlocks: 2, decoderBlocks: 2)
        var network = AcousticNetwork(sizes, using: &generator)
        network.visitParameters {
            if $0.name == "duration.2.bias" { $0.value = Tensor([durationBias], shape: [1]) }
        }
        return Voice(
            VoiceDescription(
                language: "en-us", inventory: inventory, convention: .melgan, network: sizes,
                statistics: VoiceStatistics(
                    bandMeans: (0..<80).map { -2 - Float($0) / 80 }, bandDeviations: [Float](repeating: 0.5, count: 80),
                    pitchMean: 5, pitchDeviation: 0.2)),
            network: network)
    }
}
