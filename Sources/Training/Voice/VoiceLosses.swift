import Kernels
import Neural
import Platform
import Tensors

/// The losses of one step, each before it is weighted.
struct VoiceLosses: Equatable {
    /// The L1 loss of the decoder's mel, each band in standard deviations.
    var mel = 0.0
    /// The ``ForwardSumLoss`` of the aligner.
    var forwardSum = 0.0
    /// The binarization loss of the aligner.
    var binarization = 0.0
    /// The mean square error of the duration predictor, of ln (frames + 1).
    var duration = 0.0
    /// The mean square error of the pitch predictor, of ln F0 in standard deviations.
    var pitch = 0.0
    /// The mean square error of the energy predictor, of the mean of the normalized bands.
    var energy = 0.0
    /// The mean square error of the velocities of the ``ProsodyFlow``; 0 where there is none.
    var flow = 0.0
    /// The L1 loss of the decoder's F0 track over voiced frames, of ln F0 in standard deviations.
    var f0 = 0.0
    /// The binary cross entropy of the decoder's voicing.
    var voicing = 0.0
    /// The norm of the gradient before it is clipped.
    var gradientNorm = 0.0
    /// The losses of adversarial training, in which nothing but the decoder is trained; nil before it.
    var melDiscriminator: MelDiscriminatorTraining.Losses?

    /// The weights of the losses; that of the mel and of the forward sum is 1.
    static let weights = (predictors: 0.1, f0: 0.1, voicing: 0.1, binarization: 0.1)

    var isFinite: Bool {
        scalars.allSatisfy(\.value.isFinite)
    }

    /// The losses under the tags of the log.
    var scalars: [(tag: String, value: Double)] {
        if let melDiscriminator {
            return [
                ("loss/mel", mel), ("loss/f0", f0), ("loss/voicing", voicing), ("gradient/voice", gradientNorm),
                ("loss/discriminator", melDiscriminator.discriminator), ("loss/generator", melDiscriminator.generator),
                ("loss/feature_matching", melDiscriminator.featureMatching),
                ("accuracy/real", melDiscriminator.realAccuracy), ("accuracy/fake", melDiscriminator.fakeAccuracy),
            ]
        }
        return [
            ("loss/mel", mel), ("loss/forward_sum", forwardSum), ("loss/binarization", binarization),
            ("loss/duration", duration), ("loss/pitch", pitch), ("loss/energy", energy), ("loss/flow", flow), ("loss/f0", f0),
            ("loss/voicing", voicing), ("gradient/voice", gradientNorm),
        ]
    }

    /// The losses that the progress line has room for.
    var brief: [(name: String, value: Double)] {
        if let melDiscriminator {
            return [
                ("mel", mel), ("d", melDiscriminator.discriminator), ("g", melDiscriminator.generator),
                ("accuracy", (melDiscriminator.realAccuracy + melDiscriminator.fakeAccuracy) / 2), ("f0", f0),
            ]
        }
        return [
            ("mel", mel), ("align", forwardSum), ("bin", binarization), ("dur", duration), ("pitch", pitch), ("flow", flow), ("f0", f0),
        ]
    }
}

/// The losses of the decoder's output: L1 of the mel, L1 of F0 over voiced frames and cross entropy of voicing; and their gradient.
struct DecoderLoss {
    let mel: Double
    let f0: Double
    let voicing: Double
    /// The gradient of the weighted sum with respect to the output, `[1, rows, bands + 2]`.
    let gradient: Tensor

    /// - Parameters:
    ///   - output: `[1, rows, bands + 2]`: the mel, ln F0 and the logit of voicing of each frame of the batch.
    ///   - melWeight: The weight of the mel loss in the gradient.
    init(_ output: Tensor, _ batch: VoiceBatch, melWeight: Double = 1) {
        let bands = batch.mel.channels, width = bands + 2
        let gradient = Tensor.zeros(output.shape)
        let rows = batch.frames.contentRows
        let (from, to, target) = (output.pointer(Float.self), gradient.pointer(Float.self), batch.mel.pointer(Float.self))
        let voicedCount = max(1, batch.pitch.count { $0 != nil })
        let melGradient = Float(melWeight) / Float(rows.count * bands)
        let f0Gradient = Float(VoiceLosses.weights.f0) / Float(voicedCount)
        let voicingGradient = Float(VoiceLosses.weights.voicing) / Float(rows.count)
        var (mel, f0, voicing) = (0.0, 0.0, 0.0)
        for (frame, row) in rows.enumerated() {
            let (values, gradients, targets) = (from + row * width, to + row * width, target + row * bands)
            var sum: Float = 0
            for band in 0..<bands {
                let difference = values[band] - targets[band]
                sum += abs(difference)
                gradients[band] = difference > 0 ? melGradient : difference < 0 ? -melGradient : 0
            }
            mel += Double(sum)
            if let pitch = batch.pitch[frame] {
                let difference = values[bands] - pitch
                f0 += Double(abs(difference))
                gradients[bands] = difference > 0 ? f0Gradient : difference < 0 ? -f0Gradient : 0
            }
            let logit = values[bands + 1], isVoiced: Float = batch.pitch[frame] != nil ? 1 : 0
            // ln (1 + e^x) - v x for the logit x and the voicing v, without overflow.
            voicing += Double(max(logit, 0) - logit * isVoiced + log1pf(expf(-abs(logit))))
            gradients[bands + 1] = voicingGradient * (1 / (1 + expf(-logit)) - isVoiced)
        }
        withExtendedLifetime((output, gradient, batch.mel)) {}
        self.mel = mel / Double(rows.count * bands)
        self.f0 = f0 / Double(voicedCount)
        self.voicing = voicing / Double(rows.count)
        self.gradient = gradient
    }
}

/// The mean square error of a predictor of durations, pitch or energy, or of a flow's velocities, and its gradient.
struct PredictorLoss {
    /// Before it is weighted.
    let value: Double
    /// The gradient of the weighted loss with respect to the prediction, `[1, rows, 1]`.
    let gradient: Tensor

    /// - Parameters:
    ///   - prediction: `[1, rows, channels]`.
    ///   - targets: `[phonemes, channels]` of all sentences, one sentence after the other.
    init(_ prediction: Tensor, _ layout: SignalLayout, targets: [Float], weight: Double) {
        let gradient = Tensor.zeros(prediction.shape)
        let (values, channels) = (prediction.pointer(Float.self), prediction.channels)
        var (sum, next) = (0.0, 0)
        for row in layout.contentRows {
            for index in row * channels..<(row + 1) * channels {
                let difference = values[index] - targets[next]
                sum += Double(difference * difference)
                gradient.pointer(Float.self)[index] = 2 * Float(weight) * difference / Float(targets.count)
                next += 1
            }
        }
        withExtendedLifetime((prediction, gradient)) {}
        value = sum / Double(targets.count)
        self.gradient = gradient
    }
}
