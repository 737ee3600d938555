internal import COneDNN
import Synchronization
internal import Tensors

/// oneDNN's CPU engine with its stream, and a cache of primitives.
///
/// Creating a primitive costs 0.1 to 2 ms (code is generated for the shape), so each is created once and kept. Every input length
/// needs its own primitive and packed weights, so past a limit all are released. An engine is used from one thread at a time; the
/// work inside is spread over all threads.
public final class Engine {
    let handle: dnnl_engine_t
    let stream: dnnl_stream_t
    private let primitiveLimit: Int
    private var forward: [ConvolutionKey: ConvolutionPrimitive] = [:]
    private var weightGradient: [ConvolutionKey: WeightGradientPrimitive] = [:]
    /// Unique to this engine and to the time since it last released its primitives: weights packed for a primitive of another
    /// generation do not fit one of this.
    private(set) var generation = Engine.newGeneration()
    private static let generations = Atomic<Int>(0)

    /// - Parameter primitiveLimit: Must be more than one pass through a network needs, or every pass creates them anew.
    public init(primitiveLimit: Int = 2048) {
        self.primitiveLimit = primitiveLimit
        var engine: dnnl_engine_t?
        check(dnnl_engine_create(&engine, dnnl_cpu, 0), "dnnl_engine_create")
        handle = engine!
        var stream: dnnl_stream_t?
        check(dnnl_stream_create(&stream, handle, UInt32(dnnl_stream_default_flags.rawValue)), "dnnl_stream_create")
        self.stream = stream!
    }

    deinit {
        forward = [:]
        weightGradient = [:]
        dnnl_stream_destroy(stream)
        dnnl_engine_destroy(handle)
    }

    /// Whether this processor multiplies bfloat16 faster than float32 (AVX-512 BF16 or AMX).
    public static var hasFastBFloat16: Bool { has(dnnl_cpu_isa_avx512_core_bf16) }

    /// Whether this processor multiplies matrices of bfloat16, many times faster than those of float32 (AMX).
    public static var hasMatrixBFloat16: Bool { has(dnnl_cpu_isa_avx512_core_amx) }

    /// Whether oneDNN supports bfloat16 convolutions on this processor, for which it needs AVX-512.
    public static var hasBFloat16: Bool { has(dnnl_cpu_isa_avx512_core) }

    /// The version of oneDNN, such as `2.6.3`.
    public static var libraryVersion: String {
        let version = dnnl_version()!.pointee
        return "\(version.major).\(version.minor).\(version.patch)"
    }

    private static func has(_ set: dnnl_cpu_isa_t) -> Bool {
        // Instruction sets are bit masks that include those they build on.
        dnnl_get_effective_cpu_isa().rawValue & set.rawValue == set.rawValue
    }

    private static func newGeneration() -> Int { generations.add(1, ordering: .relaxed).newValue }

    /// The number of cached forward convolutions.
    var primitiveCount: Int { forward.count }

    func primitive(for key: ConvolutionKey) -> ConvolutionPrimitive {
        if let known = forward[key] { return known }
        if forward.count >= primitiveLimit {
            forward = [:]
            generation = Self.newGeneration()
        }
        let made = ConvolutionPrimitive(key, engine: self)
        forward[key] = made
        return made
    }

    func weightGradientPrimitive(for key: ConvolutionKey) -> WeightGradientPrimitive {
        if let known = weightGradient[key] { return known }
        let made = WeightGradientPrimitive(key, engine: self)
        weightGradient[key] = made
        return made
    }

    func execute(_ primitive: borrowing Primitive, _ arguments: [dnnl_exec_arg_t]) {
        let scratch = Tensor([max(1, (primitive.scratchpad.byteCount + 3) / 4)])
        primitive.scratchpad.point(at: scratch)
        let arguments = arguments + [primitive.scratchpad.argument(DNNL_ARG_SCRATCHPAD)]
        withExtendedLifetime(scratch) {
            check(
                dnnl_primitive_execute(primitive.handle, stream, Int32(arguments.count), arguments),
                "dnnl_primitive_execute")
            check(dnnl_stream_wait(stream), "dnnl_stream_wait")
        }
    }
}

/// Traps if a oneDNN call failed. Shapes come from this package, so a failure is a programming error.
func check(_ status: dnnl_status_t, _ call: StaticString) {
    precondition(status == dnnl_success, "\(call) failed with status \(status.rawValue)")
}
