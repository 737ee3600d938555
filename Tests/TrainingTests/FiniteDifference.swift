import Audio
import Tensors
import Testing

/// `sum of first[i] * second[i]`, in double precision.
func innerProduct(_ first: Tensor, _ second: Tensor) -> Double {
    zip(first.values, second.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

extension Tensor {
    /// Numbers drawn evenly from -1...1.
    static func random(_ shape: [Int], using numbers: inout SplitMix64) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &numbers) }, shape: shape)
    }
}

/// Expects `gradient` to be what central differences of `loss` about `point` show, along a direction that is half the
/// gradient's own and half random: wrong sizes, signs and places all change what is seen along it.
///
/// - Parameters:
///   - step: Relative to the length of `point`.
///   - tolerance: Relative to the gradient's length; the rounding of a loss of about its own size comes on top.
func expectGradient(
    _ gradient: Tensor, at point: Tensor, step: Double = 2e-3, within tolerance: Double = 1e-2, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, of loss: (Tensor) -> Double
) {
    #expect(gradient.shape == point.shape, "\(what)", sourceLocation: sourceLocation)
    var numbers = SplitMix64(seed: 41)
    let random = Tensor.random(point.shape, using: &numbers)
    let lengths = [gradient, random, point].map { innerProduct($0, $0).squareRoot() }
    #expect(lengths[0].isFinite, "\(what)", sourceLocation: sourceLocation)
    // A hinge whose scores are all inside pulls the last bias both ways alike: its gradient is zero.
    let direction = zip(gradient.values, random.values).map {
        Float(Double($0) / max(lengths[0], 1e-30) + Double($1) / lengths[1])
    }
    let distance = step * lengths[2]
    func moved(_ sign: Float) -> Double {
        loss(Tensor(zip(point.values, direction).map { $0 + sign * Float(distance) * $1 }, shape: point.shape))
    }
    let (ahead, behind) = (moved(1), moved(-1))
    let expected = (ahead - behind) / (2 * distance)
    let found = innerProduct(gradient, Tensor(direction, shape: point.shape))
    let rounding = 1e-6 * max(abs(ahead), abs(behind)) / distance
    #expect(
        abs(found - expected) < tolerance * lengths[0] + rounding, "\(what): \(found), not \(expected)",
        sourceLocation: sourceLocation)
}
