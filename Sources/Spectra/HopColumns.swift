/// A padded signal with hop beside hop: row `place` holds the samples at that place of every hop.
///
/// What frames that follow one another see at one place of their windows lies side by side so: sample `n` of frames
/// `f ..< f + 8` is in row `n % hop` from column `f + n / hop` on.
///
/// The owner frees the memory; the pointer must not outlive it.
struct HopColumns: ~Copyable {
    let hopLength: Int
    /// Floats from one row to the next: an odd number of cache lines, so that rows do not displace one another.
    let stride: Int
    let numbers: UnsafeMutablePointer<Float>

    /// Zeros.
    init(hopLength: Int, columnCount: Int) {
        self.hopLength = hopLength
        let lines = (columnCount + 15) / 16
        stride = 16 * (lines % 2 == 0 ? lines + 1 : lines)
        numbers = .allocate(capacity: hopLength * stride)
        numbers.initialize(repeating: 0, count: hopLength * stride)
    }

    deinit { numbers.deallocate() }

    /// A signal as ``Frames`` pads it.
    init(_ samples: [Float], _ frames: Frames, columnCount: Int) {
        self.init(hopLength: frames.hopLength, columnCount: columnCount)
        samples.withUnsafeBufferPointer { samples in
            forEachBlock(frames, sampleCount: samples.count) { place, column, sample in
                numbers[place &* stride &+ column] = samples[sample]
            }
        }
        pad(frames, sampleCount: samples.count)
    }

    /// The `count` samples within the padding.
    func samples(_ frames: Frames, count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { result, filled in
            let result = result.baseAddress!
            forEachBlock(frames, sampleCount: count) { place, column, sample in
                result[sample] = numbers[place &* stride &+ column]
            }
            filled = count
        }
    }

    /// Fills what lies beyond the signal's ends.
    func pad(_ frames: Frames, sampleCount: Int) {
        let (before, end) = (frames.paddingBefore, frames.paddedCount(ofSamples: sampleCount))
        for position in [0..<before, before + sampleCount..<end].joined() {
            let source = frames.source(ofPosition: position - before, sampleCount: sampleCount)
            numbers[index(position)] = source.map { numbers[index(before + $0)] } ?? 0
        }
    }

    private func index(_ position: Int) -> Int { position % hopLength * stride + position / hopLength }

    /// Calls `body` with every sample, its row and its column, sixteen columns after the other so that lines stay in the cache.
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
