import Audio
import Platform
import Spectra
import Tensors

/// A random segment of a recording, with its augmentation.
struct Segment {
    /// Digital silence before or after `edge`, a sample of the segment.
    struct Silence {
        let edge: Int
        let isBefore: Bool
        /// Seconds over which the recording fades into the silence.
        static let fade = 0.005
    }

    let recording: Recording
    /// The first frame within the recording; negative where silence comes before it.
    let firstFrame: Int
    let gain: Float
    let silence: Silence?
    /// How fast the recording is played: F0, formants and tempo along.
    var speed = 1.0
    /// Its spectral tilt, within ±1: the sound is filtered by `1 + tilt z^-1`.
    var tilt: Float = 0

    var isAltered: Bool { speed != 1 || tilt != 0 }
}

/// How segments of recordings are altered so that a network learns more voices and microphones than the corpus has.
public struct SegmentAugmentation: Sendable, Hashable, Codable {
    /// The speeds that a segment may be played at instead of its own, with F0 and formants along.
    public var speeds: [Double]
    /// The fraction of segments that are played at one of them.
    public var speedProbability: Double
    /// The spectral tilt is even in ± this: 0.3 is a tilt of 5.4 dB from 0 Hz to half the sample rate.
    public var tilt: Double
    /// The fraction of segments with a tilt.
    public var tiltProbability: Double

    /// The defaults make men's voices of women's and the other way round.
    public init(
        speeds: [Double] = [0.75, 0.82, 0.9, 1.1, 1.25], speedProbability: Double = 0.4, tilt: Double = 0.3,
        tiltProbability: Double = 0.4
    ) {
        self.speeds = speeds
        self.speedProbability = speedProbability
        self.tilt = tilt
        self.tiltProbability = tiltProbability
    }

    /// Describes numbers that are out of range; nil if all are valid.
    var validationError: String? {
        if speeds.contains(where: { !(0.25...4).contains($0) }) || ![speedProbability, tiltProbability].allSatisfy((0...1).contains)
            || !(0..<1).contains(tilt)
        {
            return "its augmentation has a speed, a tilt or a probability that is out of range"
        }
        return nil
    }

    func apply(to segment: inout Segment, using random: inout SplitMix64) {
        let isPlayed = random.uniform() < speedProbability, isTilted = random.uniform() < tiltProbability
        let (speed, tilt) = (random.integer(below: max(1, speeds.count)), random.signedUniform())
        if isPlayed, !speeds.isEmpty { segment.speed = speeds[speed] }
        if isTilted { segment.tilt = Float(tilt * self.tilt) }
    }

    /// The factor of the loudest frequency under the filter `1 + tilt z^-1` becomes 1, so that nothing clips.
    static func filter(_ samples: inout [Float], tilt: Float) {
        guard tilt != 0 else { return }
        let factor = 1 / (1 + abs(tilt))
        var last: Float = 0
        for index in samples.indices {
            let sample = samples[index]
            samples[index] = factor * (sample + tilt * last)
            last = sample
        }
    }
}

