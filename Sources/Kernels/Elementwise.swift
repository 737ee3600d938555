public import Tensors

/// `output[i] = transform(input[i])` over `count` numbers, sixteen at a time.
@inline(__always)
func transform<Input: VectorLoadable, Output: VectorLoadable>(
    _ input: UnsafePointer<Input>, _ output: UnsafeMutablePointer<Output>, count: Int,
    _ transform: (SIMD16<Float>) -> SIMD16<Float>
) {
    var index = 0
    // The closure stands here once: called in two places, the compiler would not put it into the loop.
    while index < count {
        let lanes = min(16, count &- index)
        store(transform(load(input + index, lanes)), at: output + index, lanes)
        index &+= 16
    }
}

/// `output[i] = combine(first[i], second[i])`; `output` may be one of the inputs.
@inline(__always)
func combine<First: VectorLoadable, Second: VectorLoadable, Output: VectorLoadable>(
    _ first: UnsafePointer<First>, _ second: UnsafePointer<Second>, _ output: UnsafeMutablePointer<Output>,
    count: Int, _ combine: (SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>
) {
    var index = 0
    while index < count {
        let lanes = min(16, count &- index)
        store(combine(load(first + index, lanes), load(second + index, lanes)), at: output + index, lanes)
        index &+= 16
    }
}

/// The first `lanes` of sixteen numbers, then zeros.
@inline(__always)
func load<Scalar: VectorLoadable>(_ address: UnsafePointer<Scalar>, _ lanes: Int) -> SIMD16<Float> {
    if lanes == 16 { return Scalar.loadVector(address) }
    var vector = SIMD16<Float>()
    for lane in 0..<lanes { vector[lane] = address[lane].float }
    return vector
}

@inline(__always)
func store<Scalar: VectorLoadable>(_ vector: SIMD16<Float>, at address: UnsafeMutablePointer<Scalar>, _ lanes: Int) {
    if lanes == 16 { return Scalar.store(vector, at: address) }
    for lane in 0..<lanes { address[lane] = Scalar(vector[lane]) }
}

/// Below this many numbers a second thread costs more than it saves.
let elementGrain = 16_384

/// max(x, slope * x), for slopes below 1.
@inline(__always)
func leaky(_ value: SIMD16<Float>, _ slope: Float) -> SIMD16<Float> {
    value.replacing(with: value * slope, where: value .< 0)
}

/// Elementwise passes over whole tensors.
public enum Elementwise {
    /// The same numbers in another type.
    public static func converted(_ input: Tensor, to type: ScalarType) -> Tensor {
        guard input.type != type else { return input }
        let output = Tensor(input.shape, type)
        Parallel.forEach(input.count, grain: elementGrain) { range in
            if type == .float32 {
                transform(
                    UnsafePointer(input.pointer(BFloat16.self)) + range.lowerBound,
                    output.pointer(Float.self) + range.lowerBound, count: range.count
                ) { $0 }
            } else {
                transform(
                    UnsafePointer(input.pointer(Float.self)) + range.lowerBound,
                    output.pointer(BFloat16.self) + range.lowerBound, count: range.count
                ) { $0 }
            }
        }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// `target += addend`, in place.
    public static func add(_ addend: Tensor, to target: Tensor) {
        precondition(addend.shape == target.shape, "\(addend.shape) added to \(target.shape)")
        let addend = converted(addend, to: target.type)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(target.count, grain: elementGrain) { range in
                let place = target.pointer(Scalar.self) + range.lowerBound
                combine(place, addend.pointer(Scalar.self) + range.lowerBound, place, count: range.count) { $0 + $1 }
            }
        }
        if target.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((addend, target)) {}
    }

    /// Number times number, float32.
    public static func product(_ left: Tensor, _ right: Tensor) -> Tensor {
        precondition(left.shape == right.shape, "\(left.shape) times \(right.shape)")
        let result = Tensor(left.shape)
        let (a, b, c) = (left.pointer(Float.self), right.pointer(Float.self), result.pointer(Float.self))
        Parallel.forEach(left.count, grain: elementGrain) { range in
            for index in range { c[index] = a[index] * b[index] }
        }
        withExtendedLifetime((left, right, result)) {}
        return result
    }

    /// `target *= factor`, in place.
    public static func scale(_ target: Tensor, by factor: Float) {
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(target.count, grain: elementGrain) { range in
                let place = target.pointer(Scalar.self) + range.lowerBound
                transform(place, place, count: range.count) { $0 * factor }
            }
        }
        if target.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime(target) {}
    }

    /// `target += share * (goal - target)`, in place, float32.
    public static func move(_ target: Tensor, towards goal: Tensor, share: Float) {
        precondition(goal.shape == target.shape, "\(goal.shape) for \(target.shape)")
        Parallel.forEach(target.count, grain: elementGrain) { range in
            let place = target.pointer(Float.self) + range.lowerBound
            combine(place, goal.pointer(Float.self) + range.lowerBound, place, count: range.count) { $0 + share * ($1 - $0) }
        }
        withExtendedLifetime((target, goal)) {}
    }

    /// The sum of all numbers' squares, float32, in double precision.
    public static func sumOfSquares(_ input: Tensor) -> Double {
        let numbers = UnsafePointer(input.pointer(Float.self))
        var sum = SIMD8<Double>.zero
        for index in stride(from: 0, to: input.count, by: 16) {
            let vector = load(numbers + index, Swift.min(16, input.count - index))
            let (low, high) = (SIMD8<Double>(vector.lowHalf), SIMD8<Double>(vector.highHalf))
            sum += low * low + high * high
        }
        withExtendedLifetime(input) {}
        return sum.sum()
    }

    /// Carries a gradient back through a leaky rectifier, in place: times 1 where its output was positive, else `slope`.
    ///
    /// The output serves as well as the input, since they share their sign.
    public static func multiplyByLeakyReLUGradient(_ gradient: Tensor, output: Tensor, slope: Float) {
        precondition(gradient.shape == output.shape, "gradient \(gradient.shape) of output \(output.shape)")
        precondition(gradient.type == output.type, "gradient \(gradient.type) of output \(output.type)")
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(gradient.count, grain: elementGrain) { range in
                let place = gradient.pointer(Scalar.self) + range.lowerBound
                combine(place, output.pointer(Scalar.self) + range.lowerBound, place, count: range.count) {
                    $0.replacing(with: $0 * slope, where: $1 .<= 0)
                }
            }
        }
        if gradient.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((gradient, output)) {}
    }

    /// `output[i] = max(x, slope * x)` of `input[i]`, in the calling thread.
    public static func rectify(
        _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int, slope: Float
    ) {
        transform(input, output, count: count) { leaky($0, slope) }
    }

    /// `target[i] = max(x, slope * x)` of `target[i] + addend[i]`, in the calling thread.
    public static func add(
        _ addend: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int, slope: Float
    ) {
        combine(UnsafePointer(target), addend, target, count: count) { leaky($0 + $1, slope) }
    }

    /// `output[i] = max(x, slope * x)` of `input[i]`, both of one type.
    public static func rectify(_ input: Tensor, into output: Tensor, slope: Float) {
        precondition(
            input.shape == output.shape && input.type == output.type,
            "\(input.shape) \(input.type) rectified into \(output.shape) \(output.type)")
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(input.count, grain: elementGrain) { range in
                transform(
                    UnsafePointer(input.pointer(Scalar.self)) + range.lowerBound,
                    output.pointer(Scalar.self) + range.lowerBound, count: range.count
                ) { leaky($0, slope) }
            }
        }
        if input.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((input, output)) {}
    }

    /// The hyperbolic tangent of `count` numbers, in place.
    public static func tanh(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
        nonisolated(unsafe) let numbers = numbers
        Parallel.forEach(count, grain: 4096) { range in
            for index in range { numbers[index] = hyperbolicTangent(numbers[index]) }
        }
    }

    /// The hyperbolic tangent, float32.
    public static func tanh(_ input: Tensor) -> Tensor {
        let output = Tensor(input.shape)
        Parallel.forEach(input.count, grain: 4096) { range in
            let (from, to) = (input.pointer(Float.self), output.pointer(Float.self))
            for index in range { to[index] = hyperbolicTangent(from[index]) }
        }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The gradient before a hyperbolic tangent: `gradient * (1 - output^2)`.
    public static func tanhGradient(_ gradient: Tensor, output: Tensor) -> Tensor {
        let result = Tensor(gradient.shape)
        Parallel.forEach(gradient.count, grain: elementGrain) { range in
            combine(
                UnsafePointer(gradient.pointer(Float.self)) + range.lowerBound,
                UnsafePointer(output.pointer(Float.self)) + range.lowerBound,
                result.pointer(Float.self) + range.lowerBound, count: range.count
            ) { $0 * (1 - $1 * $1) }
        }
        withExtendedLifetime((gradient, output, result)) {}
        return result
    }
}
