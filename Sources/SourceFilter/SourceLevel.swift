import Platform
public import Spectra
public import Tensors

/// The level of each sample as the mel gives it: the unit of a generator's source input and of what it adds to the source.
///
/// In absolute numbers a pause would need an output ten thousand times smaller than a vowel: losses of logarithms would be
/// dominated by pauses and would train a generator to be silent before it learns anything else.
///
///     level[t]^2 = 2 / (N sum of w^2)  sum over b of n[b] (m[b] / W[b])^2
///
/// with m the band magnitudes, W the sums of the bands' weights, n the number of bins in a band, and w the window of N samples.
/// This is the root mean square of the frame if its spectrum is flat within each band. The level is interpolated linearly from
/// the frame before to a frame, so that no sample depends on a later frame.
public struct SourceLevel: Sendable {
    private let hop: Int
    private let bandCount: Int
    /// The factor of a band's squared magnitude in the squared level.
    private let weights: [Float]

    /// The lowest level, -80 dB relative to full scale; quieter frames have this level.
    private static let least: Float = 1e-4
    /// The greatest natural-log magnitude; greater ones, which no sound has, are clipped to it.
    private static let most: Float = 14

    public init(_ convention: MelConvention) {
        let filterbank = MelFilterbank(convention)
        (hop, bandCount) = (convention.hopLength, convention.bandCount)
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        let window = convention.windowSamples
        let power = window.reduce(0.0) { $0 + Double($1 * $1) } * Double(convention.fftSize)
        weights = (0..<convention.bandCount).map { band in
            let weight = Double(filterbank.weightSum(of: band))
            guard weight > 0 else { return 0 }
            return Float((edges[band + 2] - edges[band]) / width / (weight * weight) / power)
        }
    }

    /// The levels, as fractions of full scale, of the `T * hop` samples of consecutive frames.
    ///
    /// - Parameters:
    ///   - logMagnitudes: Natural-log magnitudes of the bands, `[T, band]`.
    ///   - last: The level of the frame before, or nil if there is none; the first frame then has a constant level. It becomes the
    ///     level of the last frame.
    public func samples(of logMagnitudes: [Float], after last: inout Float?) -> [Float] {
        var samples: [Float] = []
        samples.reserveCapacity(logMagnitudes.count / bandCount * hop)
        for row in stride(from: 0, to: logMagnitudes.count, by: bandCount) {
            var sum: Float = 0
            for band in 0..<bandCount { sum += weights[band] * expf(2 * min(logMagnitudes[row + band], Self.most)) }
            let level = max(Self.least, sum.squareRoot())
            let start = last ?? level
            for index in 1...hop { samples.append(start + (level - start) * (Float(index) / Float(hop))) }
            last = level
        }
        return samples
    }
}

/// The source signal that a generator refines and its level, `[batch, hop * T, 1]` each, float32.
public struct SourceSignal {
    /// The samples of a ``SpeechSource``.
    public let samples: Tensor
    /// The level of each sample by ``SourceLevel``; above 0.
    public let level: Tensor
    /// The seed of noise that the generator adds itself, if it adds any.
    public let noiseSeed: UInt64

    public init(samples: Tensor, level: Tensor, noiseSeed: UInt64 = 0) {
        precondition(samples.shape == level.shape, "samples \(samples.shape) of levels \(level.shape)")
        (self.samples, self.level, self.noiseSeed) = (samples, level, noiseSeed)
    }

    /// The samples divided by the level.
    package var relative: Tensor {
        Tensor(zip(samples.values, level.values).map { $0 / $1 }, shape: samples.shape)
    }
}