extension SegmentSampler {
    /// The audio `[sample]` and the mel `[frame, band]` of a segment.
    func values(of segment: Segment) -> (audio: [Float], mel: [Float]) {
        if let predicted = set.predicted { return predictedValues(of: segment, predicted) }
        if segment.isAltered { return altered(segment) }
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
    /// differ for a few frames, which a generator should be robust to.
    func source(of segment: Segment, _ sources: SourceCache) -> [Float] {
        if segment.isAltered {
            let context = alteredContext
            var samples = altered(segment, context) { sources.samples(of: segment.recording, in: $0) }
            samples = Array(samples[context..<context + settings.segmentLength])
            segment.silence?.apply(to: &samples, edgeOffset: 0, sampleRate: set.convention.sampleRate)
            return samples
        }
        let start = segment.firstFrame * set.convention.hopLength
        var samples = sources.samples(of: segment.recording, in: start..<start + settings.segmentLength)
        for index in samples.indices { samples[index] *= segment.gain }
        segment.silence?.apply(to: &samples, edgeOffset: 0, sampleRate: set.convention.sampleRate)
        return samples
    }

    /// Samples on either side of an altered segment, from which its mel and its edges come.
    private var alteredContext: Int {
        (set.convention.fftSize / (2 * set.convention.hopLength) + 1) * set.convention.hopLength
    }

    /// An altered segment, with its mel computed from its audio.
    private func altered(_ segment: Segment) -> (audio: [Float], mel: [Float]) {
        let (context, hop, bands) = (alteredContext, set.convention.hopLength, set.convention.bandCount)
        var samples = altered(segment, context) { range in
            let held = range.clamped(to: 0..<segment.recording.sampleCount)
            var samples = [Float](repeating: 0, count: range.count)
            guard !held.isEmpty else { return samples }
            let start = held.lowerBound - range.lowerBound
            samples.replaceSubrange(start..<start + held.count, with: set.samples(of: segment.recording, in: held))
            return samples
        }
        segment.silence?.apply(to: &samples, edgeOffset: context, sampleRate: set.convention.sampleRate)
        let mel = extractor.mel(of: Waveform(samples: samples, sampleRate: set.convention.sampleRate)).values
        return (
            Array(samples[context..<context + settings.segmentLength]),
            Array(mel[context / hop * bands..<(context / hop + frameCount) * bands])
        )
    }

    /// The samples of a segment and `context` on either side, played at its speed and filtered.
    ///
    /// - Parameter samples: The samples of a range of the recording, with zeros beyond its ends.
    private func altered(_ segment: Segment, _ context: Int, _ samples: (Range<Int>) -> [Float]) -> [Float] {
        let (rate, wanted) = (set.convention.sampleRate, settings.segmentLength + 2 * context)
        let start = segment.firstFrame * set.convention.hopLength - Int(Double(context) * segment.speed)
        var played = samples(start..<start + Int((Double(wanted) * segment.speed).rounded(.up)) + 16)
        if segment.speed != 1 {
            played = Waveform(samples: played, sampleRate: rate).resampled(to: Int((Double(rate) / segment.speed).rounded())).samples
        }
        // Resampling may end a sample early.
        played += repeatElement(0, count: max(0, wanted - played.count))
        played.removeLast(played.count - wanted)
        for index in played.indices { played[index] *= segment.gain }
        SegmentAugmentation.filter(&played, tilt: segment.tilt)
        return played
    }

    /// The segment with a mel computed from its audio and enough context that the windows of its frames lie within it.
    private func recomputed(_ segment: Segment, isInside: Bool) -> (audio: [Float], mel: [Float]) {
        let hop = set.convention.hopLength
        let context = set.convention.fftSize / (2 * hop) + 1
        // The mel of a recording continues it by reflection at its ends: where the recording fills the segment, the context ends
        // there too.
        let before = isInside ? min(context, segment.firstFrame) : context
        let start = (segment.firstFrame - before) * hop
        var end = (segment.firstFrame + frameCount + context) * hop
        if isInside { end = min(end, segment.recording.sampleCount) }
        var samples = [Float](repeating: 0, count: end - start)
        let held = max(0, start)..<min(segment.recording.sampleCount, end)
        for (index, sample) in set.samples(of: segment.recording, in: held).enumerated() {
            samples[held.lowerBound - start + index] = sample * segment.gain
        }
        segment.silence?.apply(to: &samples, edgeOffset: before * hop, sampleRate: set.convention.sampleRate)
        let waveform = Waveform(samples: samples, sampleRate: set.convention.sampleRate)
        let bands = set.convention.bandCount
        let mel = extractor.mel(of: waveform).values[(before * bands)..<((before + frameCount) * bands)]
        return (Array(samples[(before * hop)..<(before * hop + settings.segmentLength)]), Array(mel))
    }

    /// The audio and the predicted mel of a segment. The segment's gain is added to the mel; frames in digital silence, or beyond the
    /// recording, are silence.
    func predictedValues(of segment: Segment, _ predicted: PredictedMels) -> (audio: [Float], mel: [Float]) {
        let hop = set.convention.hopLength, first = segment.firstFrame
        var audio = [Float](repeating: 0, count: settings.segmentLength)
        let held = (first * hop..<first * hop + settings.segmentLength)
            .clamped(to: 0..<segment.recording.trainedCount)
        for (index, sample) in set.samples(of: segment.recording, in: held).enumerated() {
            audio[held.lowerBound - first * hop + index] = sample * segment.gain
        }
        segment.silence?.apply(to: &audio, edgeOffset: 0, sampleRate: set.convention.sampleRate)

        let silence = set.convention.silence, bands = silence.count
        let shift = set.convention.units(ofGain: segment.gain)
        var mel = Array(repeatElement(silence, count: frameCount).joined())
        let frames = (first..<first + frameCount).clamped(to: 0..<(predicted.frameCount(of: segment.recording) ?? 0))
        let values = predicted.mel(of: segment.recording, frames: frames)
        for (row, frame) in frames.enumerated() where segment.silence?.covers(sample: (frame - first) * hop + hop / 2) != true {
            for band in 0..<bands {
                mel[(frame - first) * bands + band] = max(silence[band], values[row * bands + band] + shift)
            }
        }
        return (audio, mel)
    }
}

extension Segment.Silence {
    /// Fades linearly to zero towards the edge, and sets all beyond it to zero.
    func apply(to samples: inout [Float], edgeOffset: Int, sampleRate: Int) {
        let position = edgeOffset + edge
        let length = Float(max(1, Self.fade * Double(sampleRate)))
        for index in samples.indices {
            let distance = isBefore ? index - position : position - 1 - index
            samples[index] *= max(0, min(1, Float(distance) / length))
        }
    }

    /// Whether a sample of the segment lies in the silence.
    func covers(sample: Int) -> Bool { isBefore ? sample < edge : sample >= edge }
}

extension MelConvention {
    /// What a gain adds to a value that is far from floor and limit.
    func units(ofGain gain: Float) -> Float { Float(log(Double(gain)) / compression.naturalLogPerUnit) }

    /// What a gain of at most 1 adds to every value before the floor; nil where that would not be exact.
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
