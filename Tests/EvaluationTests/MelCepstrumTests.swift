@testable import Evaluation
import Platform
import Testing

@Suite struct MelCepstrumTests {
    @Test func theWarpingIsTheFieldsOwn() {
        #expect(MelCepstrum(sampleRate: 22_050, cepstrumLength: 2, highestFrequency: 11_025).warping == 0.455)
        #expect(MelCepstrum(sampleRate: 22_050, cepstrumLength: 2, highestFrequency: 8000).warping == 0.41)
        #expect(MelCepstrum(sampleRate: 48_000, cepstrumLength: 2, highestFrequency: 24_000).warping == 0.554)
    }

    @Test func coefficientsAgreeWithWorldAndSPTK() throws {
        let golden = try GoldenMetrics.read()
        let gain = Float(golden.gain)
        let samples = SyntheticSpeech.utterance().samples.map { $0 * gain }
        let grid = AnalysisGrid(sampleCount: samples.count, sampleRate: 22_050)
        let pitch = PitchTrack(frequencies: SyntheticSpeech.contour(frameCount: grid.frameCount, factor: 1))
        let cepstra = SpectralEnvelope(sampleRate: 22_050).cepstra(of: samples, pitch: pitch)
        let mel = MelCepstrum(sampleRate: 22_050, cepstrumLength: 513, highestFrequency: 11_025)
        let coefficients = mel.coefficients(of: cepstra)
        for (frame, expected) in zip(golden.frames, golden.melCepstra) {
            for k in 0..<24 {
                let difference = abs(Double(coefficients[frame * 24 + k]) - expected[k])
                #expect(difference < 2e-3, "frame \(frame), coefficient \(k + 1)")
            }
        }
    }

    @Test func aKnownDifferenceGivesItsDistortion() {
        let mel = MelCepstrum(sampleRate: 22_050, cepstrumLength: 513, highestFrequency: 11_025)
        let original = [Float](repeating: 0.25, count: 48)
        var other = original
        other[24] += 0.5
        let expected = 10 / log(10) * 2.0.squareRoot() * 0.5
        #expect(abs(mel.distortion(of: other, to: original, where: [false, true])! - expected) < 1e-6)
        #expect(abs(mel.distortion(of: other, to: original, where: [true, true])! - expected / 2) < 1e-6)
        #expect(mel.distortion(of: other, to: original, where: [false, false]) == nil)
    }

    @Test func silenceHasAFlatFiniteEnvelope() {
        let samples = [Float](repeating: 0, count: 2205)
        let pitch = PitchTrack(frequencies: [Double](repeating: 0, count: 21))
        let cepstra = SpectralEnvelope(sampleRate: 22_050).cepstra(of: samples, pitch: pitch)
        let mel = MelCepstrum(sampleRate: 22_050, cepstrumLength: 513, highestFrequency: 11_025)
        #expect(mel.coefficients(of: cepstra).allSatisfy { abs($0) < 1e-3 })
    }
}
