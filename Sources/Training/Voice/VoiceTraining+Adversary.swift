import Kernels
import Neural
import Tensors
import TextToMel

extension VoiceTraining {
    /// Whether the next step is the adversary's first.
    var isDueForAdversary: Bool { adversary == nil && configuration.adversary?.start == optimiser.step }

    /// Goes on from `networks` with a discriminator that has seen nothing.
    mutating func beginAdversary(with networks: VoiceNetworks) {
        self.networks = networks
        average = EMA(of: networks, decay: configuration.averaging)
        makeAdversary()
    }

    /// - Precondition: The run has one.
    mutating func makeAdversary() {
        adversary = VoiceAdversary(
            configuration.adversary!, bands: networks.acoustic.configuration.bands, seed: configuration.seed, engine: engine)
    }

    /// Updates the discriminator and the decoder; all else stays as it is.
    mutating func adversarialStep(_ batch: VoiceBatch, _ adversary: inout VoiceAdversary) -> VoiceLosses {
        var losses = VoiceLosses()
        let layout = batch.tokens.layout
        let (encoded, durations) = encoded(batch)
        let tape = Tape(engine)
        let targets = batch.targets(durations)
        let decoded = networks.acoustic.decoder.decoded(
            Variable(encoded), layout, durations: durations, pitch: layout.packed(noisy(targets.pitch, step: adversary.step)),
            energy: layout.packed(targets.energy), noise: adversary.noise, dropout: adversary.dropout, on: tape)
        let loss = DecoderLoss(decoded.output.value, batch, melWeight: adversary.configuration.melWeight)
        decoded.output.accumulate(loss.gradient)
        (losses.mel, losses.frequency, losses.voicing) = (loss.mel, loss.frequency, loss.voicing)
        let windows = adversary.windows(of: batch.frames)
        var found = VoiceAdversary.Losses()
        let features = adversary.judge(decoded.output.value, batch.mel, windows, &found)
        if adversary.configuration.share(at: adversary.step) > 0 {
            adversary.deceive(decoded.output, features, windows, melLoss: loss.mel, on: tape, &found)
        }
        losses.adversary = found
        tape.backward()
        let gradients = tape.gradients
        losses.gradientNorm = gradients.clip(toNorm: configuration.maxGradientNorm)
        let share = adversary.configuration.learningRateFactor(at: adversary.step)
        adversary.decoderOptimiser.update(&networks.acoustic.decoder, along: gradients, share: share)
        average.add(networks, step: adversary.step + 1)
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
