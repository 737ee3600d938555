public import Tensors

/// Adam (Kingma & Ba 2015, algorithm 1).
public enum Adam {
    /// Updates one parameter and its moments in place, in one pass over memory.
    ///
    /// - Parameter step: Counted from 1, for the bias correction of the moments.
    public static func update(
        _ parameter: Tensor, firstMoment: Tensor, secondMoment: Tensor, gradient: Tensor, step: Int,
        learningRate: Double, beta1: Double, beta2: Double, epsilon: Double
    ) {
        precondition(gradient.count == parameter.count, "gradient \(gradient.shape) of parameter \(parameter.shape)")
        let rate = Float(learningRate / (1 - power(beta1, step)))
        let correction = Float(1 / (1 - power(beta2, step)).squareRoot())
        let (beta1, beta2, epsilon) = (Float(beta1), Float(beta2), Float(epsilon))
        Parallel.forEach(parameter.count, grain: elementGrain) { range in
            let (p, g) = (parameter.pointer(Float.self), UnsafePointer(gradient.pointer(Float.self)))
            let (m, v) = (firstMoment.pointer(Float.self), secondMoment.pointer(Float.self))
            var index = range.lowerBound
            while index < range.upperBound {
                let count = min(16, range.upperBound - index)
                let gradient = load(g + index, count)
                let first = load(UnsafePointer(m + index), count) * beta1 + gradient * (1 - beta1)
                let second = load(UnsafePointer(v + index), count) * beta2 + gradient * gradient * (1 - beta2)
                let stepSize = first * rate / (second.squareRoot() * correction + epsilon)
                store(first, at: m + index, count)
                store(second, at: v + index, count)
                store(load(UnsafePointer(p + index), count) - stepSize, at: p + index, count)
                index &+= 16
            }
        }
        withExtendedLifetime((parameter, firstMoment, secondMoment, gradient)) {}
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
