public import Audio

/// Something that makes a waveform of a mel-spectrogram: a neural network, or an algorithm such as ``GriffinLim``.
///
/// What speaks, compares or measures vocoders knows only this protocol. A vocoder states the convention of the mels that it
/// takes and makes sound of a whole mel or of a stream of frames; both give the same samples.
public protocol Vocoder {
    associatedtype Stream: VocoderStream

    /// The convention of the mels that it takes; its sample rate is the waveform's.
    var convention: MelConvention { get }

    /// Makes a stream, at its beginning.
    func stream() -> Stream

    /// Makes the waveform of a mel that is all there, and passes its samples on, chunk by chunk.
    ///
    /// - Parameters:
    ///   - mel: `[frame, band]`, of ``convention``, which the caller checks: see `MelSpectrogram.converted(to:)`.
    ///   - contour: The pitch of the mel's frames where it is known. It is a hint: a vocoder that starts from harmonics follows it,
    ///     any other ignores it. Without one, a vocoder that needs pitch estimates it from the mel.
    ///   - sink: Takes samples in their order, full scale being ±1; they are valid only during the call.
    /// - Returns: The spectral convergence of the waveform (see ``GriffinLim/Reconstruction``), from vocoders that measure it.
    @discardableResult
    func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour?, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double?
}

/// A waveform in the making, whose mel comes frame by frame.
///
/// The samples do not depend on how the frames are divided among the calls of `push`. A stream is used once: after `finish`
/// it is over.
public protocol VocoderStream {
    /// Takes frames and passes on the samples that no later frame can change.
    ///
    /// - Parameters:
    ///   - frames: `[frame, band]`, whole frames of the vocoder's convention.
    ///   - contour: The pitch of these frames, as a hint: see ``Vocoder/synthesize(_:contour:_:)``. All frames of a stream have
    ///     one, or none has.
    ///   - sink: Takes samples in their order, full scale being ±1; they are valid only during the call.
    mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure)

    /// Ends the mel and passes on the remaining samples.
    ///
    /// - Returns: The spectral convergence of the waveform, from vocoders that measure it.
    @discardableResult
    mutating func finish<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double?
}

extension Vocoder {
    /// Makes the waveform through a stream that takes all frames at once.
    @discardableResult
    public func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour?, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        var stream = stream()
        try mel.values.withUnsafeBufferPointer { frames throws(Failure) in
            try stream.push(frames, contour: contour, sink)
        }
        return try stream.finish(sink)
    }

    /// The waveform of a mel: `hop` samples a frame; a hop less where the mel is centred and the vocoder inverts its transform.
    ///
    /// - Parameters:
    ///   - mel: `[frame, band]`, of ``convention``.
    ///   - contour: The pitch of the mel's frames, as a hint: see ``synthesize(_:contour:_:)``.
    public func waveform(from mel: MelSpectrogram, contour: PitchContour? = nil) -> Waveform {
        var samples: [Float] = []
        samples.reserveCapacity(mel.frameCount * convention.hopLength)
        synthesize(mel, contour: contour) { samples += $0 }
        return Waveform(samples: samples, sampleRate: convention.sampleRate)
    }
}

extension VocoderStream {
    /// Takes frames whose pitch is not known.
    public mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        try push(frames, contour: nil, sink)
    }

    /// Takes the frames of `mel`, a part of the whole, and returns the samples that no later frame can change.
    public mutating func push(_ mel: MelSpectrogram, contour: PitchContour? = nil) -> [Float] {
        var samples: [Float] = []
        mel.values.withUnsafeBufferPointer { push($0, contour: contour) { samples += $0 } }
        return samples
    }

    /// Ends the mel and returns the remaining samples.
    public mutating func finish() -> [Float] {
        var samples: [Float] = []
        finish { samples += $0 }
        return samples
    }
}

/// F0 and voicing over time: a value for each frame of a mel.
public struct PitchContour: Sendable, Equatable {
    /// F0 in Hz; above 0 in unvoiced frames too.
    public var frequencies: [Float]
    /// How much of the sound is voiced, from 0 (noise alone) to 1.
    public var voicing: [Float]
    /// Cycles that are added to the integral of the frequencies; empty if all are 0.
    public var phaseOffsets: [Float]

    /// - Precondition: All arrays have the same count; `phaseOffsets` may be empty.
    public init(frequencies: [Float], voicing: [Float], phaseOffsets: [Float] = []) {
        precondition(
            frequencies.count == voicing.count && (phaseOffsets.isEmpty || phaseOffsets.count == voicing.count),
            "\(frequencies.count) frequencies, \(voicing.count) voicings and \(phaseOffsets.count) phase offsets")
        self.frequencies = frequencies
        self.voicing = voicing
        self.phaseOffsets = phaseOffsets
    }

    public var frameCount: Int { frequencies.count }

    /// The frames of `range`.
    public subscript(range: Range<Int>) -> PitchContour {
        PitchContour(
            frequencies: Array(frequencies[range]), voicing: Array(voicing[range]),
            phaseOffsets: phaseOffsets.isEmpty ? [] : Array(phaseOffsets[range]))
    }
}
