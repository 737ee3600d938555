import Kernels
import Neural
import Platform
import Tensors
import TextToMel

/// The networks of a voice while they learn. A step is a function of their state, the seed and the step's number.
struct VoiceTraining {
    var networks: VoiceNetworks
    var optimiser: AdamOptimiser
    var average: EMA<VoiceNetworks>
    /// From its first step on.
    var melDiscriminator: MelDiscriminatorTraining?
    private(set) var configuration: VoiceRunConfiguration
    let engine = Engine()
    let prior: AlignmentPrior

    /// The deviation of what is added to the pitch of recordings, so that the decoder does not depend on its last digits.
    private static let pitchNoise: Float = 0.1

    /// - Parameter longest: frames and phonemes of any sentence, together.
    init(_ configuration: VoiceRunConfiguration, _ sizes: AcousticConfiguration, longest: Int) {
        var random = SplitMix64(seed: configuration.seed)
        networks = VoiceNetworks(sizes, using: &random)
        average = EMA(of: networks, decay: configuration.averaging)
        optimiser = AdamOptimiser(
            learningRate: configuration.learningRate, beta1: 0.9, beta2: 0.98, epsilon: 1e-8,
            weightDecay: configuration.weightDecay)
        self.configuration = configuration
        prior = AlignmentPrior(longest: longest)
    }

    /// Learns from here on as `plan` has it.
    mutating func follow(_ plan: BudgetPlan) {
        configuration.follow(plan)
        if let end = configuration.melDiscriminator?.end { melDiscriminator?.configuration.end = end }
    }

    /// Updates the networks, and the average after them.
    mutating func step(_ batch: VoiceBatch) -> VoiceLosses {
        // Taken out, so that what it holds changes in place.
        if var melDiscriminator = melDiscriminator.take() {
            defer { self.melDiscriminator = melDiscriminator }
            return adversarialStep(batch, &melDiscriminator)
        }
        let step = optimiser.step
        var losses = VoiceLosses()
        let tape = Tape(engine)
        accumulate(batch, step: step, on: tape, &losses)
        tape.backward()
        let gradients = tape.gradients
        losses.gradientNorm = gradients.clip(toNorm: configuration.maxGradientNorm)
        optimiser.update(&networks, along: gradients, share: configuration.learningRateFactor(at: step))
        average.add(networks, step: optimiser.step)
        return losses
    }

    /// The way forth and the losses' gradients.
    private func accumulate(_ batch: VoiceBatch, step: Int, on tape: Tape, _ losses: inout VoiceLosses) {
        let dropout = DropoutSchedule(seed: configuration.seed, step: step)
        let layout = batch.tokens.layout
        let encoding = networks.acoustic.encoding(of: batch.tokens, dropout: dropout, on: tape)
        let keys = networks.aligner.keys(of: encoding.embedded, layout, on: tape)
        let queries = networks.aligner.queries(of: batch.mel, batch.frames, on: tape)
        let alignment = AlignmentLoss(
            queries: queries.value, keys: keys.value, frames: batch.frames, phonemes: layout, prior: prior,
            binarizationWeight: VoiceLosses.weights.binarization * configuration.binarizationFactor(at: step))
        queries.accumulate(alignment.queryGradient)
        keys.accumulate(alignment.keyGradient)
        (losses.forwardSum, losses.binarization) = (alignment.forwardSum, alignment.binarization)

        let targets = batch.targets(alignment.durations)
        let durations = alignment.durations.joined().map { logf(Float($0) + 1) }
        func learn(_ prediction: Variable, _ targets: [Float]) -> Double {
            let loss = PredictorLoss(prediction.value, layout, targets: targets, weight: VoiceLosses.weights.predictors)
            prediction.accumulate(loss.gradient)
            return loss.value
        }
        losses.duration = learn(encoding.duration, durations)
        losses.pitch = learn(encoding.pitch, targets.pitch)
        losses.energy = learn(encoding.energy, targets.energy)

        let decoded = networks.acoustic.decoder.decoded(
            encoding.encoded, layout, durations: alignment.durations, pitch: layout.packed(noisy(targets.pitch, step: step)),
            energy: layout.packed(targets.energy), dropout: dropout, on: tape)
        let loss = DecoderLoss(decoded.output.value, batch)
        decoded.output.accumulate(loss.gradient)
        (losses.mel, losses.frequency, losses.voicing) = (loss.mel, loss.frequency, loss.voicing)
    }

    func noisy(_ pitch: [Float], step: Int) -> [Float] {
        var random = SplitMix64(seed: configuration.seed, position: [0x6E6F_6973_65, UInt64(step)])
        return pitch.map { $0 + Self.pitchNoise * random.normal() }
    }

    /// How the averaged aligner fits a batch's phonemes to its frames, sentence by sentence.
    func alignments(of batch: VoiceBatch) -> [AlignmentScores] {
        let tape = Tape(engine)
        let networks = average.network
        let encoding = networks.acoustic.encoding(of: batch.tokens, dropout: nil, on: tape)
        let keys = networks.aligner.keys(of: encoding.embedded, batch.tokens.layout, on: tape).value
        let queries = networks.aligner.queries(of: batch.mel, batch.frames, on: tape).value
        return (0..<batch.frames.signalCount).map { index in
            AlignmentLoss.scores(
                queries: queries, keys: keys, frames: batch.frames, phonemes: batch.tokens.layout, prior: prior, of: index)
        }
    }
}

extension SplitMix64 {
    /// Of mean 0 and deviation 1 (Box and Muller 1958).
    mutating func normal() -> Float {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return Float(radius * cos(2 * .pi * uniform()))
    }
}
