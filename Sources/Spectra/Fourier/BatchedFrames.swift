import Tensors

/// Windowed framing of a padded signal and windowed overlap-add, eight frames at a time.
package struct BatchedFrames: Sendable {
    package let frames: Frames
    package let frameCount: Int
    private let window: [Float]
    /// The number of hops that a frame reaches beyond its first one.
    package let reach: Int
    /// The factors of overlap-add sums for each position in a hop: where all windows that could reach a sample do, and in each of
    /// the `reach` hops at either end.
    @usableFromInline let inner: [Float]
    private let outer: [[Float]]

    package init(_ frames: Frames, window: [Float], frameCount: Int) {
        (self.frames, self.window, self.frameCount) = (frames, window, frameCount)
        let (hop, size) = (frames.hopLength, frames.fftSize)
        let reach = (size - 1) / hop
        self.reach = reach
        // 1 over `fftSize` times the sum of the squared windows, or 0 if no window reaches the sample.
        func weights(_ there: (_ back: Int) -> Bool) -> [Float] {
            (0..<hop).map { place in
                var sum: Float = 0
                for back in stride(from: (size - 1 - place) / hop, through: 0, by: -1) where there(back) {
                    sum += window[place + back * hop] * window[place + back * hop]
                }
                return sum > 1e-10 ? 1 / (Float(size) * sum) : 0
            }
        }
        inner = weights { _ in true }
        outer = (0..<2 * reach).map { index in
            let column = index < reach ? index : frameCount + index - reach
            return weights { (0..<frameCount).contains(column - $0) }
        }
    }

    /// The number of columns that eight frames from any frame on may touch.
    package var columnCount: Int { frameCount + reach + 16 }

    /// The number of hops in each row of sums; there is a row for each position in a hop.
    @inlinable package var sumsWidth: Int { (reach + 8 + 7) / 8 * 8 }

    /// Loads the `fftSize` windowed samples of each of the frames `first ..< first + 8`.
    package func load(_ first: Int, of columns: UnsafePointer<Float>, stride: Int, into points: UnsafeMutablePointer<SIMD8<Float>>) {
        let (hop, size) = (frames.hopLength, frames.fftSize)
        window.withUnsafeBufferPointer { window in
            for back in 0...reach {
                let (columns, start) = (columns + first + back, back * hop)
                for place in 0..<min(hop, size - start) {
                    points[start &+ place] = columns.simd8(at: place &* stride) * window[start &+ place]
                }
            }
        }
    }

    /// Adds frames to `sums`; the sums of the first eight hops are then complete.
    ///
    /// The terms of a sample's sum are added in the order of the frames, wherever groups of eight begin.
    package func add(_ points: UnsafePointer<SIMD8<Float>>, to sums: UnsafeMutablePointer<Float>) {
        let (hop, size, width) = (frames.hopLength, frames.fftSize, sumsWidth)
        window.withUnsafeBufferPointer { window in
            for back in Swift.stride(from: reach, through: 0, by: -1) {
                let (sums, start) = (sums + back, back * hop)
                // The earliest frame that reaches a sample comes first.
                let known = max(0, min(hop, size - start - hop))
                for place in 0..<known {
                    let sum = sums.simd8(at: place &* width)
                    sums.store(
                        sum.addingProduct(points[start &+ place], SIMD8<Float>(repeating: window[start &+ place])), at: place &* width)
                }
                for place in known..<max(known, min(hop, size - start)) {
                    sums.store(points[start &+ place] * window[start &+ place], at: place &* width)
                }
            }
        }
    }

    /// Calls `body` with the finished samples of eight hops, row by row, and shifts the sums for the next eight.
    ///
    /// - Parameter first: The first of the hops.
    @inlinable @inline(__always)
    package func finish(
        _ first: Int, _ sums: UnsafeMutablePointer<Float>, _ body: (_ place: Int, _ samples: SIMD8<Float>) -> Void
    ) {
        let isInner = first >= reach && first + 8 <= frameCount
        let width = sumsWidth
        inner.withUnsafeBufferPointer { inner in
            for place in 0..<frames.hopLength {
                let sums = sums + place &* width
                let weights = isInner ? SIMD8<Float>(repeating: inner[place]) : outerWeights(first, place)
                body(place, sums.simd8(at: 0) * weights)
                for column in Swift.stride(from: 8, to: width, by: 8) { sums.store(sums.simd8(at: column), at: column &- 8) }
            }
        }
    }

    @usableFromInline
    func outerWeights(_ first: Int, _ place: Int) -> SIMD8<Float> {
        var weights = SIMD8<Float>.zero
        for lane in 0..<8 {
            let column = first + lane
            if column < 0 || column >= frameCount + reach { continue }
            weights[lane] =
                column < reach
                ? outer[column][place] : column < frameCount ? inner[place] : outer[column - frameCount + reach][place]
        }
        return weights
    }
}

