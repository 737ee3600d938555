import Kernels
import MelGAN
import Neural
import Platform
import SourceFilter
import Spectra
import Tensors

/// The training of a ``SourceFilter/PitchNetwork``, which takes minutes: batch n is a function of the seed and n, and no checkpoints are
/// saved.
///
/// The loss is the binary cross entropy of every class with a Gaussian about the true class as target, summed over classes, over
/// voiced frames, plus that of voicing; both are averaged over all frames.
struct PitchTraining {
    var network: PitchNetwork
    private var optimiser: AdamOptimiser
    private let corpus: PitchCorpus
    private let seed: UInt64
    private let steps: Int
    private let engine = Engine()

    private static let batch = 32
    private static let frames = 64
    private static let learningRate = 2e-3
    /// The standard deviation of the target's Gaussian, in classes.
    private static let spread: Float = 1.25

    /// - Parameter start: The network to continue from; by default one with random weights.
    init(
        _ configuration: PitchConfiguration, on corpus: PitchCorpus, from start: PitchNetwork? = nil, seed: UInt64, steps: Int
    ) {
        var random = SplitMix64(seed: seed)
        network = start ?? PitchNetwork(configuration, using: &random)
        optimiser = AdamOptimiser(beta1: 0.9, beta2: 0.99)
        self.corpus = corpus
        self.seed = seed
        self.steps = steps
    }

    /// Runs one step and returns the losses of F0 and voicing.
    mutating func step(_ step: Int) -> (pitch: Double, voicing: Double) {
        let (logMagnitudes, frequencies) = drawn(step)
        let tape = Tape(engine)
        let scores = network.scores(
            of: Tensor(logMagnitudes, shape: [Self.batch, Self.frames, corpus.convention.bandCount]), on: tape)
        let losses = Self.loss(scores.value, frequencies, network.configuration)
        scores.accumulate(losses.gradient)
        tape.backward()
        optimiser.learningRate = Self.learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
        optimiser.update(&network, along: tape.gradients)
        return (losses.pitch, losses.voicing)
    }

    /// The losses, and the gradient of their sum with respect to the logits `scores`, `[batch, T, classes + 1]`.
    ///
    /// - Parameter frequencies: The F0 of each row in Hz; 0 if it is unvoiced.
    static func loss(
        _ scores: Tensor, _ frequencies: [Float], _ configuration: PitchConfiguration
    ) -> (pitch: Double, voicing: Double, gradient: Tensor) {
        let width = configuration.classes + 1
        let gradient = Tensor.zeros(scores.shape)
        let (from, to) = (scores.pointer(Float.self), gradient.pointer(Float.self))
        let share = 1 / Float(frequencies.count)
        var (pitch, voicing) = (0.0, 0.0)
        func entropy(_ index: Int, _ target: Float) -> Double {
            let score = from[index]
            to[index] = (1 / (1 + expf(-score)) - target) * share
            return Double(max(score, 0) - score * target + log1pf(expf(-abs(score)))) * Double(share)
        }
        for (row, frequency) in frequencies.enumerated() {
            voicing += entropy(row * width + configuration.classes, frequency > 0 ? 1 : 0)
            guard frequency > 0 else { continue }
            let place = Float(configuration.position(ofFrequency: Double(frequency)))
            for index in 0..<configuration.classes {
                let distance = (Float(index) - place) / spread
                pitch += entropy(row * width + index, expf(-distance * distance / 2))
            }
        }
        withExtendedLifetime((scores, gradient)) {}
        return (pitch, voicing, gradient)
    }

    /// A batch: natural-log magnitude segments of mels, each with a random gain, and their F0.
    private func drawn(_ step: Int) -> (logMagnitudes: [Float], frequencies: [Float]) {
        let bands = corpus.convention.bandCount
        let silence = corpus.convention.silence
        var (values, frequencies) = ([Float](), [Float]())
        for item in 0..<Self.batch {
            var random = SplitMix64(seed: seed, position: [0x5049_5443, UInt64(step), UInt64(item)])
            let entry = corpus.entries[random.integer(below: corpus.entries.count)]
            let count = entry.frequencies.count
            let start = random.integer(below: max(1, count - Self.frames + 1))
            let gain = Float(pow(10, corpus.quietestGain * random.uniform() / 20))
            let shift = corpus.convention.shift(byGain: gain) ?? 0
            for frame in start..<start + Self.frames {
                // A shorter recording is continued with silence.
                frequencies.append(frame < count ? entry.frequencies[frame] : 0)
                for band in 0..<bands {
                    values.append(
                        frame < count ? max(silence[band], entry.mel[frame * bands + band] + shift) : silence[band])
                }
            }
        }
        return (MelSpectrogram(values: values, convention: corpus.convention).logMagnitudes, frequencies)
    }
}
