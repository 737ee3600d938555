import MelGAN
import Platform
import SourceFilter
import Spectra
import Tensors

/// Draws batches of random segments; batch n is a function of the seed and n alone.
///
/// Every frame of the set is as likely as every other: a recording is drawn with a probability in proportion to its
/// length, then a position in it, a multiple of the hop. (The reference draws recordings with equal probability, which
/// shows a short one's frames more often.) Recordings shorter than a segment lie at a random place in silence. Each
/// segment then gets a random gain, and some a cut to digital silence, which recordings do not have and users' files
/// do.
///
/// Mels come from the cache, shifted by the gain and floored again, where that is exact (see ``Levels``); they are made
/// anew, with the context of the segment around it, where it is not: beside silence, and where the convention is not a
/// logarithm of plain magnitudes.
public struct SegmentSampler: Sendable {
    public struct Settings: Sendable, Hashable, Codable {
        public var seed: UInt64
        /// Segments of a batch.
        public var batch: Int
        /// Samples of a segment: a multiple of the hop.
        public var segmentLength: Int
        /// The share of segments, 0...1, that begin or end in digital silence.
        public var silenceProbability: Double

        public init(seed: UInt64, batch: Int = 16, segmentLength: Int = 8192, silenceProbability: Double = 0.03) {
            self.seed = seed
            self.batch = batch
            self.segmentLength = segmentLength
            self.silenceProbability = silenceProbability
        }
    }

    public let set: TrainingSet
    public let settings: Settings
    /// Of every recording of the set, where batches are to have them.
    let sources: SourceCache?
    let frameCount: Int
    /// Whole hops of each recording and of those before it: where each ends on a line of all frames.
    private let ends: [Int]
    let extractor: MelExtractor
    private let level: SourceLevel

    /// - Precondition: the set is not empty, the segment a positive multiple of the hop.
    public init(_ set: TrainingSet, settings: Settings, sources: SourceCache? = nil) {
        let hop = set.convention.hopLength
        precondition(!set.recordings.isEmpty, "there are no recordings to draw segments from")
        precondition(settings.batch > 0, "a batch of \(settings.batch) segments")
        precondition(
            settings.segmentLength > 0 && settings.segmentLength % hop == 0,
            "segments of \(settings.segmentLength) samples are no multiple of the hop, \(hop)")
        self.set = set
        self.settings = settings
        self.sources = sources
        frameCount = settings.segmentLength / hop
        var total = 0
        ends = set.recordings.map { recording in
            total += max(1, recording.trainedCount / hop)
            return total
        }
        extractor = MelExtractor(set.convention, threadCount: 1)
        level = SourceLevel(set.convention)
    }

    /// The batch of training step `step`.
    public func batch(_ step: Int) -> Batch {
        let bands = set.convention.bandCount
        var mel: [Float] = []
        var audio: [Float] = []
        var source: [Float] = []
        var level: [Float] = []
        mel.reserveCapacity(settings.batch * frameCount * bands)
        audio.reserveCapacity(settings.batch * settings.segmentLength)
        for item in 0..<settings.batch {
            let segment = drawSegment(step: step, item: item)
            let (segmentAudio, segmentMel) = values(of: segment)
            audio += segmentAudio
            mel += segmentMel
            guard let sources else { continue }
            source += self.source(of: segment, sources)
            var last: Float?
            level += self.level.samples(
                of: MelSpectrogram(values: segmentMel, convention: set.convention).logMagnitudes, after: &last)
        }
        return Batch(
            mel: mel, audio: audio, source: sources == nil ? nil : source, level: sources == nil ? nil : level,
            count: settings.batch, frameCount: frameCount, bandCount: bands, sampleCount: settings.segmentLength)
    }

    func drawSegment(step: Int, item: Int) -> Segment {
        var random = SplitMix64(seed: settings.seed, position: [UInt64(step), UInt64(item)])
        let frame = random.integer(below: ends.last!)
        let position = recordingIndex(holding: frame)
        let recording = set.recordings[position]
        // More than one place either inside the recording or, where that is the shorter, around it.
        let slack = max(1, recording.trainedCount / set.convention.hopLength) - frameCount
        let place = random.integer(below: abs(slack) + 1)
        let gain = pow(10, set.levels.quietestGain * random.uniform() / 20)
        var silence: Segment.Silence?
        if random.uniform() < settings.silenceProbability {
            silence = Segment.Silence(
                edge: random.integer(below: settings.segmentLength + 1), isBefore: random.next() & 1 == 0)
        }
        return Segment(
            recording: recording, firstFrame: slack < 0 ? -place : place, gain: Float(gain), silence: silence)
    }

    /// The first recording that ends after `frame` on the line of all frames.
    private func recordingIndex(holding frame: Int) -> Int {
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > frame { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
