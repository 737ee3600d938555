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
    /// Numbers drawn evenly from -1...1.
    static func random(_ shape: [Int], using numbers: inout SplitMix64) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &numbers) }, shape: shape)
    }
}

/// `sum of first[i] * second[i]`, in double precision.
func innerProduct(_ first: Tensor, _ second: Tensor) -> Double {
    zip(first.values, second.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
