internal import COneDNN
import Synchronization
internal import Tensors

/// Everything that a convolution's generated code depends on.
struct ConvolutionKey: Hashable {
    var geometry: ConvolutionGeometry
    var batch: Int
    var inputTime: Int
    var inputType: ScalarType
    var outputType: ScalarType
    var hasBias: Bool
    var accumulates = false
    var negativeSlope: Float?
    var forInference = false

    var outputShape: [Int] { [batch, geometry.outputTime(from: inputTime), geometry.outputChannels] }

    var description: vocoder_convolution {
        vocoder_convolution(
            batch: Int64(batch), input_time: Int64(inputTime), input_channels: Int64(geometry.inputChannels),
            output_time: Int64(outputShape[1]), output_channels: Int64(geometry.outputChannels),
            groups: Int64(geometry.groups), kernel: Int64(geometry.kernel), dilation: Int64(geometry.dilation),
            pad_left: Int64(geometry.paddingLeft), pad_right: Int64(geometry.paddingRight),
            source_type: inputType.dnnl, destination_type: outputType.dnnl, has_bias: hasBias ? 1 : 0,
            accumulates: accumulates ? 1 : 0, rectifies: negativeSlope == nil ? 0 : 1,
            negative_slope: negativeSlope ?? 0, for_inference: forInference ? 1 : 0)
    }
}

extension ScalarType {
    var dnnl: dnnl_data_type_t { self == .float32 ? dnnl_f32 : dnnl_bf16 }
}

/// A oneDNN memory object: a layout, and a pointer that is set before each use.
struct Memory: ~Copyable {
    let handle: dnnl_memory_t
    let byteCount: Int

    /// A memory object in the layout that `descriptor` requires.
    init(_ engine: Engine, _ descriptor: dnnl_primitive_desc_t, _ what: dnnl_query_t, index: Int32 = 0) {
        var memory: dnnl_memory_t?
        var bytes = 0
        check(vocoder_memory_for(engine.handle, descriptor, what, index, &memory, &bytes), "dnnl_memory_create")
        handle = memory!
        byteCount = bytes
    }

    init(plainWeightsOf convolution: vocoder_convolution, _ engine: Engine) {
        var memory: dnnl_memory_t?
        var convolution = convolution
        check(vocoder_plain_weights(engine.handle, &convolution, &memory), "dnnl_memory_create")
        handle = memory!
        byteCount = 0
    }

    deinit { dnnl_memory_destroy(handle) }

    func point(at tensor: Tensor) {
        check(dnnl_memory_set_data_handle(handle, tensor.address), "dnnl_memory_set_data_handle")
    }

    func argument(_ index: Int32) -> dnnl_exec_arg_t { dnnl_exec_arg_t(arg: index, memory: handle) }
}

/// A oneDNN primitive: generated code for one operation on one shape.
struct Primitive: ~Copyable {
    let handle: dnnl_primitive_t
    /// The scratchpad, whose memory is set at each execution.
    let scratchpad: Memory

    init(_ descriptor: dnnl_primitive_desc_t, _ engine: Engine) {
        var primitive: dnnl_primitive_t?
        check(dnnl_primitive_create(&primitive, descriptor), "dnnl_primitive_create")
        handle = primitive!
        scratchpad = Memory(engine, descriptor, dnnl_query_scratchpad_md)
    }

    /// A reorder from one memory's layout into another's.
    init(reorder source: borrowing Memory, into destination: borrowing Memory, _ engine: Engine) {
        var descriptor: dnnl_primitive_desc_t?
        check(vocoder_reorder(engine.handle, source.handle, destination.handle, &descriptor), "dnnl_reorder")
        self.init(descriptor!, engine)
        dnnl_primitive_desc_destroy(descriptor)
    }

    deinit { dnnl_primitive_destroy(handle) }
}

/// The lock for describing convolutions: up to its release 2.7 oneDNN keeps a block size in a static variable while it chooses how to
/// compute one (`brg_blocking_t::last_ic_block_size`), and threads that describe convolutions at once may compute wrong numbers.
private let descriptions = Mutex(())

/// A forward convolution for one shape, with the reorder of plain weights into its layout.
final class ConvolutionPrimitive {
    private let primitive: Primitive
    private let reorder: Primitive
    private let source: Memory
    private let weights: Memory
    private let plainWeights: Memory
    private let bias: Memory?
    private let destination: Memory

