import Kernels
import Platform
import Spectra
import Tensors
import TextToMel

/// Sentences to train or judge on, as the networks take them.
struct VoiceBatch {
    let tokens: TokenBatch
    let frames: SignalLayout
    /// `[1, rows, bands]`: the mel, each band in deviations from its mean.
    let mel: Tensor
    /// For each frame of all sentences ln F0 in deviations from its mean; nil where unvoiced.
    let pitch: [Float?]
    /// For each frame the mean of its bands, in deviations.
    let energy: [Float]

    init(_ utterances: [Utterance], tokens: [PhonemeTokens], in set: TrainingSet, _ statistics: VoiceStatistics) {
        self.tokens = TokenBatch(tokens)
        frames = SignalLayout(lengths: utterances.map(\.frames.count))
        let bands = set.convention.bandCount
        let mels = utterances.map { utterance in
            var values = set.mel(of: utterance.recording, frames: utterance.frames)
            for index in values.indices {
                let band = index % bands
                values[index] = (values[index] - statistics.bandMeans[band]) / statistics.bandDeviations[band]
            }
            return values
        }
        mel = frames.packed(mels, channels: bands)
        pitch = utterances.flatMap { utterance in
            utterance.frequencies.map { frequency in
                frequency > 0 ? (logf(frequency) - statistics.pitchMean) / statistics.pitchDeviation : nil
            }
        }
        energy = mels.flatMap { values in
            stride(from: 0, to: values.count, by: bands).map { values[$0..<$0 + bands].reduce(0, +) / Float(bands) }
        }
    }

    /// What each phoneme's pitch and energy are where they last so long: means over their frames, of pitch over the voiced ones
    /// and 0 where there is none. Of all sentences, one after the other.
    func targets(_ durations: [[Int]]) -> (pitch: [Float], energy: [Float]) {
        var (pitches, energies, frame) = ([Float](), [Float](), 0)
        for duration in durations.joined() {
            let range = frame..<frame + duration
            let voiced = pitch[range].compactMap { $0 }
            pitches.append(voiced.isEmpty ? 0 : voiced.reduce(0, +) / Float(voiced.count))
            energies.append(duration == 0 ? 0 : energy[range].reduce(0, +) / Float(duration))
            frame = range.upperBound
        }
        return (pitches, energies)
    }
}

extension SignalLayout {
    /// Numbers of all signals, one after the other, as a tensor `[1, rows, 1]`.
    func packed(_ numbers: [Float]) -> Tensor {
        precondition(numbers.count == contentCount, "\(numbers.count) numbers for \(contentCount) rows")
        let tensor = Tensor.zeros([1, rowCount, 1])
        for (number, row) in zip(numbers, contentRows) { tensor.pointer(Float.self)[row] = number }
        withExtendedLifetime(tensor) {}
        return tensor
    }

    /// The way back of ``packed(_:)``.
    func numbers(of tensor: Tensor) -> [Float] {
        let values = tensor.values
        return contentRows.map { values[$0] }
    }
}
