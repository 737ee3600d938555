import Tensors
import Testing

/// Expects `gradient` to be what central differences of `loss` about `point` show, along a direction that is half the
/// gradient's own and half random: wrong sizes, signs and places all change what is seen along it.
///
/// - Parameters:
///   - step: Relative to the length of `point`.
///   - tolerance: Relative to the gradient's length; the rounding of a loss of about its own size comes on top.
func expectGradient(
    _ gradient: Tensor, at point: Tensor, step: Double = 3e-3, within tolerance: Double = 5e-3, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, of loss: (Tensor) -> Double
) {
    #expect(gradient.shape == point.shape, "\(what)", sourceLocation: sourceLocation)
    var numbers = SplitMix64(seed: 31)
    let random = Tensor.random(point.shape, using: &numbers)
    let lengths = [gradient, random, point].map { innerProduct($0, $0).squareRoot() }
    #expect(lengths[0].isFinite && lengths[0] > 0, "\(what)", sourceLocation: sourceLocation)
    let direction = zip(gradient.values, random.values).map {
        Float(Double($0) / lengths[0] + Double($1) / lengths[1])
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
