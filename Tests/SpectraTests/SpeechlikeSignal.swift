import Audio
import Spectra

/// Numbers in -1...1 from a linear congruential generator: the same everywhere, and in the script of the golden mels.
func noise(count: Int, seed: UInt32 = 1) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Double(state) / 2_147_483_648 - 1)
    }
}
