import Audio
@testable import Evaluation
import Platform
import Testing

@Suite struct EvaluatorTests {
    private let evaluator = Evaluator(sampleRate: 22_050)

    private func score(_ waveform: Waveform, against original: Waveform) -> Score {
        evaluator.scores(of: [SystemOutput(system: "other", waveform: waveform)], against: original)[0]
    }

    @Test func aCopyIsPerfect() {
        let original = SyntheticSpeech.utterance()
        let score = score(original, against: original)
        for metric in Metric.all where metric != .realTimeFactor {
            #expect(abs((score[metric] ?? -1) - metric.ideal) < 1e-6, "\(metric)")
        }
        #expect(score[.realTimeFactor] == nil)
    }

    @Test func spectralDistancesAgreeWithLibrosa() throws {
        let golden = try GoldenMetrics.read()
        let original = SyntheticSpeech.utterance()
        let other = SyntheticSpeech.utterance(factor: 1.01, tilt: 0.16, noiseLevel: 0.02, seed: 2)
        let gain = FrameLevels(of: original.samples, sampleRate: 22_050).normalisingGain
        #expect(abs(Double(gain) / golden.gain - 1) < 1e-4)
        let score = score(other, against: original)
        for metric in [Metric.spectralConvergence, .logMagnitude, .logSpectralDistance] {
            let expected = golden.metrics[metric.name]!
            #expect(abs(score[metric]! / expected - 1) < 1e-3, "\(metric): \(score[metric]!), \(expected)")
        }
        // These also depend on the pitch; the golden numbers were computed with the true one.
        for metric in [Metric.melCepstralDistortion, .melCepstralDistortionTo8kHz] {
            let expected = golden.metrics[metric.name]!
            #expect(abs(score[metric]! - expected) < 0.15, "\(metric): \(score[metric]!), \(expected)")
        }
    }

