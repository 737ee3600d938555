import MelGAN
import Platform
import Spectra

// Floating-point operations as the field counts them: two for each weight of a convolution and each of its positions;
// rectifiers, biases and sums are left out.

extension GeneratorConfiguration {
    /// Of one forward pass over `frames` frames.
    func operations(frames: Int) -> Double {
        var sum = convolution(channels(afterStage: 0), inputBands, kernel: 7, positions: frames)
        var positions = frames
        for (stage, factor) in upsampling.enumerated() {
            let (from, to) = (channels(afterStage: stage), channels(afterStage: stage + 1))
            // Each input position meets a kernel of twice the factor.
            sum += convolution(to, from, kernel: 2 * factor, positions: positions)
            positions *= factor
            // Kernels of 3, 1 and 1: the dilated, the pointwise and the shortcut.
            sum += Double(residualBlocks) * convolution(to, to, kernel: 5, positions: positions)
        }
        guard let subBands else { return sum + convolution(1, baseChannels, kernel: 7, positions: positions) }
        // A row of as many samples as bands is made of the bands' rows that the filters reach.
        return sum + convolution(subBands.count, baseChannels, kernel: 7, positions: positions)
            + convolution(subBands.count, subBands.taps + 1, kernel: 1, positions: positions)
    }
}

extension DiscriminatorConfiguration {
    /// Of one forward pass over `samples` samples, all scales together.
    func operations(samples: Int) -> Double {
        var (sum, heard) = (0.0, samples)
        for _ in 0..<scales {
            var (channels, positions) = (baseChannels, heard)
            sum += convolution(channels, 1, kernel: 15, positions: positions)
            for _ in 0..<layers {
                let width = min(channels * stride, maximumChannels)
                positions = (positions + stride - 1) / stride
                // Four channels a group.
                sum += convolution(width, 4, kernel: 10 * stride + 1, positions: positions)
                channels = width
            }
            let width = min(2 * channels, maximumChannels)
            sum += convolution(width, channels, kernel: 5, positions: positions)
            sum += convolution(1, width, kernel: 3, positions: positions)
            heard = (heard + 1) / 2
        }
        return sum
    }
}

/// Of one adversarial step: the generator forward and back (once for inputs, once for weights); the discriminator
/// likewise on real and on made audio, then forward and back to its input on what the generator made.
func operations(
    ofStep generator: GeneratorConfiguration, _ discriminator: DiscriminatorConfiguration, batch: Int, frames: Int
) -> Double {
    let judged = discriminator.operations(samples: frames * generator.hopLength)
    return Double(batch) * (3 * generator.operations(frames: frames) + (2 * 3 + 2) * judged)
}

/// Of `count` real Fourier transforms, by the usual measure of `5/2 n log2 n` each.
func operations(ofTransforms count: Int, size: Int) -> Double {
    2.5 * Double(count) * Double(size) * log2(Double(size))
}

private func convolution(_ outputs: Int, _ inputs: Int, kernel: Int, positions: Int) -> Double {
    2 * Double(outputs) * Double(inputs) * Double(kernel) * Double(positions)
}
