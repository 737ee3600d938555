import Kernels
import Neural
import Tensors

/// The convolution of a source's samples that is added to a stage's output, at the stage's rate.
struct SourceRows {
    private let product: PackedGEMM
    private let margin: Int
    /// The negative slope of the leaky ReLU that follows if the stage has no residual block; otherwise nil.
    private let negativeSlope: Float?

    /// The number of rows computed at a time, so that the sums stay in the nearest caches.
    private static let chunkLength = 96

    init(_ convolution: WeightNormConvolution, negativeSlope: Float?) {
        guard case .plain(let geometry) = convolution.form else {
            preconditionFailure("a source is convolved plainly")
        }
        product = convolution.packedGEMM()
        margin = geometry.reach / 2
        self.negativeSlope = negativeSlope
    }

    /// The number of source samples for each row of the stage.
    var samplesPerRow: Int { product.inputChannels }

    /// An empty buffer for the source's samples.
    func window() -> StreamBuffer {
        StreamBuffer(channels: samplesPerRow, type: .float32, margin: margin, padding: .zeros)
    }

    /// Adds the convolution to those rows of the stage before `end` that it has not been added to.
    func add(_ source: inout StreamBuffer, to output: StreamBuffer, upTo end: Int) {
        let ready = source.next..<max(source.next, end)
        guard !ready.isEmpty else { return }
        let certain = source.ready(reachingRight: margin).upperBound
        precondition(
            ready.upperBound <= certain,
            "a source up to row \(certain) for a stage of \(ready.upperBound)")
        let input = source.rows(from: ready.lowerBound - margin)
        let target = output.rows(from: ready.lowerBound)
        let chunks = (ready.count + Self.chunkLength - 1) / Self.chunkLength
        let channels = product.outputChannels
        Parallel.forEachItem(chunks, workers: Parallel.threadCount) { _, index in
            let first = index * Self.chunkLength
            let count = min(Self.chunkLength, ready.count - first)
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
