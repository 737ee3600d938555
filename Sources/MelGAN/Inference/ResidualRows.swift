import Kernels
import Neural
import Tensors

/// A residual block over consecutive rows: `V x + W leaky(U * leaky(x) + c) + b`, the convolution with U dilated.
struct ResidualRows {
    let channels: Int
    private let dilation: Int
    private let negativeSlope: Float
    private let rectifies: Bool
    private let dilated: PackedGEMM
    /// Pointwise convolution and shortcut in one.
    private let sum: PackedGEMM

    /// Rows computed at a time: what lies between the two products then stays in the nearest caches.
    private static let piece = 96

    init(_ block: ResidualBlock, negativeSlope: Float, rectifies: Bool) {
        dilation = block.dilation
        (self.negativeSlope, self.rectifies) = (negativeSlope, rectifies)
        dilated = block.dilated.packedGEMM()
        sum = block.pointwise.packedGEMM(shortcut: block.shortcut)
        channels = dilated.outputChannels
    }

    /// - Parameter input: From as many rows before the first output's as the dilation has.
    func run(_ count: Int, input: Rows, output: Rows) {
        let pieces = (count + Self.piece - 1) / Self.piece
        Parallel.forEachItem(pieces, workers: Parallel.threadCount) { _, index in
            let first = index * Self.piece
            let count = min(Self.piece, count - first)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * (count + dilation) * channels) { scratch in
                run(
                    piece: count, input: input.advanced(by: first), output: output.advanced(by: first),
                    scratch.baseAddress!)
            }
        }
    }

    private func run(piece count: Int, input: Rows, output: Rows, _ scratch: UnsafeMutablePointer<Float>) {
        let context = count + 2 * dilation
        let rectified = Rows(scratch, stride: channels)
        let hidden = Rows(scratch + context * channels, stride: channels)
        Elementwise.leakyReLU(UnsafePointer(input.base), into: scratch, count: context * channels, negativeSlope: negativeSlope)
        dilated.run(count, input: rectified, output: hidden, negativeSlope: negativeSlope)
        sum.run(
            count, input: hidden, shortcut: input.advanced(by: dilation), output: output,
            negativeSlope: rectifies ? negativeSlope : nil)
    }
}
