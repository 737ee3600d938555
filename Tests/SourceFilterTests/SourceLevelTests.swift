import Audio
import Spectra
import Tensors
import Testing

@testable import SourceFilter

@Suite struct SourceLevelTests {
    private func levels(_ samples: [Float], _ convention: MelConvention) -> [Float] {
        let mel = MelExtractor(convention).mel(of: Waveform(samples: samples, sampleRate: convention.sampleRate))
        var last: Float?
        return SourceLevel(convention).samples(of: mel.logMagnitudes, after: &last)
    }

    @Test("The level of noise is nearly its root mean square", arguments: [MelConvention.melgan, .tacotron2, .vocos])
    func noise(convention: MelConvention) {
        var random = SplitMix64(seed: 3)
        let samples = (0..<60 * convention.hopLength).map { _ in 0.1 * Float(random.signedUniform()) }
        let rms = (samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)).squareRoot()
        let middle = levels(samples, convention)[20 * convention.hopLength..<40 * convention.hopLength]
        let mean = middle.reduce(0, +) / Float(middle.count)
        // Of bands up to 8 kHz the rest is missing.
        let heard = Float((2 * convention.highestFrequency / Double(convention.sampleRate)).squareRoot())
        #expect(mean > 0.75 * rms * heard && mean < 1.15 * rms * heard, "\(mean) of \(rms)")
    }

    @Test("Frames that come one after the other have the levels of the whole; silence has the least")
    func parts() {
        let convention = MelConvention.melgan
        let mel = MelExtractor(convention).mel(
            of: SyntheticSignal.speechLike(seed: 5).waveform(duration: 0.5, sampleRate: 22_050))
        let level = SourceLevel(convention)
        var last: Float?
        let whole = level.samples(of: mel.logMagnitudes, after: &last)
        var parts: [Float] = []
        last = nil
        for frame in 0..<mel.frameCount {
            parts += level.samples(of: Array(mel.logMagnitudes[frame * 80..<(frame + 1) * 80]), after: &last)
        }
        #expect(parts == whole && whole.count == mel.frameCount * 256)
        #expect(zip(whole, whole.dropFirst()).allSatisfy { abs($0 - $1) < 0.01 }, "it has no steps")
        #expect(levels([Float](repeating: 0, count: 2560), convention).allSatisfy { $0 == 1e-4 })
    }
}
