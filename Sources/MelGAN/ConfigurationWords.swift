public import Spectra

extension MelGANConfiguration {
    /// The network's sizes on one line, for people.
    public var summary: String {
        var words = "\(channels(afterStage: 0)) channels, upsampling "
        words += upsampling.map(String.init).joined(separator: " x ")
        words += ", \(residualBlocks) residual blocks a stage, \(inputBands) bands, receptive field of \(contextFrames) frames on either side"
        if inputOffset != 0 || inputScale != 1 { words += ", input (mel + \(inputOffset)) x \(inputScale)" }
        if let source { words += ", refines a source of \(source.iterations) iterations" }
        if let subBands { words += ", makes \(subBands.count) sub-bands" }
        return words
    }
}

extension MelConvention {
    /// The settings of the mels on one line, for people.
    public var summary: String {
        "\(valueSummary), \(sampleRate) Hz, hop \(hopLength), FFT \(fftSize), \(bandCount) bands from "
            + "\(lowestFrequency) to \(highestFrequency) Hz"
    }
}
