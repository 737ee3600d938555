import Kernels
import Neural
import Tensors

/// What a source adds to a stage: a convolution of its samples at the stage's rate.
struct SourceRows {
    private let product: PackedGEMM
    private let margin: Int
    /// A rectifier that follows, where no residual block does.
    private let negativeSlope: Float?

    /// Rows computed at a time: what is added then stays in the nearest caches.
    private static let piece = 96

    init(_ convolution: WeightNormConvolution, negativeSlope: Float?) {
        guard case .plain(let geometry) = convolution.form else {
            preconditionFailure("a source is convolved plainly")
        }
        product = convolution.packedGEMM()
        margin = geometry.reach / 2
        self.negativeSlope = negativeSlope
    }

    /// Samples of the source for each row of the stage.
    var samplesPerRow: Int { product.inputChannels }

    /// What the source's samples go through.
    func window() -> StreamBuffer {
        StreamBuffer(channels: samplesPerRow, type: .float32, margin: margin, padding: .zeros)
    }

    /// Adds to those of the stage's rows before `end` which have not had theirs.
    func add(_ source: inout StreamBuffer, to output: StreamBuffer, upTo end: Int) {
        let ready = source.next..<max(source.next, end)
        guard !ready.isEmpty else { return }
        let certain = source.ready(reachingRight: margin).upperBound
        precondition(
            ready.upperBound <= certain,
            "a source up to row \(certain) for a stage of \(ready.upperBound)")
        let input = source.rows(from: ready.lowerBound - margin)
        let target = output.rows(from: ready.lowerBound)
        let pieces = (ready.count + Self.piece - 1) / Self.piece
        let channels = product.outputChannels
        Parallel.forEachItem(pieces, workers: Parallel.threadCount) { _, index in
            let first = index * Self.piece
            let count = min(Self.piece, ready.count - first)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: count * channels) { sums in
                let sums = sums.baseAddress!
                product.run(count, input: input.advanced(by: first), output: Rows(sums, stride: channels))
                Elementwise.add(
                    sums, to: target.advanced(by: first).base, count: count * channels, negativeSlope: negativeSlope ?? 1)
            }
        }
        source.consume(to: ready.upperBound)
    }
}
