import Platform

/// Where in its phoneme each frame is, as numbers about 0 to 1.
enum FramePositions {
    static let featureCount = 4

    /// For every frame of phonemes that last `durations` frames: the share of the phoneme before its middle, frames since the
    /// phoneme began and until it ends in eighths, and a third of ln duration.
    static func features(_ durations: [Int]) -> [Float] {
        durations.flatMap { duration in
            (0..<duration).flatMap { frame -> [Float] in
                let (before, whole) = (Float(frame) + 0.5, Float(duration))
                return [before / whole, before / 8, (whole - before) / 8, logf(whole) / 3]
            }
        }
    }
}
