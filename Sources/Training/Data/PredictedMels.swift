import Files
import Platform
import Spectra
import Tensors

/// Mels of a set's recordings as another model predicted them. A generator is given them in training in place of the recordings'
/// own, so that it learns to make up for that model's errors.
///
/// A mel's file is named by its recording's id or file name, with the ending of its format. The mel is converted to the set's
/// convention where that can be done, cut to the recording, and moved to the level of the recording's own mel: the other model was
/// trained at the level of its own recordings, while the target audio has this level.
struct PredictedMels: Sendable {
    private let tensors: RecordingTensors
    private let bandCount: Int
    /// A hash of everything that decides the mels.
    let key: String
    /// Ids of recordings that have no mel.
    let missing: [String]

    /// Frames by which a mel may be longer or shorter than its recording: conventions differ about the last one.
    private static let slack = 2
    private static let endings = ["npy", "npz", "safetensors"]

    /// Reads the mels of `set` in `folder`, or takes them from the cache at `cachePath`.
    ///
    /// - Throws: `FileError`: `.missingInput` where there is no folder, `.badData` where it has no mel of any recording, or a mel
    ///   is damaged, of another convention, or of another length than its recording.
    init(
        in folder: String, of set: TrainingSet, cachePath: String, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw FileError(.missingInput, folder, "there is no such folder of mels.")
        }
        let files = try Self.files(in: folder, of: set.recordings)
        guard !files.isEmpty else {
            throw FileError(
                .badData, folder,
                "holds no mel of any recording; \(set.recordings[0].stem).npy or .npz or .safetensors was looked for first.")
        }
        missing = set.recordings.filter { files[$0.id] == nil }.map(\.id)
        bandCount = set.convention.bandCount
        key = Self.key(set, files)
        tensors = try RecordingTensors(
            of: set.recordings, at: cachePath, key: key, width: bandCount, blockLength: 64, what: "predicted mels",
            progress: progress
        ) { block throws(FileError) in
            var mels: [[Float]?] = []
            for recording in block {
                guard let file = files[recording.id] else {
                    mels.append(nil)
                    continue
                }
                mels.append(try Self.mel(at: file, of: recording, in: set))
            }
            return mels
        }
    }

    /// Frames of the recording's mel; nil where there is none.
    func frameCount(of recording: Recording) -> Int? { tensors.count(of: recording).map { $0 / bandCount } }

    /// `[frame, band]` of the range, which lies within the mel.
    func mel(of recording: Recording, frames: Range<Int>) -> [Float] {
        tensors.values(of: recording, in: frames.lowerBound * bandCount..<frames.upperBound * bandCount)
    }

    private static func mel(at path: String, of recording: Recording, in set: TrainingSet) throws(FileError) -> [Float] {
        let convention = set.convention
        let file = try MelFile(at: path, bandCount: convention.bandCount)
        let (mel, _) = try file.fitted(to: convention)
        guard abs(mel.frameCount - recording.frameCount) <= slack else {
            throw FileError(
                .badData, path,
                "has \(mel.frameCount) frames where its recording, \(recording.path), has \(recording.frameCount); predict it with "
                    + "the recording's own durations, or remove it.")
        }
        let frames = min(mel.frameCount, recording.frameCount)
        return levelled(
            Array(mel.values.prefix(frames * convention.bandCount)), to: set.mel(of: recording).values, convention)
    }

    /// `predicted` with a constant added, which makes its mean that of `own`; means are over the values where both are above silence.
    static func levelled(_ predicted: [Float], to own: [Float], _ convention: MelConvention) -> [Float] {
        let silence = convention.silence
        var (sum, count) = (0.0, 0)
        for (index, (value, target)) in zip(predicted, own).enumerated() {
            let floor = silence[index % silence.count]
            guard value > floor, target > floor else { continue }
            sum += Double(target - value)
            count += 1
        }
        let shift = count > 0 ? Float(sum / Double(count)) : 0
        return predicted.enumerated().map { max(silence[$0 % silence.count], $1 + shift) }
    }

    /// The file of each recording that has one, by the recording's id.
    private static func files(in folder: String, of recordings: [Recording]) throws(FileError) -> [String: String] {
        // A file name that several recordings share identifies none of them.
        let stems = Dictionary(recordings.map { ($0.stem, 1) }, uniquingKeysWith: +)
        var files: [String: String] = [:]
        for recording in recordings {
            let names = stems[recording.stem] == 1 ? [recording.id, recording.stem] : [recording.id]
            let found = Set(names).flatMap { name in endings.map { FolderPath.joined(folder, "\(name).\($0)") } }
                .filter { FileManager.default.fileExists(atPath: $0) }.sorted()
            if found.count > 1 {
                throw FileError(
                    .badData, found[0], "and \(found[1]) both stand for the recording \(recording.id); remove one of them.")
            }
            files[recording.id] = found.first
        }
        return files
    }

    private static func key(_ set: TrainingSet, _ files: [String: String]) -> String {
        var key = CacheKey("predicted mels 2")
        key.add(json: set.convention)
        for recording in set.recordings {
            let path = files[recording.id]
            let stamp = path.flatMap { FileStamp(of: $0) }
            key.add("\(recording.id)|\(recording.checksums)|\(path ?? "")|\(stamp?.size ?? -1)|\(stamp?.modified ?? -1)")
        }
        return key.value
    }
}

extension Recording {
    /// The file's name without its ending.
    var stem: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }
}

extension TrainingSet {
    /// The recordings that have a predicted mel, cut to its length; a generator is given it in place of the recording's own.
    func replacingMels(with mels: PredictedMels) -> TrainingSet {
        var set = self
        set.predicted = mels
        set.recordings = recordings.compactMap { recording in
            guard let frames = mels.frameCount(of: recording) else { return nil }
            var cut = recording
            cut.trainedSampleCount = min(recording.sampleCount, frames * convention.hopLength)
            return cut
        }
        return set
    }

    /// The mel that a generator is given of a recording: the predicted one, or its own.
    func inputMel(of recording: Recording) -> MelSpectrogram {
        guard let predicted, let frames = predicted.frameCount(of: recording) else { return mel(of: recording) }
        return MelSpectrogram(values: predicted.mel(of: recording, frames: 0..<frames), convention: convention)
    }
}
