package import Spectra

/// The ``SpeechSource`` of a mel whose frames arrive one after the other.
///
/// A frame's samples are certain once the frames that envelope matching looks ahead to have arrived. They have the bits of
/// the whole mel's source, however the frames are chunked.
package struct SourceStream {
    private let source: SpeechSource
    private var pitch: PitchStream
    private var excitation: Excitation
    /// Natural-log magnitudes of the frames from `first` on, which are still needed.
    private var logMagnitudes: [Float] = []
    private var first = 0
    /// The number of frames taken.
    package private(set) var frameCount = 0
    /// The number of frames whose samples have been returned.
    private var done = 0
    private var hasEnded = false
    private var hasOwnContour = false

    package init(_ source: SpeechSource, _ pitch: PitchLayers) {
        self.source = source
        self.pitch = PitchStream(pitch)
        excitation = source.excitation
    }

    /// Takes frames.
    ///
    /// - Parameter contour: The F0 contour of the frames, or nil to let the network estimate it. Either all frames have one or none.
    package mutating func push(_ frames: UnsafeBufferPointer<Float>, contour: PitchContour?) {
        let logMagnitudes = MelSpectrogram(values: Array(frames), convention: source.convention).logMagnitudes
        if let contour {
            hasOwnContour = true
            excitation.append(contour)
        } else {
            var estimated = PitchContour(frequencies: [], voicing: [])
            pitch.push(logMagnitudes, to: &estimated)
            excitation.append(estimated)
        }
        self.logMagnitudes += logMagnitudes
        frameCount += frames.count / source.convention.bandCount
    }

    /// A contour of unvoiced frames if frames came with their contour; nil if the network estimates it.
    package func unvoiced(_ count: Int) -> PitchContour? {
        guard hasOwnContour else { return nil }
        return PitchContour(
            frequencies: [Float](repeating: 100, count: count),
            voicing: [Float](repeating: 0, count: count))
    }

    /// Ends the mel.
    package mutating func finish() {
        var estimated = PitchContour(frequencies: [], voicing: [])
        if !hasOwnContour { pitch.finish(to: &estimated) }
        excitation.append(estimated)
        hasEnded = true
    }

    /// The samples of the next frames if `least` or more of them are certain or the mel has ended; otherwise nil.
    package mutating func next(atLeast least: Int) -> [Float]? {
        // F0 is interpolated between frames: the samples after the last known frame depend on the next one.
        let known = hasEnded ? frameCount : min(frameCount, excitation.frameCount - 1)
        let certain = hasEnded ? frameCount : known - source.contextFrames
        guard certain > done, hasEnded || certain - done >= least else { return nil }
        let samples = source.samples(
            of: done..<certain, excitation, logMagnitudes[...], from: first, to: known)
        done = certain
        let bands = source.convention.bandCount
        let kept = max(first, done - source.contextFrames)
        logMagnitudes.removeFirst((kept - first) * bands)
        first = kept
        return samples
    }
}
