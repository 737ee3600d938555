public import Tensors

/// The L1 loss: the mean absolute difference of two tensors, and its gradient.
public enum AbsoluteDifference {
    /// Numbers per partial sum; the division is fixed, so that the sum does not depend on the thread count.
    private static let chunk = 1 << 16

    /// The mean absolute difference and its gradient.
    ///
    /// - Returns: `mean |value - target|`, and `weight` times its gradient with respect to `value`, in the type of `value`.
    public static func mean(of value: Tensor, from target: Tensor, weight: Float) -> (mean: Double, gradient: Tensor) {
        precondition(value.shape == target.shape, "\(value.shape) compared with \(target.shape)")
        let gradient = Tensor(value.shape, value.type)
        let chunks = (value.count + chunk - 1) / chunk
        var sums = [Double](repeating: 0, count: chunks)
        let magnitude = weight / Float(value.count)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            sums.withUnsafeMutableBufferPointer { sums in
                let sums = sums.baseAddress!
                Parallel.forEach(chunks) { range in
                    for index in range {
                        let start = index * chunk
                        sums[index] = differences(
                            value.pointer(Scalar.self) + start, target.pointer(Scalar.self) + start,
                            gradient.pointer(Scalar.self) + start, min(chunk, value.count - start), magnitude)
                    }
                }
            }
        }
        if value.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((value, target, gradient)) {}
        return (sums.reduce(0, +) / Double(value.count), gradient)
    }

    /// The sum of absolute differences over one chunk; writes `magnitude` times their signs.
    @inline(__always)
    private static func differences<Scalar: VectorLoadable>(
        _ value: UnsafePointer<Scalar>, _ target: UnsafePointer<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>,
        _ count: Int, _ magnitude: Float
    ) -> Double {
        var lanes = SIMD16<Float>()
        combine(value, target, gradient, count: count & ~15) { value, target in
            let difference = value - target
            let sign = SIMD16<Float>(repeating: magnitude).replacing(with: -magnitude, where: difference .< 0)
            lanes += difference.replacing(with: -difference, where: difference .< 0)
            return sign.replacing(with: 0, where: difference .== 0)
        }
        var sum = Double(lanes.sum())
        for index in count & ~15..<count {
            let difference = value[index].float - target[index].float
            sum += Double(abs(difference))
            gradient[index] = Scalar(difference == 0 ? 0 : difference > 0 ? magnitude : -magnitude)
        }
        return sum
    }
}
