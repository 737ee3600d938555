import Kernels
import Platform
import Synchronization
import Tensors

/// What the aligner learns by, over a batch: the forward-sum loss, and minus the mean ln likelihood of the likeliest alignment,
/// which draws the soft alignment to a hard one.
struct AlignmentLoss {
    /// Means over sentences.
    let forwardSum: Double
    let binarization: Double
    /// By sentence: frames of each phoneme.
    let durations: [[Int]]
    /// Of the sum of both losses as weighted.
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
            let scores = AlignmentScores(
                queries: UnsafePointer(queries.pointer(Float.self)) + q, keys: UnsafePointer(keys.pointer(Float.self)) + k,
                frames: frameCount, phonemes: phonemeCount, width: width,
                prior: prior.logarithms(frames: frameCount, phonemes: phonemeCount))
            let sum = ForwardSumLoss(scores.scores, frames: frameCount, phonemes: phonemeCount)
            let durations = MonotonicAlignment.durations(scores.scores, frames: frameCount, phonemes: phonemeCount)
            var slopes = sum.gradient.map { $0 / Float(count) }
            let weight = Float(binarizationWeight) / Float(frameCount * count)
            var (frame, logarithm) = (0, 0.0)
            for (phoneme, duration) in durations.enumerated() {
                for _ in 0..<duration {
                    let place = frame * phonemeCount + phoneme
                    logarithm -= Double(scores.logarithms[place]) / Double(frameCount)
                    slopes[place] -= weight
                    frame += 1
                }
            }
            scores.addGradients(
                from: slopes, queries: UnsafePointer(queries.pointer(Float.self)) + q,
                keys: UnsafePointer(keys.pointer(Float.self)) + k, width: width,
                queryGradient: queryGradient.pointer(Float.self) + q, keyGradient: keyGradient.pointer(Float.self) + k)
            let sentence = Sentence(forwardSum: sum.loss, binarization: logarithm, durations: durations)
            results.withLock { $0[index] = sentence }
        }
        withExtendedLifetime((queries, keys, queryGradient, keyGradient)) {}
        let sentences = results.withLock { $0.map { $0! } }
        forwardSum = sentences.reduce(0) { $0 + $1.forwardSum } / Double(count)
        binarization = sentences.reduce(0) { $0 + $1.binarization } / Double(count)
        durations = sentences.map(\.durations)
        (self.queryGradient, self.keyGradient) = (queryGradient, keyGradient)
    }

    /// The scores of one sentence of a batch.
    static func scores(
        queries: Tensor, keys: Tensor, frames: SignalLayout, phonemes: SignalLayout, prior: AlignmentPrior, of index: Int
    ) -> AlignmentScores {
        let width = queries.channels
        defer { withExtendedLifetime((queries, keys)) {} }
        return AlignmentScores(
            queries: UnsafePointer(queries.pointer(Float.self)) + frames.starts[index] * width,
            keys: UnsafePointer(keys.pointer(Float.self)) + phonemes.starts[index] * width,
            frames: frames.lengths[index], phonemes: phonemes.lengths[index], width: width,
            prior: prior.logarithms(frames: frames.lengths[index], phonemes: phonemes.lengths[index]))
    }
}
