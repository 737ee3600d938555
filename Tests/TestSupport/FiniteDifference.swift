public import Tensors
public import Testing

/// Expects `gradient` to agree with central differences of `loss` about `point`, along a direction that is half the gradient's
/// own and half random: an error in size, sign or place changes the difference along it.
///
/// - Parameters:
///   - step: Relative to the norm of `point`.
///   - tolerance: Relative to the norm of the gradient; the rounding error of the loss is allowed on top.
///   - canVanish: Whether a gradient of zero is right too.
public func expectGradient(
    _ gradient: Tensor, at point: Tensor, step: Double = 3e-3, within tolerance: Double = 5e-3, canVanish: Bool = false,
    _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation, of loss: (Tensor) -> Double
) {
    #expect(gradient.shape == point.shape, "\(what)", sourceLocation: sourceLocation)
    var numbers = SplitMix64(seed: 31)
    let random = Tensor.random(point.shape, using: &numbers)
    let norms = [gradient, random, point].map { innerProduct($0, $0).squareRoot() }
    #expect(norms[0].isFinite && (canVanish || norms[0] > 0), "\(what)", sourceLocation: sourceLocation)
    let direction = zip(gradient.values, random.values).map {
        Float(Double($0) / max(norms[0], 1e-30) + Double($1) / norms[1])
    }
    let distance = step * norms[2]
    func moved(_ sign: Float) -> Double {
        loss(Tensor(zip(point.values, direction).map { $0 + sign * Float(distance) * $1 }, shape: point.shape))
    }
    let (ahead, behind) = (moved(1), moved(-1))
    let expected = (ahead - behind) / (2 * distance)
    let found = innerProduct(gradient, Tensor(direction, shape: point.shape))
    let rounding = 1e-6 * max(abs(ahead), abs(behind)) / distance
    #expect(
        abs(found - expected) < tolerance * norms[0] + rounding, "\(what): \(found), not \(expected)",
        sourceLocation: sourceLocation)
}
