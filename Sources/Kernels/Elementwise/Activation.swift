import Platform
public import Tensors

/// Activation functions and their backward passes.
extension Elementwise {
    /// The backward pass of a leaky ReLU, in place: multiplies by 1 where the output was positive, else by `negativeSlope`.
    ///
    /// The output serves as well as the input, since both have the same sign.
    public static func multiplyByLeakyReLUGradient(_ gradient: Tensor, output: Tensor, negativeSlope: Float) {
        precondition(gradient.shape == output.shape, "gradient \(gradient.shape) of output \(output.shape)")
        precondition(gradient.type == output.type, "gradient \(gradient.type) of output \(output.type)")
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(gradient.count, grain: elementGrain) { range in
                let place = gradient.pointer(Scalar.self) + range.lowerBound
                combine(place, output.pointer(Scalar.self) + range.lowerBound, place, count: range.count) {
                    $0.replacing(with: $0 * negativeSlope, where: $1 .<= 0)
                }
            }
        }
        if gradient.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((gradient, output)) {}
    }

    /// `output[i] = max(x, negativeSlope * x)` of `input[i]`, in the calling thread.
    public static func leakyReLU(
        _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int, negativeSlope: Float
    ) {
        transform(input, output, count: count) { $0.leakyReLU(negativeSlope) }
    }

    /// `target[i] = max(x, negativeSlope * x)` of `target[i] + addend[i]`, in the calling thread.
    public static func add(
        _ addend: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int, negativeSlope: Float
    ) {
        combine(UnsafePointer(target), addend, target, count: count) { ($0 + $1).leakyReLU(negativeSlope) }
    }

    /// `output[i] = max(x, negativeSlope * x)` of `input[i]`, both of one type.
    public static func leakyReLU(_ input: Tensor, into output: Tensor, negativeSlope: Float) {
        precondition(
            input.shape == output.shape && input.type == output.type,
            "\(input.shape) \(input.type) rectified into \(output.shape) \(output.type)")
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(input.count, grain: elementGrain) { range in
                transform(
                    UnsafePointer(input.pointer(Scalar.self)) + range.lowerBound,
                    output.pointer(Scalar.self) + range.lowerBound, count: range.count
                ) { $0.leakyReLU(negativeSlope) }
            }
        }
        if input.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((input, output)) {}
    }

    /// The hyperbolic tangent of `count` numbers, in place.
    public static func tanh(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
        nonisolated(unsafe) let numbers = numbers
        Parallel.forEach(count, grain: 4096) { range in
            for index in range { numbers[index] = tanhf(numbers[index]) }
        }
    }

    /// The hyperbolic tangent of a float32 tensor.
    public static func tanh(_ input: Tensor) -> Tensor {
        let output = Tensor(input.shape)
        Parallel.forEach(input.count, grain: 4096) { range in
            let (from, to) = (input.pointer(Float.self), output.pointer(Float.self))
            for index in range { to[index] = tanhf(from[index]) }
        }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The backward pass of the hyperbolic tangent: `gradient * (1 - output^2)`.
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

/// GELU in its tanh approximation, `x s(2 sqrt(2 / pi) (x + 0.044715 x^3))` with the logistic function s (Hendrycks and Gimpel
/// 2016, section 2).
@inline(__always)
func gelu(_ x: SIMD16<Float>) -> SIMD16<Float> { x * geluGate(x) }

/// GELU and its derivative.
@inline(__always)
func geluWithDerivative(_ x: SIMD16<Float>) -> (value: SIMD16<Float>, derivative: SIMD16<Float>) {
    let gate = geluGate(x), value = x * gate
    let inner = SIMD16<Float>(repeating: 1.595_769_1).addingProduct(x * x, SIMD16(repeating: 3 * 0.071_354_82))
    return (value, gate.addingProduct(value * (SIMD16(repeating: 1) - gate), inner))
}

/// The factor of x in GELU: `s(2 sqrt(2 / pi) (x + 0.044715 x^3))`.
@inline(__always)
private func geluGate(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let inner = SIMD16<Float>(repeating: 1.595_769_1).addingProduct(x * x, SIMD16(repeating: 0.071_354_82))
    return SIMD16(repeating: 1) / (SIMD16(repeating: 1) + exponential(-(x * inner)))
}
