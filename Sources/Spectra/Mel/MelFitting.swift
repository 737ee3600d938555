public import Files

extension MelFile {
    /// This mel in the convention `target` of a model, converted if necessary.
    ///
    /// The convention of a mel is the one its file carries. If it carries none, the values must look like the target's (see
    /// ``MelFingerprint``) or like those of a preset that can be converted to it.
    ///
    /// - Parameter stated: The convention that the user states, which is used if the file carries none.
    /// - Returns: The mel in the target's convention, and a sentence if it was converted or its convention was assumed.
    /// - Throws: `FileError.badData` if the mel cannot be used.
    public func fitted(
        to target: MelConvention, stated: MelConvention? = nil
    ) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        try refuseUncompressed(stated: stated, expected: stated ?? target)
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
            let note = "\(path): the file does not tell how its mel was made; it is taken for \(target.valueSummary), \(target.bandCount) bands, hop \(target.hopLength), \(target.sampleRate) Hz."
            return (MelSpectrogram(values: values, convention: target), note)
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

extension MelFile {
    /// This mel, unconverted, in the convention that its file carries, that the user states, or that its values look like.
    ///
    /// - Returns: The mel, and a sentence if its convention was guessed.
    /// - Throws: `FileError.badData` if the convention has another band count or none can be guessed.
    public func recognised(stated: MelConvention? = nil) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        try refuseUncompressed(stated: stated, expected: stated ?? .melgan)
        if let known = convention ?? stated {
            guard known.bandCount == bandCount else {
                throw FileError(
                    .badData, path,
                    "has \(bandCount) bands where \(known.valueSummary) was stated, which has \(known.bandCount).")
            }
            return (MelSpectrogram(values: values, convention: known), nil)
        }
        let fingerprint = self.fingerprint
        let likely = fingerprint.candidates.filter { $0.bandCount == bandCount }
        guard let chosen = likely.first(where: { $0 == .melgan }) ?? likely.first else {
            throw FileError(
                .badData, path,
                "carries no convention and looks like \(fingerprint.summary) with \(bandCount) bands",
                [.stateConvention, .storeConvention])
        }
        let note = "\(path): the mel carries no convention; it looks like \(fingerprint.summary) and is taken for "
            + "\(chosen.name), \(chosen.sampleRate) Hz."
        return (MelSpectrogram(values: values, convention: chosen), note)
    }
}
