/// The framing and padding of a signal for the short-time Fourier transform.
///
/// Frame `f` begins at sample `f * hopLength - paddingBefore`. Beyond its ends the signal is continued by reflection,
/// without repeating the last sample. A signal too short to be reflected that far is first continued with silence.
public struct Frames: Hashable, Sendable {
    public let fftSize: Int
    public let hopLength: Int
    public let framing: MelConvention.Framing

    public init(fftSize: Int, hopLength: Int, framing: MelConvention.Framing) {
        precondition(
            hopLength > 0 && hopLength <= fftSize, "a hop of \(hopLength) samples for frames of \(fftSize)")
        self.fftSize = fftSize
        self.hopLength = hopLength
        self.framing = framing
    }

    /// The number of samples of padding before the signal.
    public var paddingBefore: Int {
        switch framing {
        case .centred: fftSize / 2
        case .hopAligned: (fftSize - hopLength) / 2
        }
    }

    /// The number of samples of padding after the signal: one more than before it if `fftSize - hopLength` is odd, so that
    /// `hopAligned` framing always gives a frame for each hop.
    public var paddingAfter: Int {
        switch framing {
        case .centred: fftSize / 2
        case .hopAligned: fftSize - hopLength - paddingBefore
        }
    }

    /// The number of frames of a signal of `sampleCount` samples: `1 + T / hop` centred, `T / hop` hop-aligned, never fewer than one.
    public func count(ofSamples sampleCount: Int) -> Int {
        switch framing {
        case .centred: 1 + sampleCount / hopLength
        case .hopAligned: max(1, sampleCount / hopLength)
        }
    }

    /// The least number of samples that has `frameCount` frames.
    public func sampleCount(ofFrames frameCount: Int) -> Int {
        switch framing {
        case .centred: max(0, frameCount - 1) * hopLength
        case .hopAligned: frameCount * hopLength
        }
    }

    /// Samples of the padded signal.
    func paddedCount(ofSamples sampleCount: Int) -> Int {
        paddingBefore + extendedLength(sampleCount) + paddingAfter
    }

    /// Frame `frame` of the padded signal times `window`, into `windowed`; all of them `fftSize` numbers.
    func cut(
        _ frame: Int, of samples: UnsafeBufferPointer<Float>, window: UnsafePointer<Float>,
        into windowed: UnsafeMutablePointer<Float>
    ) {
        let start = frame * hopLength - paddingBefore
        if start >= 0, start + fftSize <= samples.count {
            let samples = samples.baseAddress! + start
            for n in 0..<fftSize { windowed[n] = samples[n] * window[n] }
        } else {
            for n in 0..<fftSize { windowed[n] = sample(at: start + n, of: samples) * window[n] }
        }
    }

    /// The padded signal at `position`, counted from the signal's first sample.
    private func sample(at position: Int, of samples: UnsafeBufferPointer<Float>) -> Float {
        source(ofPosition: position, sampleCount: samples.count).map { samples[$0] } ?? 0
    }

    /// The sample that the padded signal repeats at `position`, both counted from the signal's first sample; nil if it is silent there.
    func source(ofPosition position: Int, sampleCount: Int) -> Int? {
        let length = extendedLength(sampleCount)
        let reflected = position < 0 ? -position : position < length ? position : 2 * (length - 1) - position
        return reflected < sampleCount ? reflected : nil
    }

    /// The adjoint of the padding: every sample of `padded` is added to the sample it was copied from.
    func unpadded(_ padded: [Float], sampleCount: Int) -> [Float] {
        let length = extendedLength(sampleCount), before = paddingBefore, end = before + length
        precondition(padded.count == end + paddingAfter, "\(padded.count) padded samples for a signal of \(sampleCount)")
        var folded = padded
        for i in 0..<before { folded[before + 1 + i] += padded[before - 1 - i] }
        for i in 0..<paddingAfter { folded[end - 2 - i] += padded[end + i] }
        return Array(folded[before..<before + sampleCount])
    }

    /// The signal's length once silence was added for reflection to be possible and for one whole frame.
    private func extendedLength(_ sampleCount: Int) -> Int {
        max(sampleCount, paddingBefore + 1, paddingAfter + 1, hopLength)
    }
}
