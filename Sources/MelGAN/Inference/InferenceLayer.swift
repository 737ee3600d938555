import Kernels
import Neural
import Tensors

/// A layer that turns rows into rows, and what it needs to know to do so in pieces.
struct InferenceLayer {
    enum Work {
        /// A convolution; with `finish`, a rectifier after it.
        case convolution(RowProduct, RowProduct.Finish)
        case residual(ResidualRows)
    }

    let work: Work
    let inputChannels: Int
    let outputChannels: Int
    /// Rows around a row that its output depends on.
    let left: Int
    let right: Int
    let padding: SlidingRows.Padding
    /// Rows that each row becomes.
    let factor: Int
    /// Rows cut off the front of what the layer makes.
    let trim: Int

    /// A convolution with reflected ends.
    init(reflected convolution: WeightNormConvolution, finish: RowProduct.Finish) {
        let product = convolution.rowProduct()
        let reach = product.shifts.last! / 2
        work = .convolution(product, finish)
        (inputChannels, outputChannels) = (product.inputChannels, product.outputChannels)
        (left, right, padding, factor, trim) = (reach, reach, .reflected, 1, 0)
    }

    init(upsampling: WeightNormConvolution, finish: RowProduct.Finish) {
        guard case .transposed(let geometry) = upsampling.form else { preconditionFailure("\(upsampling.form) is not transposed") }
        let product = upsampling.rowProduct()
        work = .convolution(product, finish)
        (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
        (left, right, padding, factor, trim) = (1, 0, .zeros, geometry.stride, geometry.padding)
    }

    init(_ block: ResidualBlock, negativeSlope: Float, rectifies: Bool) {
        let rows = ResidualRows(block, negativeSlope: negativeSlope, rectifies: rectifies)
        work = .residual(rows)
        (inputChannels, outputChannels) = (rows.channels, rows.channels)
        (left, right, padding, factor, trim) = (block.dilation, block.dilation, .reflected, 1, 0)
    }

    /// What the layer reads from; `lead` as the layer before trims.
    func window(lead: Int) -> SlidingRows {
        SlidingRows(channels: inputChannels, margin: left, padding: padding, lead: lead)
    }

    /// Computes the output of every row that is ready, into `output`.
    func advance(_ input: inout SlidingRows, into output: inout SlidingRows) {
        let ready = input.ready(reachingRight: right)
        let first = ready.lowerBound * factor - trim
        if !ready.isEmpty {
            output.makeRoom(upTo: ready.upperBound * factor - trim)
            run(ready, input, output.rows(from: first))
            input.consume(to: ready.upperBound)
        }
        let last = input.hasEnded ? input.end * factor : .max
        output.extend(to: min(last, ready.upperBound * factor - trim))
        if input.hasEnded { output.finish() }
    }

    private func run(_ ready: Range<Int>, _ input: SlidingRows, _ output: Rows) {
        switch work {
        case .convolution(let product, let finish):
            // A row of an upsampling's product is several of its output.
            let output = Rows(output.base, stride: product.outputChannels)
            product.runOnAllThreads(
                ready.count, input: input.rows(from: ready.lowerBound - left), output: output, finish: finish)
        case .residual(let block):
            block.run(ready.count, input: input.rows(from: ready.lowerBound - left), output: output)
        }
    }
}

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
        dilated.run(count, input: rectified, output: hidden, finish: .rectified(negativeSlope))
        sum.run(
            count, input: hidden, shortcut: input.advanced(by: dilation), output: output,
            finish: rectifies ? .rectified(negativeSlope) : .none)
    }
}
