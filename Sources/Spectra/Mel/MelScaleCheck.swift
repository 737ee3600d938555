public import Files

/// A mel whose values are no logarithms, as its values alone show.
///
/// The logarithm of speech is below 0 nearly everywhere, in every convention: the floor of the quietest is -4. Values that are never
/// below 0 are magnitudes, powers, or scaled to a range such as 0...1; values that never leave -1...1 are scaled.
public enum UncompressedValues: Sendable, Equatable {
    /// Never below 0, and few are large: magnitudes, or powers where they span more than 5 decades.
    case magnitudes, powers
    /// Within 0...1 or -1...1, or never below 0 and evenly spread.
    case scaled

    /// Nil where the values may be logarithms; `values` are finite.
    init?(values: [Float]) {
        guard let least = values.min(), let greatest = values.max() else { return nil }
        guard least >= -1e-4 else {
            // Even the loudest noise has quiet bands; speech has pauses.
            guard least >= -1.001, greatest <= 1.001 else { return nil }
            self = .scaled
            return
        }
        let sorted = values.sorted()
        let (middle, high) = (sorted[sorted.count / 2], sorted[min(sorted.count - 1, sorted.count * 995 / 1000)])
        // The floor, where digital silence reaches it, is no part of the sound's range.
        let heard = sorted[(sorted.firstIndex { $0 > least * 1.01 } ?? 0)...]
        let low = heard[heard.startIndex + heard.count / 20]
        if middle > 0.1 * high || high == 0 {
            self = .scaled
        } else {
            self = low > 0 && high / low < 1e5 ? .magnitudes : .powers
        }
    }

    /// A clause that says what the values look like.
    var finding: String {
        switch self {
        case .magnitudes: "seem to be magnitudes and not their logarithms"
        case .powers: "seem to be powers and not logarithms"
        case .scaled: "seem to be scaled to a range and not logarithms"
        }
    }

    /// What to do with such a mel.
    func remedies(_ target: MelConvention) -> [Remedy] {
        switch self {
        // The two are hard to tell apart, so both are offered, the likelier first.
        case .magnitudes: [.stateCompression(.linear), .stateCompression(.power), target.extractionRemedy]
        case .powers: [.stateCompression(.power), .stateCompression(.linear), target.extractionRemedy]
        case .scaled: [.instruction("undo the scaling by the range it was made with"), target.extractionRemedy]
        }
    }

    /// The error of a file that holds such values where `target` was expected.
    func refusal(_ path: String, _ values: [Float], _ target: MelConvention) -> FileError {
        FileError(
            .badData, path,
            "holds values from \(values.min()!) to \(values.max()!), which \(finding), where \(target.valueSummary) was expected",
            remedies(target))
    }
}

extension MelFile {
    /// Refuses values that are no logarithms. A convention that the file carries is believed, and of one that the user states that its
    /// values may have any range.
    func refuseUncompressed(stated: MelConvention?, expected: MelConvention) throws(FileError) {
        guard convention == nil, let uncompressed = UncompressedValues(values: values) else { return }
        if stated == nil || uncompressed != .scaled { throw uncompressed.refusal(path, values, expected) }
    }

    /// This mel as logarithms of `convention`, where its file holds magnitudes or powers.
    ///
    /// Magnitudes are converted exactly. Of a power spectrogram's bands the magnitudes are not known; sqrt(power x sum of the
    /// band's weights) is at most a few dB too loud, about 1 dB in noise.
    ///
    /// - Returns: The mel, and a sentence.
    /// - Throws: `FileError.badData` if a value is below 0, or the band count is not the convention's.
    public func compressed(
        _ compression: Remedy.LinearScale, to convention: MelConvention
    ) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        guard bandCount == convention.bandCount else {
            throw FileError(
                .badData, path, "has \(bandCount) bands where \(convention.bandCount) were expected", [convention.extractionRemedy])
        }
        if let least = values.min(), least < 0 {
            throw FileError(.badData, path, "holds \(least), and magnitudes and powers are never below 0; its values are something else.")
        }
        let filterbank = MelFilterbank(convention)
        let weights = (0..<bandCount).map { compression == .power ? filterbank.weightSum(of: $0) : 1 }
        let mel = values.indices.map { index in
            let value = values[index]
            return convention.value(ofMagnitude: compression == .power ? (value * weights[index % bandCount]).squareRoot() : value)
        }
        let note = compression == .power ? "approximately, as the magnitudes within a band are not known" : "exactly"
        return (
            MelSpectrogram(values: mel, convention: convention),
            "\(path): converted \(note) from \(compression == .power ? "powers" : "magnitudes") to \(convention.valueSummary)."
        )
    }
}
