import Spectra

/// The ``SpeechSource`` of a mel whose frames come one after the other.
///
/// A frame's samples are certain once the frames are there that shaping looks ahead to; they have the bits of the whole
/// mel's, however its frames are divided.
struct SourceStream {
    private let source: SpeechSource
    private var pitch: PitchStream
    private var excitation: Excitation
    /// Of the frames from `first` on, which are still needed.
    private var logMagnitudes: [Float] = []
    private var first = 0
    /// Frames taken.
    private(set) var frameCount = 0
    /// Frames whose samples have been passed on.
    private var passed = 0
    private var hasEnded = false
    private var hasOwnContour = false

    init(_ source: SpeechSource, _ pitch: PitchLayers) {
        self.source = source
        self.pitch = PitchStream(pitch)
        excitation = source.excitation
    }

    /// Takes frames.
    ///
    /// - Parameter contour: The frames' pitch; where not given, the network tells. Either all frames have one or none.
    mutating func push(_ frames: UnsafeBufferPointer<Float>, contour: PitchContour?) {
        let logMagnitudes = MelSpectrogram(values: Array(frames), convention: source.convention).logMagnitudes
        if let contour {
            hasOwnContour = true
            excitation.append(contour)
        } else {
            var heard = PitchContour(frequencies: [], voicing: [])
            pitch.push(logMagnitudes, to: &heard)
            excitation.append(heard)
        }
        self.logMagnitudes += logMagnitudes
        frameCount += frames.count / source.convention.bandCount
    }

    /// Unvoiced frames, where frames came with their pitch; nil where the network tells it.
    func unvoiced(_ count: Int) -> PitchContour? {
        guard hasOwnContour else { return nil }
        return PitchContour(
            frequencies: [Float](repeating: 100, count: count),
            voicing: [Float](repeating: 0, count: count))
    }

    /// No more frames come.
    mutating func finish() {
        var heard = PitchContour(frequencies: [], voicing: [])
        if !hasOwnContour { pitch.finish(to: &heard) }
        excitation.append(heard)
        hasEnded = true
    }

    /// The samples of the next frames, where `least` of them or more are certain, or the mel is over.
    mutating func next(atLeast least: Int) -> [Float]? {
        // Pitch runs straight from frame to frame: the last known one's has no end yet.
        let known = hasEnded ? frameCount : min(frameCount, excitation.frameCount - 1)
        let certain = hasEnded ? frameCount : known - source.contextFrames
        guard certain > passed, hasEnded || certain - passed >= least else { return nil }
        let samples = source.samples(
            of: passed..<certain, excitation, logMagnitudes[...], from: first, to: known)
        passed = certain
        let bands = source.convention.bandCount
        let kept = max(first, passed - source.contextFrames)
        logMagnitudes.removeFirst((kept - first) * bands)
        first = kept
        return samples
    }
}
