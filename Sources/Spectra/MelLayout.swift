import Files

/// Which axis of a stored mel is which.
public enum MelLayout: String, Sendable, CaseIterable, Codable {
    /// `[bands, frames]`, or `[1, bands, frames]`: the programs built on PyTorch.
    case bandsFirst = "bands-first"
    /// `[frames, bands]`: ParallelWaveGAN, ESPnet, FastSpeech 2.
    case timeFirst = "time-first"
}

/// Band counts that presets have, and others that are met with; they tell the axes of a bare mel apart.
private let presetBandCounts: Set<Int> = [80, 100]
private let otherBandCounts: Set<Int> = [20, 40, 60, 64, 96, 120, 128, 160, 256]

extension MelLayout {
    /// The layout of an array with two axes of lengths `shape`.
    ///
    /// - Parameters:
    ///   - stated: what the user says; then nothing is guessed.
    ///   - bandCount: where it is known, from a convention that the file carries or a model's.
    /// - Throws: `FileError.badData` where both axes or neither can be the bands.
    static func layout(
        ofShape shape: [Int], stated: MelLayout?, bandCount: Int?, path: String
    ) throws(FileError) -> MelLayout {
        if let stated { return stated }
        let candidates = bandCount.map { [Set([$0])] } ?? [presetBandCounts, otherBandCounts]
        for counts in candidates {
            switch (counts.contains(shape[0]), counts.contains(shape[1])) {
            case (true, false): return .bandsFirst
            case (false, true): return .timeFirst
            case (true, true):
                throw FileError(
                    .badData, path,
                    "holds \(shape[0]) x \(shape[1]) numbers, and either axis may be the bands",
                    [.stateLayout])
            case (false, false): continue
            }
        }
        let expected = bandCount.map { "\($0) bands" } ?? "an axis of 80 or 100 bands"
        throw FileError(
            .badData, path,
            "holds \(shape[0]) x \(shape[1]) numbers where \(expected) were expected", [.stateLayout])
    }
}
