public import Files

extension MelFile {
    /// This mel for a model of `target`: as it is, converted, or refused.
    ///
    /// A carried convention decides; without one the numbers must look like the target's (see ``MelFingerprint``), or like
    /// those of a preset that can be converted to it.
    ///
    /// - Parameter stated: what the user says the mel's convention is; it stands in for one that the file lacks.
    /// - Returns: the mel in the target's convention, and a sentence where something was done or assumed.
    /// - Throws: `FileError.badData` with a sentence: what was found, what was expected, how to extract it again.
    public func fitted(
        to target: MelConvention, stated: MelConvention? = nil
    ) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        if let known = convention ?? stated { return try converted(from: known, to: target) }
        let fingerprint = self.fingerprint
        if fingerprint.isStandardised {
            throw FileError(
                .badData, path,
                "seems divided by a voice's statistics (every band's mean near 0 and deviation near 1)",
                [.instruction("multiply by its deviations and add its means first"), target.extractionRemedy])
        }
        guard bandCount == target.bandCount else {
            throw FileError(
                .badData, path,
                "has \(bandCount) bands where \(target.bandCount) were expected", [target.extractionRemedy])
        }
        if fingerprint.fit(target) > -3 {
            return (MelSpectrogram(values: values, convention: target), nil)
        }
        if fingerprint.certainty == .unsure && fingerprint.fit(target) > -.infinity {
            let note = "\(path): the mel carries no convention and looks like none; it is taken for the model's own."
            return (MelSpectrogram(values: values, convention: target), note)
        }
        return try converted(fromLikely: fingerprint, to: target)
    }

    private func converted(
        fromLikely fingerprint: MelFingerprint, to target: MelConvention
    ) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        let likely = fingerprint.candidates.first { $0.unconvertibleDifferences(from: target).isEmpty }
        guard let likely else {
            throw FileError(
                .badData, path,
                "looks like a mel of \(fingerprint.summary), values from \(fingerprint.least) to \(fingerprint.greatest), "
                    + "where \(target.valueSummary) was expected", [target.extractionRemedy])
        }
        let result = try converted(from: likely, to: target)
        return (result.mel, result.note.map { $0 + " The mel carries no convention; its values look so." })
    }

    private func converted(
        from known: MelConvention, to target: MelConvention
    ) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        guard known.bandCount == bandCount else {
            throw FileError(
                .badData, path, "has \(bandCount) bands where \(known.valueSummary) was stated, which has \(known.bandCount).")
        }
        let mel = MelSpectrogram(values: values, convention: known)
        do {
            let converted = try mel.converted(to: target)
            let isAsItWas = known.hasValues(of: target)
            return (
                converted,
                isAsItWas ? nil : "\(path): converted from \(known.valueSummary) to \(target.valueSummary)."
            )
        } catch {
            let differences = known.unconvertibleDifferences(from: target)
            throw FileError(
                .badData, path,
                "is a mel of \(known.name) with \(differences.map(\.found).joined(separator: ", ")) where "
                    + "\(differences.map(\.expected).joined(separator: ", ")) was expected",
                [target.extractionRemedy])
        }
    }
}

extension MelConvention {
    /// `log10, floor 1e-05 (melgan)`
    public var valueSummary: String {
        let logarithm =
            switch compression {
            case .naturalLog: "natural log"
            case .log10: "log10"
            case .symmetricDecibel: "decibels mapped to -4...4"
            }
        return "\(logarithm), floor \(floor) (\(name))"
    }

    /// How to compute mels of this convention: its preset, or one with the same values, and the settings that differ from it.
    public var extractionRemedy: Remedy {
        guard let preset = MelConvention.preset(name) ?? MelConvention.presets.first(where: hasValues) else {
            return .computeMelAgain(preset: nil, [])
        }
        var settings: [Remedy.MelSetting] = []
        let base = preset.at(sampleRate: sampleRate)
        if sampleRate != preset.sampleRate { settings.append(.sampleRate(sampleRate)) }
        if fftSize != base.fftSize { settings.append(.fftSize(fftSize)) }
        if windowLength != fftSize { settings.append(.windowLength(windowLength)) }
        if hopLength != base.hopLength { settings.append(.hopLength(hopLength)) }
        if bandCount != base.bandCount { settings.append(.bandCount(bandCount)) }
        if lowestFrequency != base.lowestFrequency { settings.append(.lowestFrequency(lowestFrequency)) }
        if highestFrequency != base.highestFrequency { settings.append(.highestFrequency(highestFrequency)) }
        return .computeMelAgain(preset: preset.name, settings)
    }
}
