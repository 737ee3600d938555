import Kernels
import Neural
import Tensors

/// A residual block over consecutive rows: `V x + W leaky(U * leaky(x) + c) + b`, the convolution with U dilated.
struct ResidualRows {
    let channels: Int
    private let dilation: Int
    private let negativeSlope: Float
    private let rectifies: Bool
    private let dilated: RowProduct
    /// Pointwise convolution and shortcut in one.
    private let sum: RowProduct
    private let scratch: [Tensor]

    /// Rows computed at a time: what lies between the two products then stays in the nearest caches.
    private static let piece = 96

    init(_ block: ResidualBlock, negativeSlope: Float, rectifies: Bool) {
        dilation = block.dilation
        (self.negativeSlope, self.rectifies) = (negativeSlope, rectifies)
        dilated = block.dilated.rowProduct()
        sum = block.pointwise.rowProduct(shortcut: block.shortcut)
        channels = dilated.outputChannels
        let rows = 2 * (Self.piece + dilation)
        let channels = channels
        scratch = (0..<Parallel.threadCount).map { _ in Tensor([1, rows, channels]) }
    }

    /// - Parameter input: From as many rows before the first output's as the dilation has.
    func run(_ count: Int, input: Rows, output: Rows) {
        let pieces = (count + Self.piece - 1) / Self.piece
        Parallel.forEachItem(pieces, workers: scratch.count) { worker, index in
            let first = index * Self.piece
            run(
                piece: min(Self.piece, count - first), input: input.advanced(by: first),
                output: output.advanced(by: first), scratch[worker].pointer(Float.self))
        }
    }

    private func run(piece count: Int, input: Rows, output: Rows, _ scratch: UnsafeMutablePointer<Float>) {
        let context = count + 2 * dilation
        let rectified = Rows(scratch, stride: channels)
        let hidden = Rows(scratch + context * channels, stride: channels)
        Elementwise.rectify(UnsafePointer(input.base), into: scratch, count: context * channels, slope: negativeSlope)
        dilated.run(count, input: rectified, output: hidden, negativeSlope: negativeSlope)
        sum.run(
            count, input: hidden, shortcut: input.advanced(by: dilation), output: output,
            negativeSlope: rectifies ? negativeSlope : nil)
    }
}
