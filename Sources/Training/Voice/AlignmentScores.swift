import Evaluation
import Kernels
import Platform
import Tensors

/// The soft alignment of one sentence of N phonemes and T frames, `[T, N]`:
///
///     probability[t, n] = softmax over n of  -temperature |query[t] - key[n]|^2
///     score[t, n] = ln probability[t, n] + prior[t, n]
struct AlignmentScores {
    let frames: Int
    let phonemes: Int
    /// ln probability, `[T, N]`.
    private(set) var logProbabilities: [Float]
    /// ln probability with the prior added, `[T, N]`.
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
        logProbabilities = [Float](repeating: 0, count: frames * phonemes)
        scores = prior
        for frame in 0..<frames {
            let row = frame * phonemes
            var greatest = -Float.infinity
            for phoneme in 0..<phonemes {
                let distance = Self.distance(queries + frame * width, keys + phoneme * width, width)
                logProbabilities[row + phoneme] = -Self.temperature * distance
                greatest = max(greatest, logProbabilities[row + phoneme])
            }
            var sum: Float = 0
            for phoneme in 0..<phonemes { sum += expf(logProbabilities[row + phoneme] - greatest) }
            let norm = greatest + logf(sum)
            for phoneme in 0..<phonemes {
                logProbabilities[row + phoneme] -= norm
                scores[row + phoneme] += logProbabilities[row + phoneme]
            }
        }
    }

    /// The scores of one sentence of a batch.
    init(
        queries: Tensor, _ frames: SignalLayout, keys: Tensor, _ phonemes: SignalLayout, prior: AlignmentPrior, sentence: Int
    ) {
        let width = queries.channels
        defer { withExtendedLifetime((queries, keys)) {} }
        self.init(
            queries: UnsafePointer(queries.pointer(Float.self)) + frames.starts[sentence] * width,
            keys: UnsafePointer(keys.pointer(Float.self)) + phonemes.starts[sentence] * width,
            frames: frames.lengths[sentence], phonemes: phonemes.lengths[sentence], width: width,
            prior: prior.logarithms(frames: frames.lengths[sentence], phonemes: phonemes.lengths[sentence]))
    }

    /// Frames of each phoneme by the likeliest monotonic alignment.
    var durations: [Int] { MonotonicAlignment.durations(scores, frames: frames, phonemes: phonemes) }

    /// Adds the gradients of a loss with respect to queries and keys, from its gradient with respect to ``logProbabilities``.
    ///
    /// - Parameter gradient: `[T, N]`, as if the logarithms were independent: the backward step of the softmax is made here.
    func addGradients(
        from gradient: [Float], queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, width: Int,
        queryGradient: UnsafeMutablePointer<Float>, keyGradient: UnsafeMutablePointer<Float>
    ) {
        for frame in 0..<frames {
            let row = frame * phonemes
            let total = gradient[row..<row + phonemes].reduce(0, +)
            for phoneme in 0..<phonemes {
                let logitGradient = gradient[row + phoneme] - total * expf(logProbabilities[row + phoneme])
                // |q - k|^2 has the gradient 2 (q - k).
                let factor = -2 * Self.temperature * logitGradient
                if factor == 0 { continue }
                let (q, k) = (queries + frame * width, keys + phoneme * width)
                let (dq, dk) = (queryGradient + frame * width, keyGradient + phoneme * width)
                for index in 0..<width {
                    let change = factor * (q[index] - k[index])
                    dq[index] += change
                    dk[index] -= change
                }
            }
        }
    }

    /// The squared Euclidean distance.
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

/// Monotonic alignment search (Kim et al., "Glow-TTS", 2020, section 3.2): the path from the first phoneme to the last, every phoneme
/// at least one frame long, along which the sum of the scores is greatest.
enum MonotonicAlignment {
    /// Frames of each phoneme along the best path.
    ///
    /// - Parameter scores: `[T, N]`, T at least N.
    static func durations(_ scores: [Float], frames: Int, phonemes: Int) -> [Int] {
        precondition(frames >= phonemes && phonemes > 0, "\(frames) frames for \(phonemes) phonemes")
        var best = [Float](repeating: -.infinity, count: phonemes)
        best[0] = scores[0]
        // Whether the best path to a cell comes from the phoneme before.
        var advances = [Bool](repeating: false, count: frames * phonemes)
        for frame in 1..<max(1, frames) {
            let row = frame * phonemes
            for phoneme in stride(from: min(frame, phonemes - 1), through: 0, by: -1) {
                let advancing = phoneme > 0 ? best[phoneme - 1] : -.infinity
                if advancing > best[phoneme] {
                    advances[row + phoneme] = true
                    best[phoneme] = advancing + scores[row + phoneme]
                } else {
                    best[phoneme] += scores[row + phoneme]
                }
            }
        }
        var durations = [Int](repeating: 0, count: phonemes)
        var phoneme = phonemes - 1
        for frame in stride(from: frames - 1, through: 0, by: -1) {
            durations[phoneme] += 1
            // Where as many frames as phonemes are left each phoneme gets one.
            if advances[frame * phonemes + phoneme] || (phoneme == frame && phoneme > 0) { phoneme -= 1 }
        }
        return durations
    }
}

extension AlignmentScores {
    /// A picture of the alignment, frames to the right and phonemes upward: below the probabilities with the prior, above the
    /// likeliest monotonic alignment.
    var picture: PalettePicture {
        let (across, down) = (2, 6)
        let owners = durations.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
        let width = frames * across, height = (2 * phonemes + 1) * down
        var pixels = [UInt8](repeating: 128, count: width * height)
        for y in 0..<height where y / down != phonemes {
            let isSoft = y / down > phonemes
            let phoneme = isSoft ? 2 * phonemes - y / down : phonemes - 1 - y / down
            for x in 0..<width {
                let frame = x / across
                let row = scores[frame * phonemes..<(frame + 1) * phonemes]
                let greatest = row.max()!
                let norm = row.reduce(Float(0)) { $0 + expf($1 - greatest) }
                let soft = expf(scores[frame * phonemes + phoneme] - greatest) / norm
                pixels[y * width + x] = UInt8(255 * (isSoft ? soft : owners[frame] == phoneme ? 1 : 0))
            }
        }
        return PalettePicture(pixels: pixels, width: width, height: height)
    }
}
