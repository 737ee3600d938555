import Evaluation
import Files
import Phonemes
import Spectra
import TextToMel

/// A sentence and its recording, with the features that training a text model needs.
struct Utterance: Sendable {
    let recording: Recording
    let sequence: PhonemeSequence
    /// The frames of the recording's mel that are spoken, with a little silence on either side.
    let frames: Range<Int>
    /// F0 in Hz of each of ``frames``; 0 where unvoiced.
    let frequencies: [Float]

    var id: String { recording.id }
}

/// Finds the frames of a recording in which somebody speaks, by its mel.
///
/// The level of a frame is the mean of its bands' logarithms, so that a weak final s counts as much as a vowel. Speech is above a
/// threshold that lies a quarter of the way from the quietest frames (5th percentile) to the loud ones (95th).
enum SilenceTrimming {
    /// Frames kept before and after speech, so that the marks `^` and `$` have much the same length everywhere.
    static let (before, after) = (6, 10)
    private static let thresholdFraction: Float = 0.25

    /// The frames of speech and a few around them; all frames where none are above the threshold.
    static func frames(of mel: MelSpectrogram) -> Range<Int> {
        let bands = mel.bandCount
        let levels = (0..<mel.frameCount).map { frame in
            mel.values[frame * bands..<(frame + 1) * bands].reduce(0, +) / Float(bands)
        }
        let sorted = levels.sorted()
        guard sorted.count > 20 else { return 0..<mel.frameCount }
        let (quiet, loud) = (sorted[sorted.count / 20], sorted[sorted.count * 19 / 20])
        let threshold = quiet + thresholdFraction * (loud - quiet)
        // Two frames in a row, because a click alone is no speech.
        let spoken = levels.indices.dropLast().filter { levels[$0] > threshold && levels[$0 + 1] > threshold }
        guard let first = spoken.first, let last = spoken.last else { return 0..<mel.frameCount }
        return max(0, first - before)..<min(mel.frameCount, last + 2 + after)
    }
}

/// F0 of every frame of every recording of a set, in a ``TensorCache``.
struct PitchCache: Sendable {
    /// Hz, 0 where unvoiced; by the set's recordings, then by frame.
    let frequencies: [[Float]]

    /// Reads the cache at `path`, or tracks F0 where it does not have just these recordings.
    init(
        of set: TrainingSet, path: String, threadCount: Int, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        var key = CacheKey("pitch 2")
        key.add(json: set.convention)
        for recording in set.recordings { key.add("\(recording.id) \(recording.checksums)") }
        let tracker = PitchTracker(sampleRate: set.convention.sampleRate)
        let tensors = try RecordingTensors(
            of: set.recordings, at: path, key: key.value, blockLength: 32 * threadCount, what: "F0", progress: progress
        ) { block throws(FileError) in
            block.parallelMap(threadCount: threadCount) { recording in
                PitchLabels(
                    tracker.track(of: set.waveform(of: recording)), frameCount: recording.frameCount,
                    convention: set.convention
                ).frequencies
            }
        }
        frequencies = set.recordings.map(tensors.values(of:))
    }
}
