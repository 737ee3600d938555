import Dispatch
import Files
import Kernels
import MelGAN
import Platform
import Spectra
import Synchronization
import Tensors

/// The ``SpeechSource`` of every recording of a set, by the pitch that the network hears in its mel: computed once, kept on
/// the disk, memory-mapped, and checked like the recordings' own cache.
public struct SourceCache: Sendable {
    private let numbers: RecordingNumbers

    /// The sources of `set`, from the cache at `path` where that is whole and made by the same `pitch` and configuration.
    ///
    /// - Parameter isAligned: Whether they have the recordings' phases.
    init(
        of set: TrainingSet, _ configuration: SourceConfiguration, _ pitch: PitchNetwork, isAligned: Bool, path: String,
        threadCount: Int,
        progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        let source = SpeechSource(configuration, set.convention)
        numbers = try RecordingNumbers(
            of: set.recordings, at: path, key: Self.key(set, configuration, pitch, isAligned), blockLength: 16 * threadCount,
            what: "sources", progress: progress
        ) { block throws(FileError) in Self.sources(of: block, in: set, source, pitch, isAligned, threadCount) }
    }

    private static func sources(
        of recordings: [Recording], in set: TrainingSet, _ source: SpeechSource, _ pitch: PitchNetwork, _ isAligned: Bool,
        _ threadCount: Int
    ) -> [[Float]] {
        // The network's threads are not ours: its contours come first, one after the other.
        let mels = recordings.map(set.inputMel(of:))
        let contours = mels.map { pitch.contour(of: $0) }
        let next = Atomic(0)
        let results = Mutex([[Float]](repeating: [], count: mels.count))
        DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
            while true {
                let position = next.add(1, ordering: .relaxed).oldValue
                guard position < mels.count else { return }
                var contour = contours[position]
                if isAligned {
                    contour = source.aligned(contour, of: mels[position], to: set.waveform(of: recordings[position]).samples)
                }
                let samples = source.samples(of: mels[position], contour)
                results.withLock { $0[position] = samples }
            }
        }
        return results.withLock { $0 }
    }

    private static func key(
        _ set: TrainingSet, _ configuration: SourceConfiguration, _ pitch: PitchNetwork, _ isAligned: Bool
    ) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = isAligned ? "aligned sources 2" : "sources 2"
        for part in [try? encoder.encode(configuration), try? encoder.encode(set.convention)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for parameter in pitch.parameters { text += "\n\(parameter.name) \(parameter.value.values.checksum)" }
        for recording in set.recordings { text += "\n\(RecordingNumbers.name(recording)) \(recording.checksums)" }
        if let predicted = set.predicted { text += "\n\(predicted.key)" }
        return "\(SplitMix64.hash(text, seed: 1))-\(SplitMix64.hash(text, seed: 2))"
    }

    /// Samples of the range; silence beyond the end.
    func samples(of recording: Recording, in range: Range<Int>) -> [Float] { numbers.numbers(of: recording, in: range) }
}
