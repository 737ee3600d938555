import Tensors
import Testing

@testable import Training

@Suite struct WaveformLossTests {
    private func noise(_ amplitude: Float, seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed)
        return Tensor((0..<2 * 512).map { _ in amplitude * Float(random.signedUniform()) }, shape: [2, 512, 1])
    }

    @Test("The loss of a louder copy follows from its gain, and that of an inverted copy is twice that of silence")
    func gain() {
        let target = noise(0.1, seed: 1)
        func value(_ gain: Float) -> Double {
            WaveformLoss()(Tensor(target.values.map { gain * $0 }, shape: target.shape), target, weight: 7).value
        }
        #expect(abs(value(1.5) - 0.5) < 1e-5 && abs(value(0) - 1) < 1e-5 && abs(value(-1) - 2) < 1e-5)
        #expect(value(1) == 0)
    }

    @Test("The loss against silence is finite; equal signals have a gradient of 0")
    func silence() {
        let silence = Tensor.zeros([2, 512, 1])
        let still = WaveformLoss()(silence, silence, weight: 1)
        #expect(still.value == 0 && still.gradient.values.allSatisfy { $0 == 0 })
        #expect(WaveformLoss()(noise(1e-4, seed: 2), silence, weight: 1).value < 0.2)
    }

    @Test("The gradient agrees with finite differences", arguments: [1, 2, 3])
    func gradient(seed: UInt64) {
        let step: Float = 0x1p-12
        let target = noise(0.2, seed: 10)
        let made = Tensor(noise(0.3, seed: 11).values.map { ($0 / step).rounded() * step }, shape: target.shape)
        var random = SplitMix64(seed: seed)
        let direction = made.values.map { _ in Float(random.signedUniform() < 0 ? -1 : 1) }
        func value(_ sign: Float) -> Double {
            WaveformLoss()(
                Tensor(zip(made.values, direction).map { $0 + sign * step * $1 }, shape: made.shape), target, weight: 1
            ).value
        }
        let gradient = WaveformLoss()(made, target, weight: 3).gradient.values
        let measured = 3 * (value(1) - value(-1)) / Double(2 * step)
        let expected = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
        let length = gradient.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
        #expect(abs(measured - expected) < 1e-3 * length, "\(measured), not \(expected); length \(length)")
    }
}
