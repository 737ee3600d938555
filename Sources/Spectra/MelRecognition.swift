public import Files

extension MelFile {
    /// This mel as it is, by the convention that it carries, that the user states, or that its values look like.
    ///
    /// - Returns: the mel, and a sentence where its convention was guessed.
    /// - Throws: `FileError.badData` where the convention does not have as many bands, or none can be guessed.
    public func recognised(stated: MelConvention? = nil) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
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
