import Tensors

/// Cuts eight frames at a time out of a padded signal and adds them up again, under the window both times.
struct BatchedFrames: Sendable {
    let frames: Frames
    let frameCount: Int
    private let window: [Float]
    /// Hops that a frame reaches beyond its first.
    let reach: Int
    /// What sums are multiplied by, for each place in a hop: where all windows that could reach a sample do, and in each of the
    /// `reach` hops at either end.
    private let inner: [Float]
    private let outer: [[Float]]

    init(_ frames: Frames, window: [Float], frameCount: Int) {
        (self.frames, self.window, self.frameCount) = (frames, window, frameCount)
        let (hop, size) = (frames.hopLength, frames.fftSize)
        let reach = (size - 1) / hop
        self.reach = reach
        // 1 over `fftSize` times the sum of the squared windows, or 0 where no window reaches.
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

    /// Columns that eight frames from any on may touch.
    var columnCount: Int { frameCount + reach + 16 }

    /// Rows of sums, one for each place in a hop, of so many hops.
    var sumsWidth: Int { (reach + 8 + 7) / 8 * 8 }

    /// `fftSize` numbers under the window of each of the frames `first ..< first + 8`.
    func load(_ first: Int, of columns: UnsafePointer<Float>, stride: Int, into points: UnsafeMutablePointer<SIMD8<Float>>) {
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

    /// Adds frames to `sums`, of which those of the first eight hops are then complete.
    ///
    /// The order in which a sample's sum is made is that of the frames, wherever eights begin.
    func add(_ points: UnsafePointer<SIMD8<Float>>, to sums: UnsafeMutablePointer<Float>) {
        let (hop, size, width) = (frames.hopLength, frames.fftSize, sumsWidth)
        window.withUnsafeBufferPointer { window in
            for back in Swift.stride(from: reach, through: 0, by: -1) {
                let (sums, start) = (sums + back, back * hop)
                // The earliest of all frames that reach a sample comes first.
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

    /// Calls `body` with the finished samples of eight hops, a row after the other, and makes room for the next eight.
    ///
    /// - Parameter first: The first of the hops.
    @inline(__always)
    func finish(
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

    private func outerWeights(_ first: Int, _ place: Int) -> SIMD8<Float> {
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
