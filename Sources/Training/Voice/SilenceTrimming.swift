import Spectra

/// Where in a recording somebody speaks, by its mel.
///
/// A frame's level is the mean of its bands, in nepers, so that a weak final s counts as much as a vowel. Speech is what lies
/// above the quietest frames by a quarter of what the loud ones do.
enum SilenceTrimming {
    /// Frames kept before and after what is spoken: `^` and `$` are to have much the same length everywhere.
    static let (before, after) = (6, 10)
    private static let share: Float = 0.25

    /// The whole recording where nothing stands out.
    static func frames(of mel: MelSpectrogram) -> Range<Int> {
        let bands = mel.bandCount
        let levels = (0..<mel.frameCount).map { frame in
            mel.values[frame * bands..<(frame + 1) * bands].reduce(0, +) / Float(bands)
        }
        let sorted = levels.sorted()
        guard sorted.count > 20 else { return 0..<mel.frameCount }
        let (quiet, loud) = (sorted[sorted.count / 20], sorted[sorted.count * 19 / 20])
        let threshold = quiet + share * (loud - quiet)
        // Two in a row: a click alone is no speech.
        let spoken = levels.indices.dropLast().filter { levels[$0] > threshold && levels[$0 + 1] > threshold }
        guard let first = spoken.first, let last = spoken.last else { return 0..<mel.frameCount }
        return max(0, first - before)..<min(mel.frameCount, last + 2 + after)
    }
}
