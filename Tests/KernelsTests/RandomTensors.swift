import Tensors

/// SplitMix64: the same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Tensor {
    /// Numbers drawn evenly from -1...1, rounded to `type`.
    static func random(_ shape: [Int], _ type: ScalarType = .float32, using numbers: inout SplitMix64) -> Tensor {
        let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &numbers) }
        return Tensor(values, shape: shape).rounded(to: type)
    }

    /// The same numbers in `type`, one by one.
    func rounded(to type: ScalarType) -> Tensor {
        guard type == .bfloat16 else { return self }
        let result = Tensor(shape, .bfloat16)
        for (index, value) in values.enumerated() { result.pointer(BFloat16.self)[index] = BFloat16(value) }
        return result
    }

    /// The numbers in double precision.
    var doubles: [Double] { values.map(Double.init) }
}
