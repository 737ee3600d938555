import Audio
import Spectra
import TestSupport
import Testing

@testable import Training

@Suite struct SegmentSamplerTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func largestDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
        zip(a, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, abs($1.0 - $1.1)) }
    }

    @Test("a batch is a function of seed and step")
    func determinism() throws {
        let set = try folder.trainingSet()
        let sampler = SegmentSampler(set, settings: .init(seed: 7, batch: 4))
        let again = SegmentSampler(set, settings: .init(seed: 7, batch: 4))
        let fifth = sampler.batch(5)
        #expect(sampler.batch(6) != fifth)
        #expect(again.batch(5) == fifth)
        #expect(SegmentSampler(set, settings: .init(seed: 8, batch: 4)).batch(5) != fifth)
        #expect(fifth.mel.count == 4 * 32 * 80 && fifth.audio.count == 4 * 8192)
    }

    /// Conventions by which way a gain enters: exact shift in both logarithms, an offset under the root, a ceiling,
    /// centred frames.
    static let conventions = MelConvention.presets.filter { $0.sampleRate == 22_050 }

    @Test("the inner frames of a segment's mel are the mel of its audio", arguments: conventions)
    func alignment(_ convention: MelConvention) throws {
        let set = try folder.trainingSet(convention: convention)
        let settings = SegmentSampler.Settings(
            seed: 3, batch: 24, segmentLength: 32 * convention.hopLength, silenceProbability: 0.3)
        let batch = SegmentSampler(set, settings: settings).batch(0)
        let extractor = MelExtractor(convention)
        for item in 0..<batch.count {
            let audio = Array(batch.audio[(item * batch.sampleCount)..<((item + 1) * batch.sampleCount)])
            let mel = extractor.mel(of: Waveform(samples: audio, sampleRate: convention.sampleRate)).values
            let inner = (3 * batch.bandCount)..<(29 * batch.bandCount)
            let given = batch.mel[(item * 32 * batch.bandCount)..<((item + 1) * 32 * batch.bandCount)]
            // Compared as magnitudes: near the floor a logarithm shows the rounding of the transform.
            let differences = zip(mel[inner], Array(given)[inner]).map { expected, found in
                let magnitude = convention.magnitude(ofValue: expected)
                return abs(convention.magnitude(ofValue: found) - magnitude) - 3e-4 * magnitude
            }
            #expect(differences.max()! < 2e-7)
        }
    }

    @Test(
        "shifting the cached mel by the gain gives what the mel of the gained audio is, at the ends of a recording too")
    func shiftIsExact() throws {
        let set = try folder.trainingSet()
        let sampler = SegmentSampler(set, settings: .init(seed: 1, batch: 1, silenceProbability: 0))
        let recording = set.recordings[1]
        let lastFrame = recording.sampleCount / 256 - sampler.frameCount
        var offset = MelConvention.melgan
        // So small an offset changes nothing but that the segment's mel is made from its audio.
        offset.powerOffset = 1e-30
        let recomputing = SegmentSampler(try folder.trainingSet(convention: offset), settings: sampler.settings)
        for firstFrame in [0, 1, 2, lastFrame - 1, lastFrame] {
            let segment = Segment(recording: recording, firstFrame: firstFrame, gain: 0.2, silence: nil)
            let other = Segment(
                recording: recomputing.set.recordings[1], firstFrame: firstFrame, gain: 0.2, silence: nil)
            let (fast, slow) = (sampler.values(of: segment), recomputing.values(of: other))
            #expect(fast.audio == slow.audio)
            #expect(largestDifference(fast.mel, slow.mel) < 2e-4)
        }
    }

    @Test("gains only quieten, over the whole range")
    func gains() throws {
        let sampler = SegmentSampler(try folder.trainingSet(), settings: .init(seed: 1))
        let gains = (0..<40).flatMap { step in (0..<16).map { sampler.drawSegment(step: step, item: $0).gain } }
        #expect(gains.allSatisfy { $0 <= 1 && $0 >= 0.1258 })
        #expect(gains.min()! < 0.135 && gains.max()! > 0.96)
    }

    @Test("recordings are drawn in proportion to their length, short ones too, at every place")
    func proportions() throws {
        let set = try folder.trainingSet()
        let sampler = SegmentSampler(set, settings: .init(seed: 2))
        var drawn: [String: Int] = [:]
        var places = Set<Int>()
        let count = 4000
        for step in 0..<(count / 16) {
            for item in 0..<16 {
                let segment = sampler.drawSegment(step: step, item: item)
                drawn[segment.recording.id, default: 0] += 1
                if segment.recording.id == "r1" { places.insert(segment.firstFrame) }
                if segment.recording.id == "r2" { #expect((-15...0).contains(segment.firstFrame)) }
            }
        }
        for recording in set.recordings {
            let share = Double(recording.sampleCount) / (set.duration * 22_050)
            #expect(abs(Double(drawn[recording.id] ?? 0) / Double(count) - share) < 0.03)
        }
        #expect(places == Set(0...(set.recordings[1].sampleCount / 256 - 32)))
    }

    @Test("a recording shorter than a segment lies in silence")
    func shortRecordings() throws {
        let set = try folder.trainingSet().filtered { $0 == "r2" }
        let batch = SegmentSampler(set, settings: .init(seed: 1, batch: 1, silenceProbability: 0)).batch(0)
        let loud = batch.audio.indices.filter { batch.audio[$0] != 0 }
        #expect(loud.count > 1000 && loud.last! - loud.first! < set.recordings[0].sampleCount)
        #expect(batch.mel.contains(-5))
    }

    @Test("what is prefetched is what would have been drawn, in any order of steps")
    func prefetching() throws {
        let sampler = SegmentSampler(try folder.trainingSet(), settings: .init(seed: 4, batch: 2))
        let prefetcher = SegmentPrefetcher(sampler)
        for step in [0, 1, 2, 3, 10, 11, 4, 4, 5] { #expect(prefetcher.batch(step) == sampler.batch(step)) }
    }

    // MARK: - Augmentation

    private func sampler(_ set: TrainingSet, _ augmentation: SegmentAugmentation?, silence: Double = 0) -> SegmentSampler {
        SegmentSampler(
            set, settings: .init(seed: 5, batch: 12, silenceProbability: silence, augmentation: augmentation))
    }

    @Test("an augmentation that never happens changes nothing")
    func noAugmentation() throws {
        let set = try folder.trainingSet()
        let never = SegmentAugmentation(speedProbability: 0, tiltProbability: 0)
        #expect(sampler(set, never).batch(3) == sampler(set, nil).batch(3))
        #expect(sampler(set, SegmentAugmentation()).batch(3) != sampler(set, nil).batch(3))
        #expect(sampler(set, SegmentAugmentation()).batch(3) == sampler(set, SegmentAugmentation()).batch(3))
    }

    @Test("altered segments have the mel of their audio, and no sample beyond full scale")
    func alteredMels() throws {
        let set = try folder.trainingSet()
        let batch = sampler(set, SegmentAugmentation(speedProbability: 0.7, tilt: 0.5, tiltProbability: 0.7), silence: 0.3).batch(0)
        let extractor = MelExtractor(set.convention)
        #expect(batch.audio.allSatisfy { abs($0) <= 1 })
        for item in 0..<batch.count {
            let audio = Array(batch.audio[(item * batch.sampleCount)..<((item + 1) * batch.sampleCount)])
            let mel = extractor.mel(of: Waveform(samples: audio, sampleRate: 22_050)).values
            let inner = (3 * 80)..<(29 * 80)
            let given = Array(batch.mel[(item * 32 * 80)..<((item + 1) * 32 * 80)])
            #expect(largestDifference(mel[inner], given[inner]) < 2e-3, "segment \(item)")
        }
    }

    @Test("a segment played at another speed has its pitch and its tempo by that factor", arguments: [0.75, 1.25])
    func speed(_ speed: Double) throws {
        try SyntheticSignal.sine(frequency: 600, amplitude: 0.3).waveform(duration: 3, sampleRate: 22_050)
            .write(to: folder.file("tone/a.wav", bytes: []))
        let set = try TrainingSet(
            preparing: Corpus(at: folder.path + "/tone"), convention: .melgan, cachePath: folder.path + "/tone cache", threadCount: 2)
        let batch = sampler(set, SegmentAugmentation(speeds: [speed], speedProbability: 1, tiltProbability: 0)).batch(0)
        // The middle of a segment, which the recording fills at either speed.
        let middle = batch.audio[2000..<4000]
        let crossings = zip(middle, middle.dropFirst()).count { $0 < 0 && $1 >= 0 }
        #expect(abs(Double(crossings) - 600 * speed * 2000 / 22_050) <= 1)
    }

    @Test("a tilt makes low or high frequencies louder, and none louder than before")
    func tilt() {
        for tilt: Float in [-0.4, 0.3] {
            var (constant, alternating) = ([Float](repeating: 1, count: 64), (0..<64).map { $0 % 2 == 0 ? Float(1) : -1 })
            SegmentAugmentation.filter(&constant, tilt: tilt)
            SegmentAugmentation.filter(&alternating, tilt: tilt)
            #expect(abs(constant[40] - (1 + tilt) / (1 + abs(tilt))) < 1e-6)
            #expect(abs(abs(alternating[40]) - (1 - tilt) / (1 + abs(tilt))) < 1e-6)
        }
    }

    @Test("impossible augmentations are described")
    func validation() {
        #expect(SegmentAugmentation().validationError == nil)
        #expect(SegmentAugmentation(speeds: [0]).validationError != nil)
        #expect(SegmentAugmentation(speedProbability: 1.5).validationError != nil)
        #expect(SegmentAugmentation(tilt: 1).validationError != nil)
    }
}
