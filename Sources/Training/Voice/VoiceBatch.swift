import Kernels
import Platform
import Spectra
import Tensors
import TextToMel

/// Sentences as the networks take them, packed one after the other.
struct VoiceBatch {
    let tokens: TokenBatch
    let frames: SignalLayout
    /// `[1, rows, bands]`: the mel, each band in standard deviations from its mean.
    let mel: Tensor
    /// For each frame of all sentences ln F0 in standard deviations from its mean; nil where unvoiced.
    let pitch: [Float?]
    /// For each frame of all sentences the mean of its normalized bands.
    let energy: [Float]

    init(_ utterances: [Utterance], tokens: [PhonemeTokens], in set: TrainingSet, _ description: VoiceDescription) {
        let statistics = description.statistics
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
        pitch = zip(utterances, tokens).flatMap { utterance, tokens in
            let mean = description.pitchMean(ofSpeaker: tokens.speaker)
            return utterance.frequencies.map { frequency in
                frequency > 0 ? (logf(frequency) - mean) / statistics.pitchDeviation : nil
            }
        }
        energy = mels.flatMap { values in
            stride(from: 0, to: values.count, by: bands).map { values[$0..<$0 + bands].reduce(0, +) / Float(bands) }
        }
    }

    /// The pitch and energy of each phoneme of all sentences, one after the other: means over the phoneme's frames, of pitch over the
    /// voiced ones, and 0 where there is none (FastPitch, Łańcucki 2021, section 2.2).
    ///
    /// - Parameter durations: By sentence: frames of each phoneme.
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

    /// The inverse of ``packed(_:)``.
    func numbers(of tensor: Tensor) -> [Float] {
        let values = tensor.values
        return contentRows.map { values[$0] }
    }
}

/// Draws the sentences of a step: a function of the seed and the step.
///
/// Every sentence comes once before any comes again. They are not sorted by length, as packed signals need no padding.
struct VoiceSampler: Sendable {
    let count: Int
    let batch: Int
    let seed: UInt64

    /// - Parameters:
    ///   - count: How many sentences there are.
    ///   - batch: Sentences of a step; where there are fewer, all of them.
    init(count: Int, batch: Int, seed: UInt64) {
        self.count = count
        self.batch = min(batch, count)
        self.seed = seed
    }

    /// The indices of the sentences for the step after `step` steps.
    func sentences(_ step: Int) -> [Int] {
        let positions = step * batch..<(step + 1) * batch
        // A batch is no larger than an epoch, and so lies in two of them at the most.
        let epochs = [positions.lowerBound / count, (positions.upperBound - 1) / count]
        let orders = epochs.map(order(ofEpoch:))
        return positions.map { orders[$0 / count == epochs[0] ? 0 : 1][$0 % count] }
    }

    /// A random permutation of all sentences (Fisher and Yates).
    private func order(ofEpoch epoch: Int) -> [Int] {
        var random = SplitMix64(seed: seed, position: [0x766F_6963_65, UInt64(epoch)])
        var order = Array(0..<count)
        for position in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(position, random.integer(below: position + 1))
        }
        return order
    }
}
