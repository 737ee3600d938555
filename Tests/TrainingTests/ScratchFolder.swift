import Audio
import Platform
import Spectra
@testable import Training

/// A folder that is removed when its owner goes.
final class ScratchFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("training-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    @discardableResult
    func file(_ name: String, _ text: String) throws -> String {
        try file(name, bytes: Array(text.utf8))
    }

    @discardableResult
    func file(_ name: String, bytes: [UInt8]) throws -> String {
        let target = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: target)
        return target.path
    }

    /// Something like speech, `level` times its usual amplitude.
    @discardableResult
    func recording(
        _ name: String, seconds: Double = 0.6, seed: UInt64 = 1, amplitude: Float = 1, rate: Int = 22_050
    ) throws -> String {
        let target = try file(name, bytes: [])
        var waveform = SyntheticSignal.speechLike(seed: seed).waveform(duration: seconds, sampleRate: rate)
        for index in waveform.samples.indices { waveform.samples[index] *= amplitude }
        try waveform.write(to: target)
        return target
    }

    /// A prepared set of a few recordings, one of them shorter than a segment.
    func trainingSet(levels: LoudnessNormalization = LoudnessNormalization(), convention: MelConvention = .melgan) throws -> TrainingSet {
        for (index, seconds) in [0.9, 1.31, 0.2, 0.7].enumerated() {
            try recording("corpus/r\(index).wav", seconds: seconds, seed: UInt64(index), amplitude: 0.3)
        }
        return try TrainingSet(
            preparing: Corpus(at: path + "/corpus"), convention: convention, levels: levels, cachePath: path + "/cache",
            threadCount: 2)
    }
}
