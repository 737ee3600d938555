import Audio
import Platform
import Spectra
import TestSupport
@testable import Training

extension ScratchFolder {
    /// Writes a speech-like recording, `amplitude` times its usual level, and returns its path.
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
    func trainingSet(loudness: LoudnessNormalization = LoudnessNormalization(), convention: MelConvention = .melgan) throws -> TrainingSet {
        for (index, seconds) in [0.9, 1.31, 0.2, 0.7].enumerated() {
            try recording("corpus/r\(index).wav", seconds: seconds, seed: UInt64(index), amplitude: 0.3)
        }
        return try TrainingSet(
            preparing: Corpus(at: path + "/corpus"), convention: convention, loudness: loudness, cachePath: path + "/cache",
            threadCount: 2)
    }
}
