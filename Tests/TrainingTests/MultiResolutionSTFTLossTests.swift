import Platform
import Spectra
import Tensors
import Testing
@testable import Training

@Suite struct MultiResolutionSTFTLossTests {
    private func noise(_ amplitude: Float, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed)
        return Tensor((0..<2 * 4096).map { _ in amplitude * Float(random.signedUniform()) }, shape: [2, 4096, 1])
    }

    @Test("The loss of a louder copy follows from its gain g: g - 1 of convergence plus ln g of log magnitudes")
    func gain() {
        let target = noise(0.1, seed: 1)
        let louder = Tensor(target.values.map { 1.5 * $0 }, shape: target.shape)
        let value = MultiResolutionSTFTLoss()(louder, target, weight: 1).value
        #expect(abs(value - (0.5 + log(1.5))) < 1e-4, "\(value)")
    }

    @Test("Equal sounds have a loss and a gradient of 0; the loss against silence is finite")
    func equality() {
        let sound = noise(0.1, seed: 1)
        let equal = MultiResolutionSTFTLoss()(sound, sound, weight: 1)
        #expect(equal.value == 0 && equal.gradient.values.allSatisfy { $0 == 0 })
        let silence = Tensor.zeros([2, 4096, 1])
        let silent = MultiResolutionSTFTLoss()(silence, silence, weight: 1)
        #expect(silent.value == 0 && silent.gradient.values.allSatisfy { $0 == 0 })
        #expect(MultiResolutionSTFTLoss()(noise(1e-6, seed: 2), silence, weight: 1).value < 1)
    }

    /// The directions are random: the gradient itself is dominated by the few bins that are nearly empty, where the logarithm is strongly
    /// curved. Samples are multiples of the step, so that moving them rounds nothing.
    @Test("The gradient agrees with finite differences", arguments: [[1024, 600, 120], [2048, 1200, 240], [512, 240, 50], [256, 256, 64],
        [384, 150, 30], [684, 300, 60], [172, 60, 10],
    ])
    func gradient(resolution: [Int]) {
        let step: Float = 0x1p-20
        let target = noise(0.05, seed: 2)
        let made = Tensor(noise(0.3, seed: 1).values.map { ($0 / step).rounded() * step }, shape: target.shape)
        let distance = MultiResolutionSTFTLoss([(resolution[0], resolution[1], resolution[2])])
        let gradient = distance(made, target, weight: 3).gradient.values
        let length = gradient.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
        for seed in 1...4 {
            var random = SplitMix64(seed: UInt64(seed))
            let direction = gradient.map { _ in Float(random.signedUniform() < 0 ? -1 : 1) }
            func value(_ sign: Float) -> Double {
                let moved = zip(made.values, direction).map { $0 + sign * step * $1 }
                return 3 * distance(Tensor(moved, shape: made.shape), target, weight: 1).value
            }
            let measured = (value(1) - value(-1)) / Double(2 * step)
            let expected = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            #expect(abs(measured - expected) < 0.04 * length, "\(measured), not \(expected); length \(length)")
        }
    }
}
