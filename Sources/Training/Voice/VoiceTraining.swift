import Kernels
import Neural
import Platform
import Tensors
import TextToMel

/// The networks of a voice in training, with their optimiser and EMA. A step is a function of their state, the seed and the number of
/// the step.
struct VoiceTraining {
    var networks: VoiceNetworks
    var optimiser: AdamOptimiser
    var average: EMA<VoiceNetworks>
    /// The discriminator and its optimisers, from its first step on.
    var melDiscriminator: MelDiscriminatorTraining?
    private(set) var configuration: VoiceRunConfiguration
    let engine = Engine()
    let prior: AlignmentPrior

    /// The standard deviation of noise that is added to the recordings' pitch, so that the decoder does not depend on its last digits.
    private static let pitchNoise: Float = 0.1

    /// - Parameter longest: The greatest sum of frames and phonemes of any sentence.
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

    /// Follows the schedule of `plan` from here on.
    mutating func follow(_ plan: BudgetPlan) {
        configuration.follow(plan)
        if let end = configuration.melDiscriminator?.end { melDiscriminator?.configuration.end = end }
    }

    /// One training step: updates the networks, then their EMA.
    mutating func step(_ batch: VoiceBatch) -> VoiceLosses {
        // Taken out of self, so that its arrays change in place.
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

    /// The forward pass; adds the gradients of all losses to the variables they are of.
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
        let logDurations = alignment.durations.joined().map { logf(Float($0) + 1) }
        func predictorLoss(_ prediction: Variable, _ targets: [Float]) -> Double {
            let loss = PredictorLoss(prediction.value, layout, targets: targets, weight: VoiceLosses.weights.predictors)
            prediction.accumulate(loss.gradient)
            return loss.value
        }
        losses.duration = predictorLoss(encoding.duration, logDurations)
        losses.pitch = predictorLoss(encoding.pitch, targets.pitch)
        losses.energy = predictorLoss(encoding.energy, targets.energy)

        if let flow = networks.acoustic.flow {
            let draw = FlowDraw(targets, alignment.durations, seed: configuration.seed, step: step)
            // The encoder is to serve the decoder first.
            let condition = tape.withGradient(of: encoding.encoded, scaledBy: 0.1)
            let velocity = flow.velocity(draw.inputs, condition, layout, dropout: dropout, on: tape)
            let loss = PredictorLoss(velocity.value, layout, targets: draw.velocities, weight: 1)
            velocity.accumulate(loss.gradient)
            losses.flow = loss.value
        }
        let decoded = networks.acoustic.decoder.decoded(
            encoding.encoded, layout, durations: alignment.durations, pitch: layout.packed(noisy(targets.pitch, step: step)),
            energy: layout.packed(targets.energy), dropout: dropout, on: tape)
        let loss = DecoderLoss(decoded.output.value, batch)
        decoded.output.accumulate(loss.gradient)
        (losses.mel, losses.f0, losses.voicing) = (loss.mel, loss.f0, loss.voicing)
    }

    /// Pitch targets with the noise of a step.
    func noisy(_ pitch: [Float], step: Int) -> [Float] {
        var random = SplitMix64(seed: configuration.seed, position: [0x6E6F_6973_65, UInt64(step)])
        return pitch.map { $0 + Self.pitchNoise * random.normal() }
    }

    /// The alignment scores of a batch by the EMA of the aligner, sentence by sentence.
    func alignments(of batch: VoiceBatch) -> [AlignmentScores] {
        let tape = Tape(engine)
        let networks = average.network
        let encoding = networks.acoustic.encoding(of: batch.tokens, dropout: nil, on: tape)
        return networks.aligner.alignments(of: encoding.embedded, batch, prior: prior, on: tape)
    }
}

/// The states of a flow between noise and the recordings' prosody that one step teaches, and their velocities.
private struct FlowDraw {
    /// Of each sentence.
    private(set) var inputs: [[Float]] = []
    /// `[phonemes, 3]` of all sentences.
    private(set) var velocities: [Float] = []

    init(_ targets: (pitch: [Float], energy: [Float]), _ durations: [[Int]], seed: UInt64, step: Int) {
        var random = SplitMix64(seed: seed, position: [0x666C_6F77, UInt64(step)])
        var first = 0
        for sentence in durations {
            let range = first..<first + sentence.count
            first = range.upperBound
            let features = ProsodyFlow.features(durations: sentence, pitch: Array(targets.pitch[range]), energy: Array(targets.energy[range]))
            let time = Float(random.uniform())
            let noise = features.map { _ in random.normal() }
            inputs.append(ProsodyFlow.input(zip(noise, features).map { (1 - time) * $0 + time * $1 }, at: time))
            velocities += zip(noise, features).map { $1 - $0 }
        }
    }
}

/// All networks that training a text model changes: the acoustic network, which synthesis uses, and the aligner, which only training
/// needs.
struct VoiceNetworks: Parameterised {
    var acoustic: AcousticNetwork
    var aligner: Aligner

    init(_ configuration: AcousticConfiguration, using generator: inout some RandomNumberGenerator) {
        acoustic = AcousticNetwork(configuration, using: &generator)
        aligner = Aligner(channels: configuration.channels, bands: configuration.bands, using: &generator)
    }

    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try acoustic.visitParameters(visit)
        try aligner.visitParameters(visit)
    }
}
