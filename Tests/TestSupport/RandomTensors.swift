public import Tensors

extension Tensor {
    /// Numbers drawn evenly from -1...1, rounded to `type`.
    public static func random(
        _ shape: [Int], _ type: ScalarType = .float32, using numbers: inout some RandomNumberGenerator
    ) -> Tensor {
        let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &numbers) }
        return Tensor(values, shape: shape).rounded(to: type)
    }

    /// The same numbers in `type`, converted one by one.
    public func rounded(to type: ScalarType) -> Tensor {
        guard type == .bfloat16 else { return self }
        let result = Tensor(shape, .bfloat16)
        for (index, value) in values.enumerated() { result.pointer(BFloat16.self)[index] = BFloat16(value) }
        return result
    }

    /// The numbers in double precision.
    public var doubles: [Double] { values.map(Double.init) }
}

/// `sum of first[i] * second[i]`, in double precision.
public func innerProduct(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}

/// `sum of first[i] * second[i]`, in double precision.
public func innerProduct(_ first: Tensor, _ second: Tensor) -> Double { innerProduct(first.doubles, second.doubles) }
