import Platform
import Tensors

/// How well each phoneme fits each frame of one sentence, `[T, N]`:
///
///     likelihood[t, n] = softmax over n of  -temperature |query[t] - key[n]|^2
///     score[t, n] = ln likelihood[t, n] + prior[t, n]
struct AlignmentScores {
    let frames: Int
    let phonemes: Int
    /// ln likelihood.
    private(set) var logarithms: [Float]
    /// With the prior.
    private(set) var scores: [Float]

    static let temperature: Float = 0.005

    /// - Parameters:
    ///   - queries: `[T, width]`.
    ///   - keys: `[N, width]`.
    ///   - prior: `[T, N]`.
    init(
        queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, frames: Int, phonemes: Int, width: Int, prior: [Float]
    ) {
        precondition(prior.count == frames * phonemes, "\(prior.count) numbers for \(frames) frames of \(phonemes) phonemes")
        (self.frames, self.phonemes) = (frames, phonemes)
        logarithms = [Float](repeating: 0, count: frames * phonemes)
        scores = prior
        for frame in 0..<frames {
            let row = frame * phonemes
            var greatest = -Float.infinity
            for phoneme in 0..<phonemes {
                let distance = Self.distance(queries + frame * width, keys + phoneme * width, width)
                logarithms[row + phoneme] = -Self.temperature * distance
                greatest = max(greatest, logarithms[row + phoneme])
            }
            var sum: Float = 0
            for phoneme in 0..<phonemes { sum += expf(logarithms[row + phoneme] - greatest) }
            let norm = greatest + logf(sum)
            for phoneme in 0..<phonemes {
                logarithms[row + phoneme] -= norm
                scores[row + phoneme] += logarithms[row + phoneme]
            }
        }
    }

    /// Adds the gradients of a loss to those of queries and keys, from that loss's gradient with respect to `logarithms`.
    ///
    /// Every row of `slopes` must sum to the negative of what it pulls at: the softmax's own part is subtracted here.
    func addGradients(
        from slopes: [Float], queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, width: Int,
        queryGradient: UnsafeMutablePointer<Float>, keyGradient: UnsafeMutablePointer<Float>
    ) {
        for frame in 0..<frames {
            let row = frame * phonemes
            let total = slopes[row..<row + phonemes].reduce(0, +)
            for phoneme in 0..<phonemes {
                let slope = slopes[row + phoneme] - total * expf(logarithms[row + phoneme])
                // |q - k|^2 has the gradient 2 (q - k).
                let factor = -2 * Self.temperature * slope
                if factor == 0 { continue }
                let (q, k) = (queries + frame * width, keys + phoneme * width)
                let (dq, dk) = (queryGradient + frame * width, keyGradient + phoneme * width)
                for index in 0..<width {
                    let pull = factor * (q[index] - k[index])
                    dq[index] += pull
                    dk[index] -= pull
                }
            }
        }
    }

    @inline(__always)
    private static func distance(_ q: UnsafePointer<Float>, _ k: UnsafePointer<Float>, _ width: Int) -> Float {
        var sum = SIMD16<Float>.zero
        var index = 0
        while index + 16 <= width {
            let difference = Float.loadVector(q + index) - Float.loadVector(k + index)
            sum += difference * difference
            index += 16
        }
        var rest: Float = 0
        while index < width {
            rest += (q[index] - k[index]) * (q[index] - k[index])
            index += 1
        }
        return sum.sum() + rest
    }
}
