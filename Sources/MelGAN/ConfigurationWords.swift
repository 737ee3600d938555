public import Spectra

extension MelGANConfiguration {
    /// Its shape on one line, for people.
    public var summary: String {
        var words = "\(channels(afterStage: 0)) channels, upsampling "
        words += upsampling.map(String.init).joined(separator: " x ")
        words += ", \(residualBlocks) residual blocks a stage, \(inputBands) bands, hears \(contextFrames) frames either side"
        if inputOffset != 0 || inputScale != 1 { words += ", input (mel + \(inputOffset)) x \(inputScale)" }
        if let source { words += ", refines a source of \(source.iterations) iterations" }
        if let subBands { words += ", makes \(subBands.count) sub-bands" }
        return words
    }
}

extension MelConvention {
    /// What decides its mels on one line, for people.
    public var summary: String {
        "\(valueSummary), \(sampleRate) Hz, hop \(hopLength), transform \(fftSize), \(bandCount) bands from "
            + "\(lowestFrequency) to \(highestFrequency) Hz"
    }
}
