import Evaluation
import Platform

extension AlignmentScores {
    /// How likely each frame (to the right) belongs to each phoneme (upward), the likeliest monotonic alignment beside it above.
    var picture: PalettePicture {
        let (across, down) = (2, 6)
        let durations = MonotonicAlignment.durations(scores, frames: frames, phonemes: phonemes)
        let owners = durations.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
        let width = frames * across, height = (2 * phonemes + 1) * down
        var pixels = [UInt8](repeating: 128, count: width * height)
        for y in 0..<height where y / down != phonemes {
            let isSoft = y / down > phonemes
            let phoneme = isSoft ? 2 * phonemes - y / down : phonemes - 1 - y / down
            for x in 0..<width {
                let frame = x / across
                let row = scores[frame * phonemes..<(frame + 1) * phonemes]
                let greatest = row.max()!
                let norm = row.reduce(Float(0)) { $0 + expf($1 - greatest) }
                let soft = expf(scores[frame * phonemes + phoneme] - greatest) / norm
                pixels[y * width + x] = UInt8(255 * (isSoft ? soft : owners[frame] == phoneme ? 1 : 0))
            }
        }
        return PalettePicture(pixels: pixels, width: width, height: height)
    }
}
