import Kernels
import Platform
import Tensors
import Testing
@testable import Training

@Suite struct SubBandSTFTLossTests {
    private let filterbank = SubBandFilterbank(bandCount: 4, taps: 62, cutoff: 0.142, beta: 9)

    private func noise(_ amplitude: Float, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed)
        return Tensor((0..<2 * 4096).map { _ in amplitude * Float(random.signedUniform()) }, shape: [2, 4096, 1])
    }

    @Test("The recording's own bands have a loss of 0; the loss of louder bands follows from their gain")
    func gain() {
        let target = noise(0.3, seed: 1), distance = SubBandSTFTLoss(filterbank)
        let bands = filterbank.analysis(of: target)
        let none = distance(bands, target, weight: 1)
        #expect(none.value == 0 && none.gradient.values.allSatisfy { $0 == 0 })
        let louder = Tensor(bands.values.map { 1.5 * $0 }, shape: bands.shape)
        let value = distance(louder, target, weight: 1).value
        #expect(abs(value - (0.5 + log(1.5))) < 1e-3, "\(value)")
    }

    @Test("A single wrong band has a quarter of the weight and all of the gradient")
    func apart() {
        let target = noise(0.3, seed: 1), distance = SubBandSTFTLoss(filterbank)
        let bands = filterbank.analysis(of: target)
        let louder = Tensor(bands.values.enumerated().map { $0 % 4 == 2 ? 1.5 * $1 : $1 }, shape: bands.shape)
        let (value, gradient) = distance(louder, target, weight: 1)
        #expect(abs(value - (0.5 + log(1.5)) / 4) < 1e-3, "\(value)")
        for (index, slope) in gradient.values.enumerated() where index % 4 != 2 { #expect(slope == 0) }
        #expect(gradient.values.contains { $0 != 0 })
    }

    /// The directions are random, and the steps exact in float32, as in the tests of the ``MultiResolutionSTFTLoss``.
    @Test("The gradient agrees with finite differences")
    func gradient() {
        let step: Float = 0x1p-20
        let target = noise(0.05, seed: 2), distance = SubBandSTFTLoss(filterbank)
        let made = Tensor(
            filterbank.analysis(of: noise(0.3, seed: 1)).values.map { ($0 / step).rounded() * step }, shape: [2, 1024, 4])
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
            #expect(abs(measured - expected) < 0.08 * length, "\(measured), not \(expected); length \(length)")
        }
    }
}
