import SourceFilter
import Audio
import Evaluation
import MelGAN
import Platform
import Spectra

/// The mels and F0 labels of each recording at its own and at other speeds, because a network trained on one voice alone learns only that
/// voice's range of F0.
struct PitchCorpus {
    /// A recording at one speed.
    struct Entry: Sendable {
        /// `[frame, band]`, as the convention stores them.
        let mel: [Float]
        /// The F0 of each frame in Hz; 0 if it is unvoiced.
        let frequencies: [Float]
    }

    /// The factors of F0 and tempo.
    static let speeds = [0.55, 0.7, 0.85, 1, 1.2, 1.4]

    let entries: [Entry]
    let convention: MelConvention
    let quietestGain: Double

    init(_ set: TrainingSet, threadCount: Int, progress: (_ done: Int, _ total: Int) -> Void) {
        convention = set.convention
        quietestGain = set.loudness.quietestGain
        let tracker = PitchTracker(sampleRate: set.convention.sampleRate)
        let extractor = MelExtractor(set.convention)
        let recordings = set.recordings
        let block = 32 * threadCount
        var entries: [Entry] = []
        for start in stride(from: 0, to: recordings.count, by: block) {
            let end = min(recordings.count, start + block)
            entries += Array(recordings[start..<end]).parallelMap(threadCount: threadCount) { recording in
                Self.entries(of: recording, in: set, tracker, extractor)
            }.joined()
            progress(end, recordings.count)
        }
        self.entries = entries
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
            // The k-th value of the track belongs to the time k / 200 s, which the change of speed has scaled.
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

/// The training target of a ``SourceFilter/PitchNetwork``: the tracker's F0 at each frame of a recording's mel.
struct PitchLabels {
    /// The F0 of each frame in Hz; 0 if it is unvoiced.
    let frequencies: [Float]

    /// - Parameters:
    ///   - track: The F0 track of the recording.
    ///   - frameCount: The number of frames of its mel.
    init(_ track: PitchTrack, frameCount: Int, convention: MelConvention) {
        let framing = Frames(
            fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        let first = convention.fftSize / 2 - framing.paddingBefore
        frequencies = (0..<frameCount).map { frame in
            let centre = Double(frame * convention.hopLength + first) / Double(convention.sampleRate)
            return Self.frequency(of: track, at: centre * 200)
        }
    }

    /// The F0 at a position of the track: interpolated linearly in octaves between two voiced values, otherwise the nearer value.
    private static func frequency(of track: PitchTrack, at place: Double) -> Float {
        let last = track.frequencies.count - 1
        guard last >= 0 else { return 0 }
        let low = max(0, min(last, Int(place))), high = min(last, low + 1)
        let share = max(0, min(1, place - Double(low)))
        guard track.isVoiced(low), track.isVoiced(high) else {
            return Float(track.frequencies[share < 0.5 ? low : high])
        }
        return Float(track.frequencies[low] * pow(track.frequencies[high] / track.frequencies[low], share))
    }
}
