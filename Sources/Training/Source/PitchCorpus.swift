import Audio
import Dispatch
import Evaluation
import MelGAN
import Platform
import Spectra
import Synchronization

/// Mels with their pitch, of each recording as it is and played slower and faster: one voice alone would teach a network
/// that no other pitch exists.
struct PitchCorpus {
    /// What a recording becomes at one speed.
    struct Entry: Sendable {
        /// `[frame, band]`, as the convention stores them.
        let mel: [Float]
        /// Hz, of each frame; 0 where unvoiced.
        let frequencies: [Float]
    }

    /// Factors of pitch and tempo.
    static let speeds = [0.55, 0.7, 0.85, 1, 1.2, 1.4]

    let entries: [Entry]
    let convention: MelConvention
    let quietestGain: Double

    init(_ set: TrainingSet, threadCount: Int, progress: (_ done: Int, _ total: Int) -> Void) {
        convention = set.convention
        quietestGain = set.levels.quietestGain
        let tracker = PitchTracker(sampleRate: set.convention.sampleRate)
        let extractor = MelExtractor(set.convention)
        let recordings = set.recordings
        let results = Mutex([[Entry]](repeating: [], count: recordings.count))
        let block = 32 * threadCount
        for start in stride(from: 0, to: recordings.count, by: block) {
            let end = min(recordings.count, start + block), next = Atomic(start)
            DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < end else { return }
                    let entries = Self.entries(of: recordings[index], in: set, tracker, extractor)
                    results.withLock { $0[index] = entries }
                }
            }
            progress(end, recordings.count)
        }
        entries = results.withLock { $0 }.flatMap(\.self)
    }

    private static func entries(
        of recording: Recording, in set: TrainingSet, _ tracker: PitchTracker, _ extractor: MelExtractor
    ) -> [Entry] {
        let convention = set.convention
        let waveform = set.waveform(of: recording)
        let track = tracker.track(of: waveform)
        return speeds.map { speed in
            let slower = Int((Double(convention.sampleRate) / speed).rounded())
            let played = speed == 1 ? waveform : waveform.resampled(to: slower)
            let mel = extractor.mel(of: Waveform(samples: played.samples, sampleRate: convention.sampleRate))
            // The k-th value of the track lies at the time k / 200 s, which is now another.
            let count = Int(Double(track.frequencies.count) / speed)
            let warped = PitchTrack(
                frequencies: (0..<count).map { index in
                    let place = min(track.frequencies.count - 1, Int((Double(index) * speed).rounded()))
                    return track.frequencies[place] * speed
                })
            return Entry(
                mel: mel.values,
                frequencies: PitchLabels(warped, frameCount: mel.frameCount, convention: convention).frequencies)
        }
    }
}
