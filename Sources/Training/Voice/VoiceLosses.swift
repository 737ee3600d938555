import Kernels
import Neural
import Platform
import Tensors

/// The losses of one step, each as it was before it was weighted.
struct VoiceLosses: Equatable {
    /// Mean absolute difference, bands in deviations.
    var mel = 0.0
    var forwardSum = 0.0
    var binarization = 0.0
    /// Mean square of ln (frames + 1).
    var duration = 0.0
    var pitch = 0.0
    var energy = 0.0
    /// Mean absolute difference of ln F0 of voiced frames, in deviations.
    var frequency = 0.0
    /// Cross entropy.
    var voicing = 0.0
    /// The gradient's, before it was cut.
    var gradientNorm = 0.0
    /// In the melDiscriminator's part of a run, where nothing but the decoder learns.
    var melDiscriminator: MelDiscriminatorTraining.Losses?

    static let weights = (predictors: 0.1, frequency: 0.1, voicing: 0.1, binarization: 0.1)

    var isFinite: Bool {
        scalars.allSatisfy(\.value.isFinite)
    }

    /// Under the tags of the log.
    var scalars: [(tag: String, value: Double)] {
        if let melDiscriminator {
            return [
                ("loss/mel", mel), ("loss/frequency", frequency), ("loss/voicing", voicing),
                ("gradient/voice", gradientNorm), ("melDiscriminator/discriminator", melDiscriminator.discriminator),
                ("melDiscriminator/deception", melDiscriminator.generator), ("melDiscriminator/features", melDiscriminator.features),
                ("melDiscriminator/real_accuracy", melDiscriminator.realAccuracy),
                ("melDiscriminator/fake_accuracy", melDiscriminator.fakeAccuracy),
            ]
        }
        return [
            ("loss/mel", mel), ("loss/forward_sum", forwardSum), ("loss/binarization", binarization),
            ("loss/duration", duration), ("loss/pitch", pitch), ("loss/energy", energy), ("loss/frequency", frequency),
            ("loss/voicing", voicing), ("gradient/voice", gradientNorm),
        ]
    }

    /// What the progress line has room for.
    var brief: [(name: String, value: Double)] {
        if let melDiscriminator {
            return [
                ("mel", mel), ("judge", melDiscriminator.discriminator), ("deceive", melDiscriminator.generator),
                ("right", (melDiscriminator.realAccuracy + melDiscriminator.fakeAccuracy) / 2), ("f0", frequency),
            ]
        }
        return [
            ("mel", mel), ("align", forwardSum), ("bin", binarization), ("dur", duration), ("pitch", pitch), ("f0", frequency),
        ]
    }
}

/// The losses of what a decoder gave, and their gradient.
struct DecoderLoss {
    let mel: Double
    let frequency: Double
    let voicing: Double
    /// Of the weighted sum, with respect to the output `[1, rows, bands + 2]`.
    let gradient: Tensor

    /// - Parameters:
    ///   - output: `[1, rows, bands + 2]`, by the batch's frames.
    ///   - melWeight: Of the mel's part in the gradient.
    init(_ output: Tensor, _ batch: VoiceBatch, melWeight: Double = 1) {
        let bands = batch.mel.channels, width = bands + 2
        let gradient = Tensor.zeros(output.shape)
        let rows = batch.frames.contentRows
        let (from, to, target) = (output.pointer(Float.self), gradient.pointer(Float.self), batch.mel.pointer(Float.self))
        let voicedCount = max(1, batch.pitch.count { $0 != nil })
        let melGradient = Float(melWeight) / Float(rows.count * bands)
        let frequencyGradient = Float(VoiceLosses.weights.frequency) / Float(voicedCount)
        let voicingGradient = Float(VoiceLosses.weights.voicing) / Float(rows.count)
        var (mel, frequency, voicing) = (0.0, 0.0, 0.0)
        for (frame, row) in rows.enumerated() {
            let (values, slopes, wanted) = (from + row * width, to + row * width, target + row * bands)
            var sum: Float = 0
            for band in 0..<bands {
                let difference = values[band] - wanted[band]
                sum += abs(difference)
                slopes[band] = difference > 0 ? melGradient : difference < 0 ? -melGradient : 0
            }
            mel += Double(sum)
            if let pitch = batch.pitch[frame] {
                let difference = values[bands] - pitch
                frequency += Double(abs(difference))
                slopes[bands] = difference > 0 ? frequencyGradient : difference < 0 ? -frequencyGradient : 0
            }
            let score = values[bands + 1], isVoiced: Float = batch.pitch[frame] != nil ? 1 : 0
            // ln (1 + e^s) - v s, without overflow.
            voicing += Double(max(score, 0) - score * isVoiced + log1pf(expf(-abs(score))))
            slopes[bands + 1] = voicingGradient * (1 / (1 + expf(-score)) - isVoiced)
        }
        withExtendedLifetime((output, gradient, batch.mel)) {}
        self.mel = mel / Double(rows.count * bands)
        self.frequency = frequency / Double(voicedCount)
        self.voicing = voicing / Double(rows.count)
        self.gradient = gradient
    }
}

/// The mean square error of a predictor and its gradient.
struct PredictorLoss {
    let value: Double
    let gradient: Tensor

    /// - Parameters:
    ///   - prediction: `[1, rows, 1]`.
    ///   - targets: of all phonemes, one after the other.
    init(_ prediction: Tensor, _ layout: SignalLayout, targets: [Float], weight: Double) {
        let gradient = Tensor.zeros(prediction.shape)
        let values = prediction.pointer(Float.self)
        var sum = 0.0
        for (target, row) in zip(targets, layout.contentRows) {
            let difference = values[row] - target
            sum += Double(difference * difference)
            gradient.pointer(Float.self)[row] = 2 * Float(weight) * difference / Float(targets.count)
        }
        withExtendedLifetime((prediction, gradient)) {}
        value = sum / Double(targets.count)
        self.gradient = gradient
    }
}
