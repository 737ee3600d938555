@testable import Evaluation
import Platform
import Testing

@Suite struct CepstralFeaturesTests {
    private let samples = SyntheticSpeech.utterance().resampled(to: 16_000).samples

    @Test func louderSpeechDiffersInTheFirstCoefficientOnly() {
        let features = CepstralFeatures()
        let noise = SyntheticSpeech.noise(8000, seed: 3).map { Float(0.1 * $0) }
        let soft = features.frames(of: noise)
        let loud = features.frames(of: noise.map { 2 * $0 })
        #expect(soft.count == 51 * CepstralFeatures.dimension)
        // Each of 40 bands grows by ln 4, under an orthonormal transform.
        let step = Float(40.0.squareRoot() * log(4))
        for (index, pair) in zip(soft, loud).enumerated() {
            #expect(abs(pair.1 - pair.0 - (index % 39 == 0 ? step : 0)) < 1e-3)
        }
    }

    @Test func deltasAreTheDifferencesOfASteadyRise() {
        // The level of a signal that grows by a constant factor rises linearly.
        let growth = 1e-4
        let noise = (0..<16_000).map { n in
            Float(1e-3 * exp(growth * Double(n)) * sin(2 * Double.pi * 1000 * Double(n) / 16_000))
        }
        let frames = CepstralFeatures().frames(of: noise)
        let expected = frames[51 * 39] - frames[50 * 39]
        #expect(expected > 0.02)
        #expect(abs(frames[50 * 39 + 13] - expected) < 0.02 * expected)
        #expect(abs(frames[50 * 39 + 26]) < 0.02 * expected)
    }

    @Test func silenceIsFinite() {
        #expect(CepstralFeatures().frames(of: []).allSatisfy { $0.isFinite })
        #expect(
            CepstralFeatures().frames(of: [Float](repeating: 0, count: 1000)).allSatisfy { $0.isFinite })
    }
}
