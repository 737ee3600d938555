import Platform
public import Spectra

/// How loud a mel's sound is from sample to sample: the unit in which a generator hears its source and adds to it.
///
/// In absolute numbers a pause would ask for a result ten thousand times as small as a vowel does: distances of logarithms would
/// hear nothing but the pauses, and teach a generator to be silent before it has learned anything else.
///
///     level[t]^2 = 2 / (N sum of w^2)  sum over b of n[b] (m[b] / W[b])^2
///
/// with m the band magnitudes, W the sums of the bands' weights, n how many bins a band stands for, and w the window of N samples: the
/// root mean square of the frame, were its spectrum even within each band. A frame's samples go straight from the level of
/// the frame before to its own, so that no sample waits for a frame to come.
public struct SourceLevel: Sendable {
    private let hop: Int
    private let bandCount: Int
    /// What the square of a band's magnitude adds to the square of the level.
    private let shares: [Float]

    /// -80 dB of full scale: quieter frames count as this loud.
    private static let least: Float = 1e-4
    /// Natural logarithm of a magnitude: louder ones, which no sound has, count as this loud.
    private static let most: Float = 14

    public init(_ convention: MelConvention) {
        let filterbank = MelFilterbank(convention)
        (hop, bandCount) = (convention.hopLength, convention.bandCount)
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        let window = hannWindow(length: convention.windowLength, fftSize: convention.fftSize)
        let power = window.reduce(0.0) { $0 + Double($1 * $1) } * Double(convention.fftSize)
        shares = (0..<convention.bandCount).map { band in
            let weight = Double(filterbank.weightSum(of: band))
            guard weight > 0 else { return 0 }
            return Float((edges[band + 2] - edges[band]) / width / (weight * weight) / power)
        }
    }

    /// The levels, of full scale, of the `T * hop` samples of frames that follow one another.
    ///
    /// - Parameters:
    ///   - nepers: `[T, band]`: natural logarithms of band magnitudes.
    ///   - last: The level of the frame before; nil where there is none, and the first frame has one level throughout. Afterwards
    ///     that of the last.
    public func samples(of logMagnitudes: [Float], after last: inout Float?) -> [Float] {
        var samples: [Float] = []
        samples.reserveCapacity(logMagnitudes.count / bandCount * hop)
        for row in stride(from: 0, to: logMagnitudes.count, by: bandCount) {
            var sum: Float = 0
            for band in 0..<bandCount { sum += shares[band] * expf(2 * min(logMagnitudes[row + band], Self.most)) }
            let level = max(Self.least, sum.squareRoot())
            let start = last ?? level
            for index in 1...hop { samples.append(start + (level - start) * (Float(index) / Float(hop))) }
            last = level
        }
        return samples
    }
}
