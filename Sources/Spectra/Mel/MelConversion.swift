extension MelSpectrogram {
    /// This mel converted to the convention `target`.
    ///
    /// Logarithm, floor and filter norm are converted exactly above both floors, and frames of digital silence become the target's
    /// silence. Different framing shifts frames by half a hop, which is inaudible: the values do not change, and from centred to
    /// hop-aligned framing the last frame is dropped.
    ///
    /// - Throws: ``MelConventionError`` if sample rate, hop, transform, window, band count, band edges or mel scale differ; such mels
    ///   must be computed again from the sound.
    public func converted(to target: MelConvention) throws(MelConventionError) -> MelSpectrogram {
        let differences = convention.unconvertibleDifferences(from: target)
        guard differences.isEmpty else {
            throw MelConventionError(
                description: "The mel has \(differences.map(\.found).joined(separator: ", ")) where "
                    + "\(differences.map(\.expected).joined(separator: ", ")) was expected.")
        }
        var result = MelSpectrogram(values: values, convention: target)
        if !convention.hasValues(of: target) { result.values = convertedValues(to: target) }
        if convention.framing == .centred && target.framing == .hopAligned && frameCount > 1 {
            result.values.removeLast(bandCount)
        }
        return result
    }

    private func convertedValues(to target: MelConvention) -> [Float] {
        let scales = convention.normScales(to: target)
        let silence = convention.silence, targetSilence = target.silence
        var result = values
        for start in stride(from: 0, to: values.count, by: bandCount) {
            let isSilent = (0..<bandCount).allSatisfy { values[start + $0] <= silence[$0] + 1e-3 }
            for band in 0..<bandCount {
                let magnitude = convention.magnitude(ofValue: values[start + band]) * scales[band]
                result[start + band] = isSilent ? targetSilence[band] : target.value(ofMagnitude: magnitude)
            }
        }
        return result
    }
}

extension MelConvention {
    /// A field in which two conventions differ, with a description of both values.
    typealias Difference = (found: String, expected: String)

    /// Whether mels of this convention can be converted to `target` without the recordings.
    package func isConvertible(to target: MelConvention) -> Bool { unconvertibleDifferences(from: target).isEmpty }

    /// The differences that prevent a mel of this convention from being converted to `target`.
    func unconvertibleDifferences(from target: MelConvention) -> [Difference] {
        var differences: [Difference] = []
        func compare(_ found: String, _ expected: String) {
            if found != expected { differences.append((found, expected)) }
        }
        compare("\(sampleRate) Hz", "\(target.sampleRate) Hz")
        compare("a hop of \(hopLength)", "a hop of \(target.hopLength)")
        compare("a transform of \(fftSize)", "a transform of \(target.fftSize)")
        compare("a window of \(windowLength)", "a window of \(target.windowLength)")
        compare("the window \(window.rawValue)", "the window \(target.window.rawValue)")
        compare("\(bandCount) bands", "\(target.bandCount) bands")
        compare(
            "bands from \(lowestFrequency) to \(highestFrequency) Hz",
            "bands from \(target.lowestFrequency) to \(target.highestFrequency) Hz")
        compare("the mel scale \(scale.rawValue)", "the mel scale \(target.scale.rawValue)")
        return differences
    }

    /// Whether stored values have the same meaning in both conventions.
    func hasValues(of target: MelConvention) -> Bool {
        compression == target.compression && norm == target.norm && floor == target.floor
            && magnitudeFloor == target.magnitudeFloor
    }

    /// For each band the factor from a magnitude of this convention's filter norm to one of the target's.
    fileprivate func normScales(to target: MelConvention) -> [Float] {
        guard norm != target.norm else { return [Float](repeating: 1, count: bandCount) }
        let edges = MelFilterbank.edges(of: self)
        return (0..<bandCount).map { band in
            let area = Float(2 / (edges[band + 2] - edges[band]))
            return target.norm == .area ? area : 1 / area
        }
    }
}
