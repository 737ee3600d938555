import Audio
import Spectra
import Tensors
import Testing

@testable import Training

@Suite struct MelLossTests {
    private func segments(_ seeds: [UInt64], _ amplitude: Float, noise: Float = 0.01) -> Tensor {
        var samples: [Float] = []
        for seed in seeds {
            samples += SyntheticSignal.speechLike(seed: seed).waveform(duration: 0.25, sampleRate: 22_050).samples
                .prefix(4096).map { $0 * amplitude }
            samples += [Float](repeating: 0, count: max(0, 4096 - Int(0.25 * 22_050)))
        }
        var random = SplitMix64(seed: 9)
        // A little noise, so that no band is at the floor, where there is no gradient to check.
        let noisy = samples.map { $0 + noise * Float(random.signedUniform()) }
        return Tensor(noisy, shape: [seeds.count, 4096, 1])
    }

    @Test("The loss equals the distance of the extractor's mels", arguments: [MelConvention.melgan, .tacotron2])
    func value(convention: MelConvention) {
        let (made, target) = (segments([1, 2], 0.2), segments([3, 4], 0.5))
        let extractor = MelExtractor(convention)
        var (sum, count) = (0.0, 0)
        for entry in 0..<2 {
            func mel(_ tensor: Tensor) -> [Float] {
                extractor.mel(of: Waveform(samples: tensor.entries(entry..<entry + 1).values, sampleRate: 22_050)).values
            }
            for (value, wanted) in zip(mel(made), mel(target)) {
                sum += Double(abs(value - wanted)) * convention.compression.naturalLogPerUnit
                count += 1
            }
        }
        let found = MelLoss(convention)(made, target, weight: 1).value
        #expect(abs(found - sum / Double(count)) < 1e-4 * found)
    }

    /// The direction is a random choice of the gradient's own components: along a random direction the derivative is small compared with
    /// the error of a difference quotient from the kinks of absolute values and from single precision.
    @Test("The gradient agrees with finite differences", arguments: [MelConvention.melgan, .tacotron2])
    func gradient(convention: MelConvention) {
        // Noise of other loudness on either side keeps bands away from the kink where they are equal.
        let (made, target) = (segments([1, 2], 0.2, noise: 0.1), segments([3, 4], 0.5, noise: 0.001))
        let distance = MelLoss(convention)
        let gradient = distance(made, target, weight: 45).gradient.values
        let largest = gradient.reduce(0) { max($0, abs($1)) }
        for seed in 1...3 {
            var random = SplitMix64(seed: UInt64(seed))
            let direction = gradient.map { random.signedUniform() < 0 ? 0 : $0 / largest }
            let step: Float = 1e-5
            func value(_ sign: Float) -> Double {
                let moved = zip(made.values, direction).map { $0 + sign * step * $1 }
                return 45 * distance(Tensor(moved, shape: made.shape), target, weight: 1).value
            }
            let measured = (value(1) - value(-1)) / Double(2 * step)
            let expected = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            #expect(abs(measured - expected) < 0.02 * expected, "\(measured), not \(expected)")
        }
    }

    @Test("Equal sounds have a loss and a gradient of 0, and so has silence")
    func equality() {
        let sound = segments([1], 0.3)
        let equal = MelLoss(.melgan)(sound, sound, weight: 1)
        #expect(equal.value == 0)
        #expect(equal.gradient.values.allSatisfy { $0 == 0 })
        let silence = Tensor.zeros([1, 4096, 1])
        let silent = MelLoss(.melgan)(silence, sound, weight: 1)
        #expect(silent.value > 1)
        #expect(silent.gradient.values.allSatisfy { $0 == 0 })
    }

    @Test("The loss at several resolutions is the mean of theirs, and so is its gradient; it is 0 for the recording itself")
    func resolutions() {
        let (made, target) = (segments([1, 2], 0.2), segments([3, 4], 0.5))
        let whole = MultiResolutionMelLoss(sampleRate: 22_050)
        #expect(whole(target, target, weight: 1).value == 0)
        let found = whole(made, target, weight: 3)
        var (sum, gradient) = (0.0, [Float](repeating: 0, count: made.count))
        for (window, bands) in [(2048, 128), (1024, 80), (512, 40), (256, 20)] {
            var convention = MelConvention.melgan
            (convention.fftSize, convention.windowLength, convention.hopLength) = (window, window, window / 4)
            convention.bandCount = bands
            let one = MelLoss(convention)(made, target, weight: 3)
            sum += one.value / 4
            for (index, value) in one.gradient.values.enumerated() { gradient[index] += value / 4 }
        }
        #expect(abs(found.value - sum) < 1e-6 * sum)
        let largest = gradient.reduce(0) { max($0, abs($1)) }
        #expect(zip(found.gradient.values, gradient).allSatisfy { abs($0 - $1) < 1e-5 * largest })
    }
}