/// A padded signal as a matrix with a column for each hop: row `place` holds the samples at that position of every hop.
///
/// The samples of consecutive frames at one position of their windows are then adjacent: sample `n` of frames `f ..< f + 8` is in
/// row `n % hop` from column `f + n / hop` on.
///
/// The owner frees the memory; the pointer must not outlive it.
package struct HopColumns: ~Copyable {
    package let hopLength: Int
    /// The number of floats from one row to the next: an odd number of cache lines, so that rows do not evict one another.
    package let stride: Int
    package let numbers: UnsafeMutablePointer<Float>

    /// A signal of zeros.
    package init(hopLength: Int, columnCount: Int) {
        self.hopLength = hopLength
        let lines = (columnCount + 15) / 16
        stride = 16 * (lines % 2 == 0 ? lines + 1 : lines)
        numbers = .allocate(capacity: hopLength * stride)
        numbers.initialize(repeating: 0, count: hopLength * stride)
    }

    deinit { numbers.deallocate() }

    /// `samples`, padded as ``Frames`` defines.
    package init(_ samples: [Float], _ frames: Frames, columnCount: Int) {
        self.init(hopLength: frames.hopLength, columnCount: columnCount)
        samples.withUnsafeBufferPointer { samples in
            forEachBlock(frames, sampleCount: samples.count) { place, column, sample in
                numbers[place &* stride &+ column] = samples[sample]
            }
        }
        pad(frames, sampleCount: samples.count)
    }

    /// The `count` samples between the paddings.
    package func samples(_ frames: Frames, count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { result, filled in
            let result = result.baseAddress!
            forEachBlock(frames, sampleCount: count) { place, column, sample in
                result[sample] = numbers[place &* stride &+ column]
            }
            filled = count
        }
    }

    /// Computes the padding at both ends.
    package func pad(_ frames: Frames, sampleCount: Int) {
        let (before, end) = (frames.paddingBefore, frames.paddedCount(ofSamples: sampleCount))
        for position in [0..<before, before + sampleCount..<end].joined() {
            let source = frames.source(ofPosition: position - before, sampleCount: sampleCount)
            numbers[index(position)] = source.map { numbers[index(before + $0)] } ?? 0
        }
    }

    private func index(_ position: Int) -> Int { position % hopLength * stride + position / hopLength }

    /// Calls `body` with every sample, its row and its column, in blocks of sixteen columns so that cache lines stay in the cache.
    @inline(__always)
    private func forEachBlock(
        _ frames: Frames, sampleCount: Int, _ body: (_ place: Int, _ column: Int, _ sample: Int) -> Void
    ) {
        let before = frames.paddingBefore
        let last = (before + sampleCount - 1) / hopLength
        for first in Swift.stride(from: before / hopLength, through: last, by: 16) {
            for place in 0..<hopLength {
                for column in first...min(first + 15, last) {
                    let sample = column &* hopLength &+ place &- before
                    if sample >= 0, sample < sampleCount { body(place, column, sample) }
                }
            }
        }
    }
}
