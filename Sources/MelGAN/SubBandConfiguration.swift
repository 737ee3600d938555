package import Kernels

/// The bands that a generator makes instead of the signal, and the filters that join them (Yang et al., "Multi-band MelGAN", 2020,
/// section 2.3).
public struct SubBandConfiguration: Codable, Hashable, Sendable {
    public var count: Int
    /// Of each filter, one less than its coefficients; even.
    public var taps: Int
    /// Of the lowpass filter that all bands' filters are made of, as a share of half the rate.
    public var cutoff: Double
    /// Of its Kaiser window.
    public var beta: Double

    /// The defaults are the paper's.
    public init(count: Int = 4, taps: Int = 62, cutoff: Double = 0.142, beta: Double = 9) {
        (self.count, self.taps, self.cutoff, self.beta) = (count, taps, cutoff, beta)
    }

    package var filterbank: SubBandFilterbank {
        SubBandFilterbank(bandCount: count, taps: taps, cutoff: cutoff, beta: beta)
    }

    /// A sentence about what cannot be; nil where there is none.
    var validationError: String? {
        guard (2...64).contains(count), (2...4096).contains(taps), taps % 2 == 0, cutoff > 0, cutoff < 1, (0...100).contains(beta)
        else {
            return "it has impossible sub-bands (\(count) by filters of \(taps) taps, cutoff \(cutoff), beta \(beta))"
        }
        return nil
    }
}
