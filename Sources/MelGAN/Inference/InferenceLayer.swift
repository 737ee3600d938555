import Kernels
import Neural
import Tensors

/// A layer of a network that only runs forward, over a stream of rows: it computes the rows whose context has come.
struct InferenceLayer {
    enum Work {
        /// A convolution; with a negative slope, a leaky ReLU follows it.
        case convolution(PackedGEMM, negativeSlope: Float?)
        case residual(ResidualLayer)
        /// A convolution or a residual block in bfloat16.
        case bfloat16(BFloat16Layer)
        case bandSynthesis(BandSynthesisLayer)
    }

    let work: Work
    /// The type of the layer's input.
    let type: ScalarType
    let inputChannels: Int
    let outputChannels: Int
    /// The rows before a row that its output depends on.
    let left: Int
    /// The rows after a row that its output depends on.
    let right: Int
    let padding: StreamBuffer.Padding
    /// Rows that each row becomes.
    let factor: Int
    /// Rows cut off the front of what the layer makes.
    let trim: Int
    /// Rows that all input together becomes beyond `factor` for each of its rows.
    let surplus: Int

    /// A convolution, plain or transposed.
    ///
    /// - Parameters:
    ///   - ends: The padding of a plain convolution; a transposed one has zeros.
    ///   - isLast: Whether its output is the waveform or its sub-bands, which is always float32: its rounding is not heard.
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
        case .strided, .planar: preconditionFailure("a generator has no strided or two-dimensional convolution")
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

    /// A residual block.
    ///
    /// - Parameter rectifies: Whether a leaky ReLU follows the block.
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
                .residual(ResidualLayer(block, negativeSlope: negativeSlope, rectifies: rectifies))
            case .bfloat16(let engine, let rows):
                .bfloat16(
                    BFloat16Layer(
                        block, negativeSlope: negativeSlope, rectifies: rectifies, rows: rows, engine))
            }
    }

    /// The synthesis filters at the end of a generator in sub-bands.
    init(_ subBands: SubBandConfiguration) {
        let layer = BandSynthesisLayer(subBands)
        work = .bandSynthesis(layer)
        type = .float32
        (inputChannels, outputChannels) = (layer.bandCount, 1)
        (left, right, padding, factor, trim, surplus) = (layer.reach, layer.reach, .zeros, layer.bandCount, 0, 0)
    }

    /// The buffer that the layer reads from.
    ///
    /// - Parameter lead: The rows that the layer before computes ahead of its first output: see ``trim``.
    func window(lead: Int) -> StreamBuffer {
        StreamBuffer(channels: inputChannels, type: type, margin: left, padding: padding, lead: lead)
    }

    /// Computes the output of every row that is ready, into `output`.
    ///
    /// - Parameter add: Adds to the output's new rows, those before `end`, which no layer has read yet.
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
        if case .bfloat16(let layer) = work {
            // Always as many rows at once, so that they are computed in one way; surplus ones are overwritten later.
            let chunks = (ready.count + layer.count - 1) / layer.count
            let limit = ready.lowerBound + chunks * layer.count
            input.makeRoom(upTo: limit + right)
            output.makeRoom(upTo: limit * factor - trim)
            for first in stride(from: ready.lowerBound, to: limit, by: layer.count) {
                let (from, to) = (first * factor - trim, (first + layer.count) * factor - trim)
                layer.run(
                    input: input.tensor(first - left..<first + layer.count + right),
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

/// The type that a layer computes in.
enum InferenceArithmetic {
    case float32
    /// Through oneDNN, which uses the processor's matrix unit, always `rows` at a time.
    case bfloat16(Engine, rows: Int)

    var type: ScalarType { if case .float32 = self { .float32 } else { .bfloat16 } }
}
