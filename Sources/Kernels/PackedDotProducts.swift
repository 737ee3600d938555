/// A ``PackedGEMM`` of one output channel: panels would compute a whole vector of them, of which all but one are zeros.
///
/// Here the vector runs along the inputs instead. A row's sum is made in the same order wherever it lies.
struct PackedDotProducts {
    let terms: UnsafePointer<GEMMTerm>
    let termCount: Int
    /// Of all terms, one after the other.
    let weights: UnsafePointer<Float>
    let bias: Float
    let output: Rows
    let negativeSlope: Float?

    private typealias Vector = SIMD8<Float>

    func run(_ count: Int) {
        for row in 0..<count {
            var sum = bias + dot(row)
            if let negativeSlope, sum < 0 { sum *= negativeSlope }
            output.base[row &* output.stride] = sum
        }
    }

    @inline(__always)
    private func dot(_ row: Int) -> Float {
        var (sum, rest) = (Vector.zero, Float(0))
        var weights = weights
        for index in 0..<termCount {
            let channels = terms[index].channels
            let numbers = UnsafePointer(terms[index].rows.advanced(by: row).base)
            var channel = 0
            while channel &+ 8 <= channels {
                sum.addProduct(Vector(at: numbers + channel), Vector(at: weights + channel))
                channel &+= 8
            }
            while channel < channels {
                rest.addProduct(numbers[channel], weights[channel])
                channel &+= 1
            }
            weights += channels
        }
        let halves = sum.lowHalf + sum.highHalf
        return (halves.x + halves.z) + (halves.y + halves.w) + rest
    }
}