    init(_ key: ConvolutionKey, engine: Engine) {
        var convolution = key.description
        var descriptor: dnnl_primitive_desc_t?
        let status = descriptions.withLock { _ in
            vocoder_convolution_forward(engine.handle, &convolution, &descriptor)
        }
        check(status, "dnnl_convolution_forward")
        defer { dnnl_primitive_desc_destroy(descriptor) }
        primitive = Primitive(descriptor!, engine)
        source = Memory(engine, descriptor!, dnnl_query_src_md)
        weights = Memory(engine, descriptor!, dnnl_query_weights_md)
        destination = Memory(engine, descriptor!, dnnl_query_dst_md)
        bias = key.hasBias ? Memory(engine, descriptor!, dnnl_query_weights_md, index: 1) : nil
        plainWeights = Memory(plainWeightsOf: convolution, engine)
        reorder = Primitive(reorder: plainWeights, into: weights, engine)
    }

    /// The weights in the layout and type of this primitive.
    func pack(_ plain: Tensor, on engine: Engine) -> Tensor {
        let packed = Tensor([(weights.byteCount + 3) / 4])
        withExtendedLifetime((plain, packed)) {
            plainWeights.point(at: plain)
            weights.point(at: packed)
            engine.execute(
                reorder, [plainWeights.argument(DNNL_ARG_FROM), weights.argument(DNNL_ARG_TO)])
        }
        return packed
    }

    func run(_ input: Tensor, _ packed: Tensor, _ biases: Tensor?, _ output: Tensor, on engine: Engine) {
        withExtendedLifetime((input, packed, biases, output)) {
            source.point(at: input)
            weights.point(at: packed)
            destination.point(at: output)
            var arguments = [
                source.argument(DNNL_ARG_SRC), weights.argument(DNNL_ARG_WEIGHTS), destination.argument(DNNL_ARG_DST),
            ]
            if let biases, bias != nil {
                bias!.point(at: biases)
                arguments.append(bias!.argument(DNNL_ARG_BIAS))
            }
            engine.execute(primitive, arguments)
        }
    }
}

/// The gradient of a convolution's weights and bias for one shape.
final class WeightGradientPrimitive {
    private let key: ConvolutionKey
    private let primitive: Primitive
    private let reorder: Primitive
    private let source: Memory
    private let gradient: Memory
    private let weights: Memory
    private let plainWeights: Memory
    private let bias: Memory?

    init(_ key: ConvolutionKey, engine: Engine) {
        var convolution = key.description
        var descriptor: dnnl_primitive_desc_t?
        let status = descriptions.withLock { _ in
            vocoder_convolution_backward_weights(engine.handle, &convolution, &descriptor)
        }
        check(status, "dnnl_convolution_backward_weights")
        defer { dnnl_primitive_desc_destroy(descriptor) }
        self.key = key
        primitive = Primitive(descriptor!, engine)
        source = Memory(engine, descriptor!, dnnl_query_src_md)
        gradient = Memory(engine, descriptor!, dnnl_query_diff_dst_md)
        weights = Memory(engine, descriptor!, dnnl_query_diff_weights_md)
        bias = key.hasBias ? Memory(engine, descriptor!, dnnl_query_diff_weights_md, index: 1) : nil
        plainWeights = Memory(plainWeightsOf: convolution, engine)
        reorder = Primitive(reorder: weights, into: plainWeights, engine)
    }

    func run(_ input: Tensor, _ outputGradient: Tensor, on engine: Engine) -> (weights: Tensor, bias: Tensor?) {
        let packed = Tensor([(weights.byteCount + 3) / 4])
        let plain = Tensor(key.geometry.weightShape)
        let biases = key.hasBias ? Tensor([key.geometry.outputChannels]) : nil
        withExtendedLifetime((input, outputGradient, packed, plain, biases)) {
            source.point(at: input)
            gradient.point(at: outputGradient)
            weights.point(at: packed)
            plainWeights.point(at: plain)
            var arguments = [
                source.argument(DNNL_ARG_SRC), gradient.argument(DNNL_ARG_DIFF_DST),
                weights.argument(DNNL_ARG_DIFF_WEIGHTS),
            ]
            if let biases, bias != nil {
                bias!.point(at: biases)
                arguments.append(bias!.argument(DNNL_ARG_DIFF_BIAS))
            }
            engine.execute(primitive, arguments)
            engine.execute(
                reorder, [weights.argument(DNNL_ARG_FROM), plainWeights.argument(DNNL_ARG_TO)])
        }
        return (plain, biases)
    }
}
