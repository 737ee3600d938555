public import Tensors

/// Weight normalization (Salimans & Kingma 2016): each row of weights is a direction v times a separate magnitude g,
///
///     w[r] = g[r] * v[r] / |v[r]|
///
/// where a row is everything under one index of the first dimension, PyTorch's default.
public enum WeightNorm {
    /// The factor of each row of `direction`: `g / |v|`.
    public static func scales(direction: Tensor, magnitude: Tensor) -> [Float] {
        let rows = direction.shape[0]
        let length = direction.count / rows
        precondition(magnitude.count == rows, "\(magnitude.count) magnitudes for \(rows) rows")
        let scales = Tensor([rows])
        Parallel.forEach(rows, grain: max(1, elementGrain / length)) { range in
            let (v, g) = (UnsafePointer(direction.pointer(Float.self)), magnitude.pointer(Float.self))
            for row in range {
                let start = v + row * length
                scales.pointer(Float.self)[row] = g[row] / dotProduct(start, start, length).squareRoot()
            }
        }
        withExtendedLifetime((direction, magnitude)) {}
        return scales.values
    }

    /// The normalized weights, in the shape of `direction`.
    ///
    /// - Parameters:
    ///   - direction: `[rows, …]`.
    ///   - magnitude: `[rows, 1, 1]`.
    public static func weights(direction: Tensor, magnitude: Tensor) -> Tensor {
        let rows = direction.shape[0]
        let length = direction.count / rows
        precondition(magnitude.count == rows, "\(magnitude.count) magnitudes for \(rows) rows")
        let output = Tensor(direction.shape)
        Parallel.forEach(rows, grain: max(1, elementGrain / length)) { range in
            let (v, g, w) = (
                UnsafePointer(direction.pointer(Float.self)), magnitude.pointer(Float.self), output.pointer(Float.self)
            )
            for row in range {
                let scale = g[row] / dotProduct(v + row * length, v + row * length, length).squareRoot()
                transform(v + row * length, w + row * length, count: length) { $0 * scale }
            }
        }
        withExtendedLifetime((direction, magnitude, output)) {}
        return output
    }

    /// The gradients with respect to direction and magnitude, from the gradient with respect to the weights:
    ///
    ///     dg = dw . v / |v|        dv = g / |v| * (dw - dg * v / |v|)
    public static func gradients(
        direction: Tensor, magnitude: Tensor, weightGradient: Tensor
    ) -> (direction: Tensor, magnitude: Tensor) {
        let rows = direction.shape[0]
        let length = direction.count / rows
        let (directionGradient, magnitudeGradient) = (Tensor(direction.shape), Tensor(magnitude.shape))
        Parallel.forEach(rows, grain: max(1, elementGrain / length)) { range in
            let (v, g) = (UnsafePointer(direction.pointer(Float.self)), magnitude.pointer(Float.self))
            let dw = UnsafePointer(weightGradient.pointer(Float.self))
            let (dv, dg) = (directionGradient.pointer(Float.self), magnitudeGradient.pointer(Float.self))
            for row in range {
                let (start, norm) = (row * length, dotProduct(v + row * length, v + row * length, length).squareRoot())
                let magnitudeGradient = dotProduct(dw + start, v + start, length) / norm
                dg[row] = magnitudeGradient
                let (scale, projection) = (g[row] / norm, magnitudeGradient / norm)
                combine(dw + start, v + start, dv + start, count: length) { scale * ($0 - projection * $1) }
            }
        }
        withExtendedLifetime((direction, magnitude, weightGradient)) {}
        withExtendedLifetime((directionGradient, magnitudeGradient)) {}
        return (directionGradient, magnitudeGradient)
    }
}

/// The inner product of `count` numbers.
func dotProduct(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD16<Float>()
    var total = 0.0
    var index = 0
    while index &+ 16 <= count {
        lanes += Float.loadVector(first + index) * Float.loadVector(second + index)
        index &+= 16
        // Runs of 4096 are summed in single precision and their sums in double, which is fast and accurate at any length.
        if index & 0xfff == 0 {
            total += Double(lanes.sum())
            lanes = SIMD16()
        }
    }
    while index < count {
        total += Double(first[index] * second[index])
        index &+= 1
    }
    return Float(total + Double(lanes.sum()))
}
