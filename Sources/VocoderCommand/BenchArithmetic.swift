import MelGAN
import Platform
import Spectra

// Floating-point operations as the field counts them: two for each weight of a convolution and each of its positions;
// rectifiers, biases and sums are left out.

/// Of one adversarial step: the generator forward and back (once for inputs, once for weights); the discriminator
/// likewise on real and on made audio, then forward and back to its input on what the generator made.
func operations(
    ofStep generator: AnyGeneratorConfiguration, _ discriminators: [WeightedDiscriminator], batch: Int, frames: Int
) -> Double {
    let samples = frames * generator.hopLength
    let discriminator = discriminators.reduce(0) { $0 + $1.configuration.operations(samples: samples) }
    return Double(batch) * (3 * generator.operations(frames: frames) + (2 * 3 + 2) * discriminator)
}

/// Of `count` real Fourier transforms, by the usual measure of `5/2 n log2 n` each.
func operations(ofTransforms count: Int, size: Int) -> Double {
    2.5 * Double(count) * Double(size) * log2(Double(size))
}
