import Kernels
import Platform
import Synchronization
import Tensors

/// The losses of the aligner over a batch: the forward-sum loss, and the binarization loss, which draws the soft alignment to a hard
/// one (Badlani et al. 2021, sections 2.1 and 2.3).
///
///     binarization = -1 / T  sum over t of  ln probability[t, n(t)],  n the likeliest monotonic alignment
struct AlignmentLoss {
    /// The mean over sentences.
    let forwardSum: Double
    /// The mean over sentences, not weighted.
    let binarization: Double
    /// By sentence: frames of each phoneme by the likeliest monotonic alignment.
    let durations: [[Int]]
    /// The gradients of the sum of both losses, with the weight of the binarization loss.
    let queryGradient: Tensor
    let keyGradient: Tensor

    private struct Sentence {
        let forwardSum: Double
        let binarization: Double
        let durations: [Int]
    }

    /// - Parameter binarizationWeight: 0 or more.
    init(
        queries: Tensor, keys: Tensor, frames: SignalLayout, phonemes: SignalLayout, prior: AlignmentPrior,
        binarizationWeight: Double
    ) {
        let count = frames.signalCount
        let (queryGradient, keyGradient) = (Tensor.zeros(queries.shape), Tensor.zeros(keys.shape))
        let results = Mutex([Sentence?](repeating: nil, count: count))
        Parallel.forEachItem(count, workers: Parallel.threadCount) { _, index in
            let (frameCount, phonemeCount) = (frames.lengths[index], phonemes.lengths[index])
            let width = queries.channels
            let (q, k) = (frames.starts[index] * width, phonemes.starts[index] * width)
            let scores = AlignmentScores(queries: queries, frames, keys: keys, phonemes, prior: prior, sentence: index)
            let forwardSum = ForwardSumLoss(scores.scores, frames: frameCount, phonemes: phonemeCount)
            let durations = scores.durations
            var gradient = forwardSum.gradient.map { $0 / Float(count) }
            let weight = Float(binarizationWeight) / Float(frameCount * count)
            var (frame, binarization) = (0, 0.0)
            for (phoneme, duration) in durations.enumerated() {
                for _ in 0..<duration {
                    let cell = frame * phonemeCount + phoneme
                    binarization -= Double(scores.logProbabilities[cell]) / Double(frameCount)
                    gradient[cell] -= weight
                    frame += 1
                }
            }
            scores.addGradients(
                from: gradient, queries: UnsafePointer(queries.pointer(Float.self)) + q,
                keys: UnsafePointer(keys.pointer(Float.self)) + k, width: width,
                queryGradient: queryGradient.pointer(Float.self) + q, keyGradient: keyGradient.pointer(Float.self) + k)
            let sentence = Sentence(forwardSum: forwardSum.value, binarization: binarization, durations: durations)
            results.withLock { $0[index] = sentence }
        }
        withExtendedLifetime((queries, keys, queryGradient, keyGradient)) {}
        let sentences = results.withLock { $0.map { $0! } }
        forwardSum = sentences.reduce(0) { $0 + $1.forwardSum } / Double(count)
        binarization = sentences.reduce(0) { $0 + $1.binarization } / Double(count)
        durations = sentences.map(\.durations)
        (self.queryGradient, self.keyGradient) = (queryGradient, keyGradient)
    }
}

/// The forward-sum loss: minus the log-likelihood of all monotonic alignments together, which is a CTC loss without blanks (Shih et
/// al., "RAD-TTS", 2021, section 2.1):
///
///     loss = -1 / T ln sum over paths of  product over t of exp score[t, n(t)]
///
/// A path begins at the first phoneme, ends at the last, and from frame to frame stays or goes to the next. The sum is computed in
/// logarithms by the forward-backward algorithm of hidden Markov models.
struct ForwardSumLoss {
    let value: Double
    /// The gradient with respect to the scores, `[T, N]`: minus the posterior probability that frame t belongs to phoneme n, by T.
    let gradient: [Float]

    /// - Precondition: There are at least as many frames as phonemes.
    init(_ scores: [Float], frames: Int, phonemes: Int) {
        precondition(frames >= phonemes && phonemes > 0, "\(frames) frames for \(phonemes) phonemes")
        let forward = Self.forwardSums(scores, frames, phonemes)
        let total = forward[frames * phonemes - 1]
        var gradient = [Float](repeating: 0, count: frames * phonemes)
        // For each phoneme the logarithm of the sum over all paths that go on from the current frame, without its own score.
        var backward = [Float](repeating: -.infinity, count: phonemes)
        backward[phonemes - 1] = 0
        for frame in stride(from: frames - 1, through: 0, by: -1) {
            let row = frame * phonemes
            for phoneme in 0..<phonemes {
                let exponent = forward[row + phoneme] + backward[phoneme] - total
                gradient[row + phoneme] = exponent > -80 ? -expf(exponent) / Float(frames) : 0
            }
            for phoneme in 0..<phonemes {
                let staying = backward[phoneme] + scores[row + phoneme]
                let advancing = phoneme + 1 < phonemes ? backward[phoneme + 1] + scores[row + phoneme + 1] : -.infinity
                backward[phoneme] = Self.logAdded(staying, advancing)
            }
        }
        value = -Double(total) / Double(frames)
        self.gradient = gradient
    }

    /// `[T, N]`: for each cell the logarithm of the sum over all paths that end there.
    private static func forwardSums(_ scores: [Float], _ frames: Int, _ phonemes: Int) -> [Float] {
        var sums = [Float](repeating: -.infinity, count: frames * phonemes)
        sums[0] = scores[0]
        for frame in 1..<max(1, frames) {
            let (row, before) = (frame * phonemes, (frame - 1) * phonemes)
            sums[row] = sums[before] + scores[row]
            for phoneme in 1..<max(1, phonemes) {
                sums[row + phoneme] = logAdded(sums[before + phoneme], sums[before + phoneme - 1]) + scores[row + phoneme]
            }
        }
        return sums
    }

    /// ln (e^a + e^b).
    @inline(__always)
    private static func logAdded(_ a: Float, _ b: Float) -> Float {
        let (greater, lesser) = a > b ? (a, b) : (b, a)
        let difference = lesser - greater
        return difference > -18 ? greater + log1pf(expf(difference)) : greater
    }
}
