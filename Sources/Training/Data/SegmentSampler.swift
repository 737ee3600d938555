import Dispatch
import MelGAN
import Platform
import SourceFilter
import Spectra
import Tensors
import Synchronization

/// Draws batches of random segments; the batch of a step is a function of the seed and the step alone.
///
/// Every frame of the set is as likely as every other: a recording is drawn with a probability in proportion to its
/// length, then a position in it, a multiple of the hop. (The reference implementation draws recordings with equal probability, which
/// draws a short one's frames more often.) Recordings shorter than a segment are placed at random in silence. Each segment is then
/// augmented by a random gain, and some by digital silence at one end, which recordings do not have and users' files do; with a
/// ``SegmentAugmentation`` also by another speed and another spectral tilt.
///
/// Mels come from the cache, shifted by the gain and floored again, where that is exact (see <doc:Levels>). Where it is not, beside
/// silence and where the convention is not a logarithm of plain magnitudes, they are computed from the segment with its context.
public struct SegmentSampler: Sendable {
    public struct Settings: Sendable, Hashable, Codable {
        public var seed: UInt64
        /// Segments per batch.
        public var batch: Int
        /// Samples of a segment: a multiple of the hop.
        public var segmentLength: Int
        /// The probability, 0...1, that a segment begins or ends in digital silence.
        public var silenceProbability: Double
        /// Other speeds and spectral tilts; nil for none.
        public var augmentation: SegmentAugmentation?

        public init(
            seed: UInt64, batch: Int = 16, segmentLength: Int = 8192, silenceProbability: Double = 0.03,
            augmentation: SegmentAugmentation? = nil
        ) {
            self.augmentation = augmentation
            self.seed = seed
            self.batch = batch
            self.segmentLength = segmentLength
            self.silenceProbability = silenceProbability
        }
    }

    public let set: TrainingSet
    public let settings: Settings
    /// The sources of all recordings; nil where batches have none.
    let sources: SourceCache?
    let frameCount: Int
    /// For each recording the frames of it and of all before it: where it ends in the concatenation of all.
    private let ends: [Int]
    let extractor: MelExtractor
    private let level: SourceLevel

    /// - Precondition: The set is not empty, the segment a positive multiple of the hop.
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

    /// Draws the segment of one item of the batch of a step.
    func drawSegment(step: Int, item: Int) -> Segment {
        var random = SplitMix64(seed: settings.seed, position: [UInt64(step), UInt64(item)])
        let frame = random.integer(below: ends.last!)
        let position = recordingIndex(holding: frame)
        let recording = set.recordings[position]
        // Where the recording is the longer, the segment has slack in it; otherwise the recording has slack in the segment.
        let slack = max(1, recording.trainedCount / set.convention.hopLength) - frameCount
        let offset = random.integer(below: abs(slack) + 1)
        let gain = pow(10, set.loudness.quietestGain * random.uniform() / 20)
        var silence: Segment.Silence?
        if random.uniform() < settings.silenceProbability {
            silence = Segment.Silence(
                edge: random.integer(below: settings.segmentLength + 1), isBefore: random.next() & 1 == 0)
        }
        var segment = Segment(
            recording: recording, firstFrame: slack < 0 ? -offset : offset, gain: Float(gain), silence: silence)
        // Predicted mels cannot be had of other sound.
        if let augmentation = settings.augmentation, set.predicted == nil { augmentation.apply(to: &segment, using: &random) }
        return segment
    }

    /// The first recording that ends after `frame` in the concatenation of all, by binary search.
    private func recordingIndex(holding frame: Int) -> Int {
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > frame { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The segments of one training step: mels, and the audio that they describe.
public struct Batch: Sendable, Equatable {
    /// `[batch, frame, band]`, in the units of the convention.
    public let mel: [Float]
    /// `[batch, sample, 1]`, in -1...1; frame f describes the samples from f * hop on.
    public let audio: [Float]
    /// `[batch, sample, 1]`: the source signal that a generator with a source filters; nil where there is none.
    public let source: [Float]?
    /// `[batch, sample, 1]`: the level that the source is scaled by; nil where there is none.
    public let level: [Float]?
    /// Segments in the batch.
    public let count: Int
    /// Frames per segment.
    public let frameCount: Int
    public let bandCount: Int
    /// Samples per segment: frames times the hop.
    public let sampleCount: Int
}

/// Prefetches batches: while one batch is trained on, another thread draws the next.
///
/// The batches are those of ``SegmentSampler/batch(_:)``, in any order of the steps.
public final class SegmentPrefetcher: Sendable {
    public let sampler: SegmentSampler
    private let queue = DispatchQueue(label: "batches", qos: .userInitiated)
    private let ready = Mutex<(step: Int, batch: Batch)?>(nil)

    public init(_ sampler: SegmentSampler) {
        self.sampler = sampler
    }

    /// The batch of training step `step`; another thread begins with that of `step + 1`.
    public func batch(_ step: Int) -> Batch {
        let batch = queue.sync { take(step) } ?? sampler.batch(step)
        queue.async { [self] in
            let next = sampler.batch(step + 1)
            ready.withLock { $0 = (step + 1, next) }
        }
        return batch
    }

    private func take(_ step: Int) -> Batch? {
        ready.withLock { held in
            defer { held = nil }
            return held?.step == step ? held?.batch : nil
        }
    }
}