    @Test func otherMetricsAgreeWithLibrosaAndPystoi() throws {
        let golden = try GoldenMetrics.read()
        let other = SyntheticSpeech.utterance(factor: 1.01, tilt: 0.16, noiseLevel: 0.02, seed: 2)
        let evaluation = evaluator.evaluations(
            of: [SystemOutput(system: "other", waveform: other)], against: SyntheticSpeech.utterance())[0]
        let bounds: [(Metric, Double)] = [
            (.melDistance, 1e-3), (.periodicityError, 2e-3), (.voicingF1, 1e-6), (.intelligibility, 2e-3),
        ]
        for (metric, bound) in bounds {
            let expected = golden.metrics[metric.name]!
            #expect(
                abs(evaluation.score[metric]! - expected) < bound,
                "\(metric): \(evaluation.score[metric]!), \(expected)")
        }
        let frechet = try #require(
            FrechetDistance(of: evaluation.features, from: evaluation.originalFeatures))
        #expect(abs(frechet.distance / golden.frechetDistance - 1) < 0.01, "\(frechet.distance)")
    }

    @Test func aSineTenCentsSharpIsTenCentsSharp() {
        let score = score(SyntheticSpeech.sine(200 * pow(2, 10.0 / 1200)), against: SyntheticSpeech.sine(200))
        #expect(abs(score[.pitchMedian]! - 10) < 0.1)
        #expect(score[.grossPitchErrors] == 0)
        #expect(score[.voicingErrors]! < 1)
    }

    @Test func moreNoiseIsFartherAway() {
        let original = SyntheticSpeech.utterance()
        let scores = [40.0, 30, 20, 10].map {
            score(SyntheticSpeech.noisy(original, signalToNoise: $0), against: original)
        }
        let falling: [Metric] = [
            .spectralConvergence, .logMagnitude, .logSpectralDistance, .melCepstralDistortion,
            .melCepstralDistortionTo8kHz, .pitchMedian, .levelDifference, .melDistance,
        ]
        for metric in falling {
            for (less, more) in zip(scores, scores.dropFirst()) {
                #expect(less[metric]! < more[metric]!, "\(metric): \(scores.map { $0[metric]! })")
            }
        }
    }

    @Test func intelligibilityFallsWithNoise() {
        let original = SyntheticSpeech.utterance()
        let scores = [40.0, 20, 0, -20].map {
            score(SyntheticSpeech.noisy(original, signalToNoise: $0), against: original)[
                .intelligibility]!
        }
        #expect(scores == scores.sorted(by: >) && scores[0] > 0.9 && scores[3] < 0.5, "\(scores)")
    }

    @Test func scoresDoNotDependOnTheRecordedLevel() {
        let original = SyntheticSpeech.utterance()
        let other = SyntheticSpeech.noisy(original, signalToNoise: 20)
        func quiet(_ waveform: Waveform) -> Waveform {
            Waveform(samples: waveform.samples.map { $0 / 32 }, sampleRate: waveform.sampleRate)
        }
        let loudScore = score(other, against: original), quietScore = score(quiet(other), against: quiet(original))
        for metric in Metric.all where metric != .realTimeFactor {
            #expect(abs(loudScore[metric]! - quietScore[metric]!) < 1e-3, "\(metric)")
        }
    }

    @Test func halfTheAmplitudeIsSixDecibelsDown() {
        let original = SyntheticSpeech.utterance()
        let half = Waveform(samples: original.samples.map { $0 / 2 }, sampleRate: 22_050)
        let score = score(half, against: original)
        #expect(abs(score[.levelDifference]! + 6.0206) < 1e-3)
        #expect(abs(score[.spectralConvergence]! - 0.5) < 1e-5)
        // The level is not part of the distortion.
        #expect(score[.melCepstralDistortion]! < 0.01)
    }

    @Test func silenceDividesNothingByZero() {
        let speech = SyntheticSpeech.utterance()
        let silence = Waveform(samples: [Float](repeating: 0, count: speech.samples.count), sampleRate: 22_050)
        let both = score(silence, against: silence)
        #expect(both[.logMagnitude] == 0)
        #expect(both[.levelDifference] == 0)
        #expect(both[.spectralConvergence] == nil)
        #expect(both[.melCepstralDistortion] == nil)
        #expect(both[.pitchMedian] == nil)
        let lost = score(silence, against: speech)
        #expect(lost[.spectralConvergence] == 1)
        #expect(lost[.levelDifference] == nil)
        #expect(lost[.melCepstralDistortion]! > 3)
        let found = score(speech, against: silence)
        #expect(found[.spectralConvergence] == nil)
        #expect(found[.voicingErrors]! > 30)
        for value in [both, lost, found].flatMap(\.values.values) { #expect(value.isFinite) }
    }

    @Test(arguments: [1, 2, 100, 255, 600, 1500])
    func clipsShorterThanAFrameAreMeasured(count: Int) {
        let original = Waveform(samples: Array(SyntheticSpeech.sine(200).samples[..<count]), sampleRate: 22_050)
        #expect(score(original, against: original)[.logMagnitude] == 0)
        let other = Waveform(samples: original.samples.map { -0.5 * $0 + 0.01 }, sampleRate: 22_050)
        #expect(score(other, against: original)[.logMagnitude]! > 0)
    }

    @Test func theLongerOfTwoIsCropped() {
        let original = SyntheticSpeech.utterance()
        let longer = Waveform(samples: original.samples + SyntheticSpeech.sine(300).samples, sampleRate: 22_050)
        let shorter = Waveform(samples: Array(original.samples[..<15_000]), sampleRate: 22_050)
        let scores = evaluator.scores(
            of: [
                SystemOutput(system: "longer", waveform: longer, seconds: 0.2),
                SystemOutput(system: "shorter", waveform: shorter),
                SystemOutput(system: "empty", waveform: Waveform(samples: [], sampleRate: 22_050)),
            ], against: original)
        #expect(scores[0][.melCepstralDistortion] == 0)
        #expect(abs(scores[0][.realTimeFactor]! - 0.1) < 1e-3)
        #expect(scores[1][.melCepstralDistortion] == 0)
        #expect(scores[2].values.isEmpty)
    }

    @Test func aDivergedOutputHasNoScoresRatherThanNaN() {
        let original = SyntheticSpeech.utterance()
        let broken = Waveform(samples: original.samples.map { _ in Float.nan }, sampleRate: 22_050)
        for (metric, value) in score(broken, against: original).values { #expect(value.isFinite, "\(metric)") }
    }
}
