public import Tensors

/// Dropout (Srivastava et al. 2014): numbers dropped at random become 0, the others are scaled so that the mean is kept.
///
/// Which numbers are dropped is a function of a key and of their indices, so that a repeated training step drops the same ones.
public struct Dropout: Sendable, Equatable {
    /// The fraction of numbers that is dropped.
    public let rate: Float
    let key: UInt32
    private let threshold: UInt32
    private let factor: Float

    /// - Parameters:
    ///   - rate: The fraction of numbers that is dropped, in 0..<1.
    ///   - key: A different one for every layer of every step.
    public init(rate: Float, key: UInt32) {
        precondition((0..<1).contains(rate), "a fraction of \(rate) cannot be dropped")
        (self.rate, self.key) = (rate, key)
        threshold = UInt32(Double(rate) * 0x1p32)
        factor = 1 / (1 - rate)
    }

    /// The factors of the sixteen numbers from `index` on, by Wellons's 32-bit hash "lowbias32".
    @inline(__always)
    func factors(_ index: Int) -> SIMD16<Float> {
        typealias Bits = SIMD16<UInt32>
        let lanes = Bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        var x = (lanes &+ Bits(repeating: UInt32(truncatingIfNeeded: index))) ^ Bits(repeating: key)
        x = (x ^ (x &>> Bits(repeating: 16))) &* Bits(repeating: 0x7FEB_352D)
        x = (x ^ (x &>> Bits(repeating: 15))) &* Bits(repeating: 0x846C_A68B)
        x = x ^ (x &>> Bits(repeating: 16))
        return SIMD16<Float>(repeating: factor).replacing(with: 0, where: x .< Bits(repeating: threshold))
    }

    /// `input` with numbers dropped and the others scaled. The operation is its own adjoint.
    public func applied(to input: Tensor) -> Tensor {
        let output = Tensor(input.shape)
        Parallel.forEach((input.count + 15) / 16, grain: elementGrain / 16) { range in
            let (from, to) = (UnsafePointer(input.pointer(Float.self)), output.pointer(Float.self))
            for vector in range {
                let index = vector &* 16, lanes = min(16, input.count &- index)
                store(load(from + index, lanes) * factors(index), at: to + index, lanes)
            }
        }
        withExtendedLifetime((input, output)) {}
        return output
    }
}
