public import Audio

/// From sound to mel-spectrogram, as a ``MelConvention`` says.
///
/// `mel[f, b] = compress(sum over k of W[b, k] |X[f, k]|)`, `X` the short-time Fourier transform, `W` the filterbank.
/// Agrees within 1e-3 with the programs that ``MelConvention/presets`` name. Immutable: threads may share one.
public final class MelExtractor: Sendable {
    public let convention: MelConvention
    public let filterbank: MelFilterbank
    let transform: ShortTimeFourierTransform

    /// - Parameters:
    ///   - convention: one that passes ``MelConvention/check()``.
    ///   - threadCount: threads that one call uses; 1 or more.
    public init(_ convention: MelConvention, threadCount: Int = 1) {
        if let fault = convention.fault { preconditionFailure(fault) }
        self.convention = convention
        filterbank = MelFilterbank(convention)
        transform = ShortTimeFourierTransform(convention, threadCount: threadCount)
    }

    /// The mel of `waveform`, `[frames, bands]`: `1 + T / hop` frames centred, `T / hop` hop-aligned, at least one.
    ///
    /// A signal shorter than the reflected padding is continued with silence first (see ``Frames``).
    ///
    /// - Precondition: `waveform` has the convention's sample rate.
    public func mel(of waveform: Waveform) -> MelSpectrogram {
        precondition(
            waveform.sampleRate == convention.sampleRate,
            "sound at \(waveform.sampleRate) Hz for a mel at \(convention.sampleRate) Hz")
        let frameCount = transform.frames.count(ofSamples: waveform.samples.count)
        let bandCount = convention.bandCount
        let values = [Float](unsafeUninitializedCapacity: frameCount * bandCount) { values, filled in
            let values = values.baseAddress!
            transform.forEachFrame(of: waveform.samples, frameCount: frameCount) { frame, buffers in
                let row = values + frame * bandCount
                magnitudes(of: buffers)
                filterbank.apply(to: buffers.samples.baseAddress!, into: row)
                for band in 0..<bandCount { row[band] = convention.value(ofMagnitude: row[band]) }
            }
            filled = frameCount * bandCount
        }
        return MelSpectrogram(values: values, convention: convention)
    }

    /// Puts the magnitudes of `buffers.spectrum` where the samples were, which are done with.
    private func magnitudes(of buffers: borrowing FourierBuffers) {
        let spectrum = buffers.spectrum.baseAddress!, result = buffers.samples.baseAddress!
        let offset = Float(convention.powerOffset), least = Float(convention.magnitudeFloor)
        for k in 0..<transform.binCount {
            let power = spectrum[k].x * spectrum[k].x + spectrum[k].y * spectrum[k].y
            result[k] = max(least, (power + offset).squareRoot())
        }
    }
}
