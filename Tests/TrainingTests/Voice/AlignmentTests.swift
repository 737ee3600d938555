import Kernels
import Platform
import Tensors
import TestSupport
import Testing
@testable import Training

@Suite struct AlignmentTests {
    /// Every way to give `frames` frames to `phonemes` phonemes in order, each at least one.
    static func allDurations(_ frames: Int, _ phonemes: Int) -> [[Int]] {
        if phonemes == 1 { return [[frames]] }
        return (1...(frames - phonemes + 1)).flatMap { first in
            allDurations(frames - first, phonemes - 1).map { [first] + $0 }
        }
    }

    static func score(_ durations: [Int], _ scores: [Float]) -> Double {
        var (frame, sum) = (0, 0.0)
        for (phoneme, duration) in durations.enumerated() {
            for _ in 0..<duration {
                sum += Double(scores[frame * durations.count + phoneme])
                frame += 1
            }
        }
        return sum
    }

    static func randomScores(_ frames: Int, _ phonemes: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed, position: [])
        return (0..<frames * phonemes).map { _ in 2 * random.normal() }
    }

    static let sizes = [(1, 1), (4, 1), (3, 3), (7, 3), (9, 5)]

    @Test("The forward sum is the likelihood of all alignments together", arguments: sizes)
    func forwardSum(frames: Int, phonemes: Int) {
        let scores = Self.randomScores(frames, phonemes, seed: 1)
        let expected = Self.allDurations(frames, phonemes).reduce(0.0) { $0 + exp(Self.score($1, scores)) }
        let found = ForwardSumLoss(scores, frames: frames, phonemes: phonemes)
        #expect(abs(found.value + log(expected) / Double(frames)) < 1e-5)
    }

    @Test("The forward sum's gradient is that of finite differences, and takes each frame once", arguments: sizes)
    func forwardSumGradient(frames: Int, phonemes: Int) {
        let scores = Self.randomScores(frames, phonemes, seed: 2)
        let gradient = ForwardSumLoss(scores, frames: frames, phonemes: phonemes).gradient
        for index in scores.indices {
            func loss(_ step: Float) -> Double {
                var moved = scores
                moved[index] += step
                return ForwardSumLoss(moved, frames: frames, phonemes: phonemes).value
            }
            #expect(abs(Double(gradient[index]) - (loss(1e-2) - loss(-1e-2)) / 2e-2) < 2e-4)
        }
        for frame in 0..<frames {
            let sum = gradient[frame * phonemes..<(frame + 1) * phonemes].reduce(0, +)
            #expect(abs(sum + 1 / Float(frames)) < 1e-5)
        }
    }

    @Test("The monotonic search finds the best of all alignments", arguments: sizes)
    func monotonicSearch(frames: Int, phonemes: Int) {
        for seed in 3..<20 {
            let scores = Self.randomScores(frames, phonemes, seed: UInt64(seed))
            let best = Self.allDurations(frames, phonemes).map { Self.score($0, scores) }.max()!
            let found = MonotonicAlignment.durations(scores, frames: frames, phonemes: phonemes)
            #expect(found.reduce(0, +) == frames && found.allSatisfy { $0 >= 1 })
            #expect(abs(Self.score(found, scores) - best) < 1e-4)
        }
    }

    @Test("The prior of each frame sums to one and runs along the diagonal")
    func prior() {
        let (frames, phonemes) = (50, 12)
        let logarithms = AlignmentPrior(longest: 80).logarithms(frames: frames, phonemes: phonemes)
        for frame in 0..<frames {
            let row = logarithms[frame * phonemes..<(frame + 1) * phonemes].map { exp(Double($0)) }
            #expect(abs(row.reduce(0, +) - 1) < 1e-5)
            // The mean of a beta-binomial of n, alpha, beta is n alpha / (alpha + beta).
            let mean = row.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
            #expect(abs(mean - Double(phonemes - 1) * Double(frame + 1) / Double(frames + 1)) < 1e-4)
        }
    }

    @Test("The gradients of the aligner's losses are those of finite differences")
    func alignmentLoss() {
        let (frames, phonemes) = (SignalLayout(lengths: [9, 5]), SignalLayout(lengths: [4, 3]))
        var random = SplitMix64(seed: 5, position: [])
        func signals(_ layout: SignalLayout) -> Tensor {
            layout.packed(layout.lengths.map { (0..<$0 * 20).map { _ in 8 * random.normal() } }, channels: 20)
        }
        let (queries, keys) = (signals(frames), signals(phonemes))
        let prior = AlignmentPrior(longest: 40)
        func loss(_ queries: Tensor, _ keys: Tensor) -> AlignmentLoss {
            AlignmentLoss(
                queries: queries, keys: keys, frames: frames, phonemes: phonemes, prior: prior, binarizationWeight: 0.7)
        }
        let found = loss(queries, keys)
        func value(_ queries: Tensor, _ keys: Tensor) -> Double {
            let loss = loss(queries, keys)
            return loss.forwardSum + 0.7 * loss.binarization
        }
        expectGradient(found.queryGradient, at: queries, step: 2e-3, within: 1e-2, "queries") { moved in
            frames.clearMargins(of: moved)
            return value(moved, keys)
        }
        expectGradient(found.keyGradient, at: keys, step: 2e-3, within: 1e-2, "keys") { moved in
            phonemes.clearMargins(of: moved)
            return value(queries, moved)
        }
    }
}
