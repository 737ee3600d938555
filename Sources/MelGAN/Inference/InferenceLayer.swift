import Kernels
import Neural
import Tensors

/// A layer that turns rows into rows, and what it needs to know to do so in pieces.
struct InferenceLayer {
    enum Work {
        /// A convolution; with a slope, a leaky rectifier after it.
        case convolution(PackedGEMM, negativeSlope: Float?)
        case residual(ResidualRows)
        /// Either of them in bfloat16.
        case bfloat16(BFloat16Layer)
        case bandSynthesis(BandSynthesisRows)
    }

    let work: Work
    /// Of what the layer reads.
    let type: ScalarType
    let inputChannels: Int
    let outputChannels: Int
    /// Rows around a row that its output depends on.
    let left: Int
    let right: Int
    let padding: StreamBuffer.Padding
    /// Rows that each row becomes.
    let factor: Int
    /// Rows cut off the front of what the layer makes.
    let trim: Int
    /// Rows that all input together becomes beyond `factor` for each of its rows.
    let surplus: Int

    /// A convolution, with reflected ends where not said otherwise, or a transposed one.
    ///
    /// - Parameter isLast: Whether it makes sound, or its sub-bands: always float32, whose rounding is not heard.
    init(
        _ convolution: WeightNormConvolution, negativeSlope: Float?,
        padding ends: StreamBuffer.Padding = .reflected,
        _ arithmetic: InferenceArithmetic, isLast: Bool = false
    ) {
        switch convolution.form {
        case .plain(let geometry):
            (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
            (left, right, padding) = (geometry.reach / 2, geometry.reach / 2, ends)
            (factor, trim, surplus) = (1, 0, 0)
        case .transposed(let geometry):
            (inputChannels, outputChannels) = (geometry.inputChannels, geometry.outputChannels)
            precondition(
                geometry.surplus >= -geometry.padding, "a transposed convolution whose kernel is shorter than its stride: \(geometry)")
            (left, right, padding) = (geometry.taps - 1, 0, .zeros)
            (factor, trim, surplus) = (geometry.stride, geometry.padding, geometry.surplus)
        case .strided: preconditionFailure("a strided layer is no generator's")
        }
        type = arithmetic.type
        work =
            switch arithmetic {
            case .float32: .convolution(convolution.packedGEMM(), negativeSlope: negativeSlope)
            case .bfloat16(let engine, let rows):
                .bfloat16(
                    BFloat16Layer(
                        convolution, negativeSlope: negativeSlope, outputType: isLast ? .float32 : .bfloat16, rows: rows,
                        engine))
            }
    }

    init(
        _ block: ResidualBlock, negativeSlope: Float, rectifies: Bool, _ arithmetic: InferenceArithmetic
    ) {
        type = arithmetic.type
        inputChannels = block.shortcut.form.outputChannels
        outputChannels = inputChannels
        (left, right, padding, factor, trim, surplus) = (block.dilation, block.dilation, .reflected, 1, 0, 0)
        work =
            switch arithmetic {
            case .float32:
                .residual(ResidualRows(block, negativeSlope: negativeSlope, rectifies: rectifies))
            case .bfloat16(let engine, let rows):
                .bfloat16(
                    BFloat16Layer(
                        block, negativeSlope: negativeSlope, rectifies: rectifies, rows: rows, engine))
            }
    }

    /// The end of a generator in sub-bands.
    init(_ subBands: SubBandConfiguration) {
        let rows = BandSynthesisRows(subBands)
        work = .bandSynthesis(rows)
        type = .float32
        (inputChannels, outputChannels) = (rows.bandCount, 1)
        (left, right, padding, factor, trim, surplus) = (rows.reach, rows.reach, .zeros, rows.bandCount, 0, 0)
    }

    /// What the layer reads from; `lead` as the layer before trims.
    func window(lead: Int) -> StreamBuffer {
        StreamBuffer(channels: inputChannels, type: type, margin: left, padding: padding, lead: lead)
    }

    /// Computes the output of every row that is ready, into `output`.
    ///
    /// - Parameter add: Called with the output before its new rows, up to the one named, are taken as they are.
    func advance(
        _ input: inout StreamBuffer, into output: inout StreamBuffer,
        add: (StreamBuffer, _ end: Int) -> Void = { _, _ in }
    ) {
        let ready = input.ready(reachingRight: right)
        if !ready.isEmpty {
            run(ready, &input, &output)
            input.consume(to: ready.upperBound)
        }
        let end = max(output.end, min(input.end * factor + surplus, ready.upperBound * factor - trim))
        add(output, end)
        output.extend(to: end)
        if input.hasEnded { output.finish() }
    }

    private func run(_ ready: Range<Int>, _ input: inout StreamBuffer, _ output: inout StreamBuffer) {
        if case .bfloat16(let rows) = work {
            // Always as many rows at once, so that they are computed in one way; surplus ones are overwritten later.
            let pieces = (ready.count + rows.count - 1) / rows.count
            let limit = ready.lowerBound + pieces * rows.count
            input.makeRoom(upTo: limit + right)
            output.makeRoom(upTo: limit * factor - trim)
            for first in stride(from: ready.lowerBound, to: limit, by: rows.count) {
                let (from, to) = (first * factor - trim, (first + rows.count) * factor - trim)
                rows.run(
                    input: input.tensor(first - left..<first + rows.count + right),
                    output: output.tensor(from..<to))
            }
            return
        }
        output.makeRoom(upTo: ready.upperBound * factor - trim)
        let source = input.rows(from: ready.lowerBound - left)
        let target = output.rows(from: ready.lowerBound * factor - trim)
        switch work {
        case .convolution(let product, let slope):
            // A row of an upsampling's product is several of its output.
            product.runOnAllThreads(
                ready.count, input: source, output: Rows(target.base, stride: product.outputChannels),
                negativeSlope: slope)
        case .residual(let block): block.run(ready.count, input: source, output: target)
        case .bandSynthesis(let bands): bands.run(ready.count, input: source, output: target.base)
        case .bfloat16: break
        }
    }
}

/// What a layer computes in.
enum InferenceArithmetic {
    case float32
    /// By oneDNN, which has the processor's matrix unit at hand, always `rows` at a time.
    case bfloat16(Engine, rows: Int)

    var type: ScalarType { if case .float32 = self { .float32 } else { .bfloat16 } }
}
