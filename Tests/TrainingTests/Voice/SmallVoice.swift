import Files
import MelGAN
import Neural
import Platform
import Spectra
import Tensors
import TestSupport
@testable import Training

/// A corpus of eight recordings with phonemes that need no library to be read, and runs on it at a size where a step takes
/// milliseconds.
struct SmallVoice {
    let folder: ScratchFolder
    private let convention: MelConvention

    init() throws {
        folder = try ScratchFolder()
        var convention = MelConvention.melgan
        convention.bandCount = 20
        self.convention = convention
        var lines: [String] = []
        let texts = [
            "[[h_ə_l_ˈoʊ]] [[w_ˈɜː_l_d]].", "[[l_ˈoʊ]], [[h_ˈɜː]]!", "[[d_ˈoʊ]] [[w_ˈɜː_l_d]]?", "[[h_ˈoʊ]] [[l_ˈɜː_d]] [[w_ə]].",
        ]
        for index in 0..<8 {
            try folder.recording("corpus/wavs/r\(index).wav", seconds: 0.9, seed: UInt64(index), amplitude: 0.3)
            lines.append("r\(index)|\(texts[index % 4])")
        }
        try folder.file("corpus/metadata.csv", lines.joined(separator: "\n") + "\nlost|[[h_ə]]\n")
    }

    func path(_ name: String) -> String { folder.path + "/" + name }

    func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    func configuration(corpus: String = "corpus") -> VoiceRunConfiguration {
        var wanted = VoiceRunConfiguration(corpus: path(corpus), validation: "0.25", convention: convention, steps: 8)
        (wanted.channels, wanted.hiddenChannels, wanted.encoderBlocks, wanted.decoderBlocks) = (16, 32, 1, 1)
        (wanted.batch, wanted.seed, wanted.learningRate) = (3, 7, 5e-3)
        return wanted
    }

    func trainer(
        _ name: String, corpus: String = "corpus", restarts: Bool = false, clock: RunClock = RunClock(),
        change: (inout VoiceRunConfiguration) -> Void = { _ in }, say: @escaping (String) -> Void = { _ in }
    ) throws -> VoiceTrainer {
        var wanted = configuration(corpus: corpus)
        change(&wanted)
        let earlier = restarts ? nil : try RunFolder(path: path(name)).configuration(as: VoiceRunConfiguration.self)
        return try VoiceTrainer(
            in: path(name), earlier ?? wanted, restarts: restarts, threadCount: 2, clock: clock,
            reporter: TrainingReporter(say: say, interruption: { nil }))
    }

    /// Writes a small vocoder of random weights with its discriminator.
    ///
    /// - Returns: Its folder.
    func writeVocoder(bands: Int = 20) throws -> String {
        var convention = convention
        convention.bandCount = bands
        var random = SplitMix64(seed: 3)
        let generator = MelGANGenerator(.init(inputBands: bands, baseChannels: 1), using: &random)
        let discriminator = MultiScaleDiscriminator(.init(scales: 1, baseChannels: 4, layers: 2, maximumChannels: 8), using: &random)
        let folder = path("vocoder of \(bands) bands")
        let configuration = ModelConfiguration(
            convention: convention, generator: generator.configuration, discriminators: [WeightedDiscriminator(discriminator.configuration)], steps: 5)
        try Model(configuration: configuration, generator: generator).write(to: folder, description: "Random weights.\n")
        try SafeTensors(tensors: discriminator.arrays).write(to: folder + "/" + Model.discriminatorFile)
        return folder
    }
}
