import MelGAN
import Platform
import Spectra

// Floating-point operations are counted as usual: two for each weight of a convolution at each position; activation
// functions, biases and sums are not counted.

/// The operations of one adversarial step: the generator forward and backward (for inputs and for weights), the discriminators
/// forward and backward on real and on generated audio, then forward and backward to their input on generated audio.
func operations(
    ofStep generator: AnyGeneratorConfiguration, _ discriminators: [WeightedDiscriminator], batch: Int, frames: Int
) -> Double {
    let samples = frames * generator.hopLength
    let discriminator = discriminators.reduce(0) { $0 + $1.configuration.operations(samples: samples) }
    return Double(batch) * (3 * generator.operations(frames: frames) + (2 * 3 + 2) * discriminator)
}

/// The operations of `count` real Fourier transforms, by the usual count of `5/2 n log2 n` each.
func operations(ofTransforms count: Int, size: Int) -> Double {
    2.5 * Double(count) * Double(size) * log2(Double(size))
}
