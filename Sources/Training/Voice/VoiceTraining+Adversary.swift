import Kernels
import Neural
import Tensors
import TextToMel

extension VoiceTraining {
    /// Whether the next step is the melDiscriminator's first.
    var isDueForMelDiscriminator: Bool { melDiscriminator == nil && configuration.melDiscriminator?.start == optimiser.step }

    /// Goes on from `networks` with a discriminator that has seen nothing.
    mutating func beginMelDiscriminator(with networks: VoiceNetworks) {
        self.networks = networks
        average = EMA(of: networks, decay: configuration.averaging)
        makeMelDiscriminator()
    }

    /// - Precondition: The run has one.
    mutating func makeMelDiscriminator() {
        melDiscriminator = MelDiscriminatorTraining(
            configuration.melDiscriminator!, bands: networks.acoustic.configuration.bands, seed: configuration.seed, engine: engine)
    }

    /// Updates the discriminator and the decoder; all else stays as it is.
    mutating func adversarialStep(_ batch: VoiceBatch, _ melDiscriminator: inout MelDiscriminatorTraining) -> VoiceLosses {
        var losses = VoiceLosses()
        let layout = batch.tokens.layout
        let (encoded, durations) = encoded(batch)
        let tape = Tape(engine)
        let targets = batch.targets(durations)
        let decoded = networks.acoustic.decoder.decoded(
            Variable(encoded), layout, durations: durations, pitch: layout.packed(noisy(targets.pitch, step: melDiscriminator.step)),
            energy: layout.packed(targets.energy), noise: melDiscriminator.noise, dropout: melDiscriminator.dropout, on: tape)
        let loss = DecoderLoss(decoded.output.value, batch, melWeight: melDiscriminator.configuration.melWeight)
        decoded.output.accumulate(loss.gradient)
        (losses.mel, losses.frequency, losses.voicing) = (loss.mel, loss.frequency, loss.voicing)
        let windows = melDiscriminator.windows(of: batch.frames)
        var found = MelDiscriminatorTraining.Losses()
        let features = melDiscriminator.judge(decoded.output.value, batch.mel, windows, &found)
        if melDiscriminator.configuration.share(at: melDiscriminator.step) > 0 {
            melDiscriminator.deceive(decoded.output, features, windows, melLoss: loss.mel, on: tape, &found)
        }
        losses.melDiscriminator = found
        tape.backward()
        let gradients = tape.gradients
        losses.gradientNorm = gradients.clip(toNorm: configuration.maxGradientNorm)
        let share = melDiscriminator.configuration.learningRateFactor(at: melDiscriminator.step)
        melDiscriminator.decoderOptimiser.update(&networks.acoustic.decoder, along: gradients, share: share)
        average.add(networks, step: melDiscriminator.step + 1)
        return losses
    }

    /// What the encoder makes of a batch, and the durations that the aligner finds.
    private func encoded(_ batch: VoiceBatch) -> (encoded: Tensor, durations: [[Int]]) {
        let tape = Tape(engine)
        let encoding = networks.acoustic.encoding(of: batch.tokens, dropout: nil, on: tape)
        let keys = networks.aligner.keys(of: encoding.embedded, batch.tokens.layout, on: tape)
        let queries = networks.aligner.queries(of: batch.mel, batch.frames, on: tape)
        let durations = (0..<batch.frames.signalCount).map { index in
            let scores = AlignmentLoss.scores(
                queries: queries.value, keys: keys.value, frames: batch.frames, phonemes: batch.tokens.layout, prior: prior,
                of: index)
            return MonotonicAlignment.durations(scores.scores, frames: scores.frames, phonemes: scores.phonemes)
        }
        return (encoding.encoded.value, durations)
    }
}
