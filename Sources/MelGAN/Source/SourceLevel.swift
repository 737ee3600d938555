public import Spectra

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How loud a mel's sound is from sample to sample: what a network that refines a source has for its unit.
///
/// What it hears and what it adds are in parts of that level. In absolute numbers a pause would ask for a result ten
/// thousand times as small as a vowel does, and distances of logarithms hear nothing but the pauses.
///
///     level[t]^2 = 2 / (N sum of w^2)  sum over b of n[b] (m[b] / W[b])^2
///
/// with m the band magnitudes, W the sums of the bands' weights, n how many bins lie about a band's peak, and w the window: the
/// root mean square of the frame, were its spectrum even within each band. Between frames' centres it runs straight.
public struct SourceLevel: Sendable {
    private let hop: Int
    /// Of a sample, from the first that frame 0 lies about.
    private let centre: Int
    private let bandCount: Int
    /// What the square of a band's magnitude adds to the square of the level.
    private let shares: [Float]

    /// -80 dB of full scale: quieter frames count as this loud.
    static let least: Float = 1e-4

    public init(_ convention: MelConvention) {
        let filterbank = MelFilterbank(convention)
        let framing = Frames(fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        hop = convention.hopLength
        centre = convention.fftSize / 2 - framing.paddingBefore
        bandCount = convention.bandCount
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        let window = hannWindow(length: convention.windowLength, fftSize: convention.fftSize)
        let power = window.reduce(0.0) { $0 + Double($1 * $1) } * Double(convention.fftSize)
        shares = (0..<convention.bandCount).map { band in
            let weight = Double(filterbank.weightSum(of: band))
            guard weight > 0 else { return 0 }
            return Float(2 * (edges[band + 2] - edges[band]) / 2 / width / (weight * weight) / power)
        }
    }

    /// - Parameter nepers: `[T, band]`: natural logarithms of band magnitudes.
    /// - Returns: `T` levels, of full scale.
    public func levels(of nepers: [Float]) -> [Float] {
        stride(from: 0, to: nepers.count, by: bandCount).map { row in
            var sum: Float = 0
            for band in 0..<bandCount { sum += shares[band] * expf(2 * min(nepers[row + band], 14)) }
            return max(Self.least, sum.squareRoot())
        }
    }

    /// The levels of `T * hop` samples, by those of `T` frames.
    public func samples(of levels: [Float]) -> [Float] {
        guard let last = levels.last else { return [] }
        var samples: [Float] = []
        samples.reserveCapacity(levels.count * hop)
        for index in 0..<levels.count * hop {
            let place = Float(index - centre) / Float(hop)
            let frame = Int(place.rounded(.down)), share = place - place.rounded(.down)
            let low = frame < 0 ? levels[0] : frame < levels.count ? levels[frame] : last
            let high = frame + 1 < 0 ? levels[0] : frame + 1 < levels.count ? levels[frame + 1] : last
            samples.append(low + (high - low) * share)
        }
        return samples
    }
}
