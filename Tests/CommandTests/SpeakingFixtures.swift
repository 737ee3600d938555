import MelGAN
import Phonemes
import Platform
import Spectra
import Tensors
import TextToMel

extension Program {
    /// The phonemes of a random voice: those of some sentences with every common phoneme.
    static let taughtText = "[[h_ə_l_ˈoʊ w_ˈɜː_l_d]] [[ð_ɪ_s ɪ_z ɐ t_ˈɛ_s_t]] , ; : [[j_ˈɛ_s n_ˈoʊ]] ?"

    /// Writes a small voice with random weights, which knows the symbols of ``taughtText`` and more, with a small vocoder.
    func writeVoice(_ name: String = "voice", taught: [String] = [taughtText], withVocoder: Bool = true) throws {
        let phonemizer = try Phonemizer()
        let inventory = PhonemeInventory(of: try taught.map { try phonemizer.sequence(of: $0) })
        let sizes = AcousticConfiguration(
            symbols: inventory.count, bands: 80, channels: 32, hiddenChannels: 48, encoderBlocks: 1, decoderBlocks: 1)
        var random = SplitMix64(seed: 12)
        var network = AcousticNetwork(sizes, using: &random)
        // Phonemes have several frames, so that speech can be faster.
        network.visitParameters {
            if $0.name == "duration.2.bias" { $0.value = Tensor([2], shape: [1]) }
        }
        let statistics = VoiceStatistics(
            bandMeans: (0..<80).map { -2 - Float($0) / 80 }, bandDeviations: [Float](repeating: 0.5, count: 80),
            pitchMean: 5, pitchDeviation: 0.2)
        let voice = Voice(
            VoiceDescription(
                language: "en-us", inventory: inventory, convention: .melgan, network: sizes, statistics: statistics,
                durationScale: 1),
            network: network)
        if withVocoder { try writeModel(name) }
        try voice.write(to: path(name))
    }
}
