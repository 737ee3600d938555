/// A convention that contradicts itself: `description` is one sentence that says where and what would do.
public struct MelConventionError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

extension MelConvention {
    /// Throws where the fields contradict one another: every ``MelExtractor`` needs a convention that passes.
    public func check() throws(MelConventionError) {
        if let fault { throw MelConventionError(description: fault) }
    }

    /// What is wrong with this convention, in a sentence; `nil` where nothing is.
    var fault: String? { framingFault ?? bandFault }

    private var framingFault: String? {
        // Bounds beyond any use keep arithmetic on a damaged file's numbers from overflowing.
        if !(1000...1_000_000).contains(sampleRate) {
            return "A sample rate of \(sampleRate) Hz cannot be used; it must be between 1000 and 1000000 Hz."
        }
        if !(8...1_048_576).contains(fftSize) || fftSize % 2 != 0 {
            return "A transform of \(fftSize) samples cannot be used; it must be an even number of samples, at least 8."
        }
        if windowLength < 1 || windowLength > fftSize {
            return "A window of \(windowLength) samples does not fit a transform of \(fftSize); "
                + "make the transform larger or the window shorter."
        }
        if hopLength < 1 || hopLength > windowLength {
            return "A hop of \(hopLength) samples does not suit a window of \(windowLength); "
                + "it must be at least 1 and at most the window."
        }
        return nil
    }

    private var bandFault: String? {
        guard lowestFrequency >= 0, lowestFrequency < highestFrequency else {
            return "Bands from \(lowestFrequency) to \(highestFrequency) Hz cannot be used; "
                + "the lowest frequency must be 0 or more and below the highest."
        }
        guard highestFrequency <= Double(sampleRate) / 2 else {
            return "Bands up to \(highestFrequency) Hz cannot be had from sound at \(sampleRate) Hz; "
                + "the highest frequency must be at most \(Double(sampleRate) / 2) Hz."
        }
        guard (1...fftSize / 2).contains(bandCount) else {
            return "\(bandCount) bands cannot be made of the \(fftSize / 2 + 1) bins of a transform of \(fftSize) samples."
        }
        guard floor > 0, floor.isFinite, powerOffset >= 0, powerOffset.isFinite,
            magnitudeFloor >= 0, magnitudeFloor.isFinite
        else { return "The floor must be above 0, the power offset and the magnitude floor 0 or more." }
        let filterbank = MelFilterbank(self)
        guard let empty = (0..<bandCount).first(where: { filterbank.weightSum(of: $0) <= 0 }) else { return nil }
        return "Of \(bandCount) bands number \(empty + 1) falls between two bins of a transform of \(fftSize) samples; "
            + "ask for fewer bands or a larger transform."
    }
}
