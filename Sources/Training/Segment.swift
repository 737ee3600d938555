import Audio
import Platform
import Spectra

/// A drawn piece of a recording and what is done to it.
struct Segment {
    /// Digital silence on one side of `edge`, a sample of the segment.
    struct Silence {
        let edge: Int
        let isBefore: Bool
        /// Seconds over which speech fades into it.
        static let fade = 0.005
    }

    let recording: Recording
    /// Negative where silence comes before the recording.
    let firstFrame: Int
    let gain: Float
    let silence: Silence?
}

extension SegmentSampler {
    /// `[sample]` and `[frame, band]`.
    func values(of segment: Segment) -> (audio: [Float], mel: [Float]) {
        if let predicted = set.predicted { return predictedValues(of: segment, predicted) }
        let hop = set.convention.hopLength
        let isInside =
            segment.firstFrame >= 0 && (segment.firstFrame + frameCount) * hop <= segment.recording.sampleCount
        guard isInside, segment.silence == nil, let shift = set.convention.shift(byGain: segment.gain) else {
            return recomputed(segment, isInside: isInside)
        }
        let start = segment.firstFrame * hop
        var audio = set.samples(of: segment.recording, in: start..<(start + settings.segmentLength))
        for index in audio.indices { audio[index] *= segment.gain }
        var mel = set.mel(of: segment.recording, frames: segment.firstFrame..<(segment.firstFrame + frameCount))
        let silence = set.convention.value(ofMagnitude: 0)
        for index in mel.indices { mel[index] = max(mel[index] + shift, silence) }
        return (audio, mel)
    }

    /// The recording's source with the segment's gain and silence. Beside silence the source of the segment's own mel would
    /// differ for a few frames; a generator is to bear that.
    func source(of segment: Segment, _ sources: SourceCache) -> [Float] {
        let start = segment.firstFrame * set.convention.hopLength
        var samples = sources.samples(of: segment.recording, in: start..<start + settings.segmentLength)
        for index in samples.indices { samples[index] *= segment.gain }
        segment.silence?.apply(to: &samples, edgeOffset: 0, sampleRate: set.convention.sampleRate)
        return samples
    }

    /// The mel of what the segment sounds like, with enough of its surroundings that none of its frames sees beyond
    /// them.
    private func recomputed(_ segment: Segment, isInside: Bool) -> (audio: [Float], mel: [Float]) {
        let hop = set.convention.hopLength
        let context = set.convention.fftSize / (2 * hop) + 1
        // At the ends of a recording that fills the segment its mel continues it by reflection: the surroundings end
        // there too.
        let before = isInside ? min(context, segment.firstFrame) : context
        let start = (segment.firstFrame - before) * hop
        var end = (segment.firstFrame + frameCount + context) * hop
        if isInside { end = min(end, segment.recording.sampleCount) }
        var surroundings = [Float](repeating: 0, count: end - start)
        let held = max(0, start)..<min(segment.recording.sampleCount, end)
        for (index, sample) in set.samples(of: segment.recording, in: held).enumerated() {
            surroundings[held.lowerBound - start + index] = sample * segment.gain
        }
        segment.silence?.apply(to: &surroundings, edgeOffset: before * hop, sampleRate: set.convention.sampleRate)
        let waveform = Waveform(samples: surroundings, sampleRate: set.convention.sampleRate)
        let bands = set.convention.bandCount
        let mel = extractor.mel(of: waveform).values[(before * bands)..<((before + frameCount) * bands)]
        return (Array(surroundings[(before * hop)..<(before * hop + settings.segmentLength)]), Array(mel))
    }
}

extension Segment.Silence {
    /// Fades to zero towards the edge, linearly, and holds zero beyond it.
    func apply(to samples: inout [Float], edgeOffset: Int, sampleRate: Int) {
        let position = edgeOffset + edge
        let length = Float(max(1, Self.fade * Double(sampleRate)))
        for index in samples.indices {
            let distance = isBefore ? index - position : position - 1 - index
            samples[index] *= max(0, min(1, Float(distance) / length))
        }
    }
}

extension MelConvention {
    /// What a gain adds to a value, as far from floor and limit as it may be.
    func units(ofGain gain: Float) -> Float { Float(log(Double(gain)) / compression.naturalLogPerUnit) }

    /// What a gain of at most 1 adds to every value, before the floor; nil where that is not exact.
    func shift(byGain gain: Float) -> Float? {
        precondition(gain > 0 && gain <= 1, "a gain of \(gain) does not keep a mel's floor exact")
        guard powerOffset == 0, magnitudeFloor == 0 else { return nil }
        switch compression {
        case .naturalLog: return Float(log(Double(gain)))
        case .log10: return Float(log10(Double(gain)))
        case .symmetricDecibel: return nil
        }
    }
}
