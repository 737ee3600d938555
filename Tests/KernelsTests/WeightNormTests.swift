import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct WeightNormTests {
    /// Of weights: short rows, rows off a vector's width, and rows past the run that is summed in single precision.
    static let shapes = [[3, 1, 1], [64, 4, 41], [16, 1, 15], [5, 1024, 5], [512, 80, 7]]

    /// `w = g v / |v|`, in double precision.
    static func reference(_ direction: [Double], _ magnitude: [Double]) -> [Double] {
        let count = direction.count / magnitude.count
        return magnitude.indices.flatMap { row in
            let values = Array(direction[row * count..<(row + 1) * count])
            return values.map { magnitude[row] * $0 / length(values) }
        }
    }

    @Test("Weights have the magnitudes' lengths along the directions", arguments: shapes)
    func forward(shape: [Int]) {
        var numbers = SplitMix64(seed: 20)
        let (direction, magnitude) = (
            Tensor.random(shape, using: &numbers), Tensor.random([shape[0], 1, 1], using: &numbers)
        )
        let weights = WeightNorm.weights(direction: direction, magnitude: magnitude)
        #expect(weights.shape == shape)
        expectAgreement(weights, with: Self.reference(direction.doubles, magnitude.doubles), within: 1e-6)
    }

    @Test("Gradients are the finite differences' along any direction", arguments: shapes)
    func gradients(shape: [Int]) {
        var numbers = SplitMix64(seed: 21)
        let (direction, magnitude) = (
            Tensor.random(shape, using: &numbers), Tensor.random([shape[0], 1, 1], using: &numbers)
        )
        let weightGradient = Tensor.random(shape, using: &numbers)
        let found = WeightNorm.gradients(direction: direction, magnitude: magnitude, weightGradient: weightGradient)
        let (there, along) = (
            Tensor.random(shape, using: &numbers).doubles, Tensor.random([shape[0], 1, 1], using: &numbers).doubles
        )
        let step = 1e-5
        func loss(_ sign: Double) -> Double {
            innerProduct(
                weightGradient.doubles,
                Self.reference(
                    zip(direction.doubles, there).map { $0 + sign * step * $1 },
                    zip(magnitude.doubles, along).map { $0 + sign * step * $1 }))
        }
        let slope = innerProduct(found.direction.doubles, there) + innerProduct(found.magnitude.doubles, along)
        let scale = length(found.direction.doubles) * length(there) + length(found.magnitude.doubles) * length(along)
        #expect(abs((loss(1) - loss(-1)) / (2 * step) - slope) < 1e-5 * scale)
    }
}
