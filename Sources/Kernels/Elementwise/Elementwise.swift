public import Tensors

/// `output[i] = transform(input[i])` over `count` numbers, sixteen at a time.
@inline(__always)
func transform<Input: VectorLoadable, Output: VectorLoadable>(
    _ input: UnsafePointer<Input>, _ output: UnsafeMutablePointer<Output>, count: Int,
    _ transform: (SIMD16<Float>) -> SIMD16<Float>
) {
    var index = 0
    // The closure is called in one place only, because the compiler would not inline two calls.
    while index < count {
        let lanes = min(16, count &- index)
        store(transform(load(input + index, lanes)), at: output + index, lanes)
        index &+= 16
    }
}

/// `output[i] = combine(first[i], second[i])` over `count` numbers, sixteen at a time; `output` may be one of the inputs.
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

/// The least number of elements worth a thread.
let elementGrain = 16_384

/// Elementwise operations on whole tensors.
public enum Elementwise {
    /// The same numbers in another type; `input` itself if it has that type.
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

    /// The elementwise product, float32.
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

    /// `target += weight * (goal - target)`, in place, float32 (PyTorch's `lerp_`).
    public static func interpolate(_ target: Tensor, towards goal: Tensor, weight: Float) {
        precondition(goal.shape == target.shape, "\(goal.shape) for \(target.shape)")
        Parallel.forEach(target.count, grain: elementGrain) { range in
            let place = target.pointer(Float.self) + range.lowerBound
            combine(place, goal.pointer(Float.self) + range.lowerBound, place, count: range.count) { $0 + weight * ($1 - $0) }
        }
        withExtendedLifetime((target, goal)) {}
    }

    /// The sum of the squares of all numbers of a float32 tensor, in double precision.
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
}
