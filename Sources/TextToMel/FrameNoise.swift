/// Noise of mean 0 and deviation 1 for each frame, independent of all others: what a decoder makes the roughness of
/// fricatives from. A function of key, signal, frame and channel, so that a sentence sounds the same each time.
///
/// Each number is a sum of four even ones, exact in integers: the same bits on every machine.
public struct FrameNoise: Sendable, Equatable {
    let key: UInt64
    /// What the numbers are multiplied by.
    let scale: Float

    public init(key: UInt64, scale: Float = 1) { (self.key, self.scale) = (key, scale) }

    /// `[frame, channel]`.
    func numbers(signal: Int, frames: Int, channels: Int) -> [Float] {
        let base = DropoutSchedule.mixed(key ^ DropoutSchedule.mixed(UInt64(signal)))
        // Four numbers of 0..<65536 have the mean 131070 and the deviation 65536 / √3.
        let factor = scale * 1.732_050_8 / 65_536
        return (0..<frames * channels).map { index in
            let bits = DropoutSchedule.mixed(base &+ UInt64(index))
            let sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)
            return Float(Int(sum) - 131_070) * factor
        }
    }
}
