package import Kernels

/// The sub-bands that a generator outputs instead of the signal, and the filters that join them (Yang et al., "Multi-band MelGAN", 2020,
/// section 2.3).
public struct SubBandConfiguration: Codable, Hashable, Sendable {
    public var count: Int
    /// The order of each filter, one less than its number of coefficients; even.
    public var taps: Int
    /// The cutoff frequency of the prototype lowpass filter, as a fraction of half the sample rate.
    public var cutoff: Double
    /// The parameter beta of the prototype's Kaiser window.
    public var beta: Double

    /// The defaults are the paper's.
    public init(count: Int = 4, taps: Int = 62, cutoff: Double = 0.142, beta: Double = 9) {
        (self.count, self.taps, self.cutoff, self.beta) = (count, taps, cutoff, beta)
    }

    package var filterbank: SubBandFilterbank {
        SubBandFilterbank(bandCount: count, taps: taps, cutoff: cutoff, beta: beta)
    }

    /// Describes settings that are not possible; nil if all are valid.
    var validationError: String? {
        guard (2...64).contains(count), (2...4096).contains(taps), taps % 2 == 0, cutoff > 0, cutoff < 1, (0...100).contains(beta)
        else {
            return "it has impossible sub-bands (\(count) by filters of \(taps) taps, cutoff \(cutoff), beta \(beta))"
        }
        return nil
    }
}
