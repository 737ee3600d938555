import Audio
import Testing

@testable import Spectra

struct GriffinLimTests {
    private let speech = SyntheticSignal.speechLike(seed: 1).waveform(duration: 2, sampleRate: 22_050)

    private func convention(_ framing: MelConvention.Framing) -> MelConvention {
        framing == .centred ? .tacotron2 : .melgan
    }

    @Test(arguments: [MelConvention.Framing.centred, .hopAligned]) func iterationsAndMomentumBringTheMagnitudesNearer(
        framing: MelConvention.Framing
    ) {
        let convention = convention(framing)
        let magnitudes = ShortTimeFourierTransform(convention).spectrogram(of: speech.samples).magnitudes
        func convergence(_ iterations: Int, _ momentum: Float) -> Double {
            GriffinLim(convention: convention, iterations: iterations, momentum: momentum)
                .reconstruction(ofMagnitudes: magnitudes).spectralConvergence
        }
        let start = convergence(0, 0.99)
        let few = convergence(10, 0.99)
        let many = convergence(60, 0.99)
        #expect(few < 0.7 * start)
        #expect(many < 0.7 * few)
        #expect(many < 0.8 * convergence(60, 0))
        #expect(many < 0.15)
    }

    @Test func theConvergenceReportedIsThatOfTheWaveform() {
        let transform = ShortTimeFourierTransform(.melgan)
        let wanted = transform.spectrogram(of: speech.samples).magnitudes
        let result = GriffinLim(convention: .melgan, iterations: 3).reconstruction(ofMagnitudes: wanted)
        let found = transform.spectrogram(of: result.waveform.samples).magnitudes
        #expect(found.count == wanted.count)
        let error = zip(found, wanted).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let power = wanted.reduce(0.0) { $0 + Double($1 * $1) }
        #expect(abs(result.spectralConvergence - (error / power).squareRoot()) < 1e-5)
    }

    @Test(arguments: MelConvention.presets) func theMelOfTheResultIsNearTheMel(convention: MelConvention) {
        let sound = SyntheticSignal.speechLike(seed: 6).waveform(duration: 1, sampleRate: convention.sampleRate)
        let extractor = MelExtractor(convention)
        let mel = extractor.mel(of: sound)
        let result = GriffinLim(convention: convention).reconstruction(of: mel)
        let again = extractor.mel(of: result.waveform)
        #expect(again.frameCount == mel.frameCount)
        // Only what is within 60 dB of full scale: pauses hold rounding errors.
        let least = convention.value(ofMagnitude: 0.01)
        let differences = zip(mel.values, again.values).filter { $0.0 > least }.map { abs($0.0 - $0.1) }
        let logMagnitudes = convention.value(ofMagnitude: 1) - convention.value(ofMagnitude: 0.367_879_4)
        #expect(differences.count > 500)
        #expect(differences.reduce(0, +) / Float(differences.count) / logMagnitudes < 0.25)
    }

    @Test(arguments: [0, 1, 2, 3, 17]) func theLengthIsExact(frameCount: Int) {
        for convention in MelConvention.presets {
            let values = [Float](
                repeating: convention.value(ofMagnitude: 0.1), count: frameCount * convention.bandCount)
            let mel = MelSpectrogram(values: values, convention: convention)
            let samples = GriffinLim(convention: convention, iterations: 2).waveform(from: mel).samples
            let hops = convention.framing == .hopAligned ? frameCount : max(0, frameCount - 1)
            #expect(samples.count == hops * convention.hopLength)
            #expect(samples.allSatisfy { $0.isFinite })
        }
    }

    @Test func aMelOfZeroSoundGivesZeroSound() {
        for convention in MelConvention.presets {
            let silence = Waveform(samples: [Float](repeating: 0, count: 5120), sampleRate: convention.sampleRate)
            let result = GriffinLim(convention: convention).reconstruction(of: MelExtractor(convention).mel(of: silence))
            #expect(result.waveform.samples.allSatisfy { $0 == 0 })
            #expect(result.spectralConvergence == 0)
        }
    }

    @Test func pausesStayBelowMinus80Decibels() {
        for convention in [MelConvention.melgan, .tacotron2] {
            let result = GriffinLim(convention: convention).reconstruction(of: MelExtractor(convention).mel(of: speech))
            var quietest = 0
            var silence = 0
            for (index, sample) in result.waveform.samples.enumerated() {
                silence = speech.samples[index] == 0 ? silence + 1 : 0
                // What is more than a frame away from any sound.
                let inner =
                    index >= 1024 && silence > 1024 && speech.samples[index...].prefix(1024).allSatisfy { $0 == 0 }
                if inner {
                    quietest += 1
                    #expect(abs(sample) < 1e-4)
                }
            }
            #expect(quietest > 1000)
        }
    }

    @Test func theEndsDoNotClick() {
        let sine = SyntheticSignal.sine(frequency: 500, amplitude: 0.3).waveform(duration: 1, sampleRate: 22_050)
        for convention in [MelConvention.melgan, .tacotron2] {
            let result = GriffinLim(convention: convention).reconstruction(of: MelExtractor(convention).mel(of: sine))
            let samples = result.waveform.samples
            let slopes = zip(samples, samples.dropFirst()).map { abs($0 - $1) }
            let inner = slopes[2048..<slopes.count - 2048].max()!
            #expect(slopes.prefix(512).max()! < 1.5 * inner)
            #expect(slopes.suffix(512).max()! < 1.5 * inner)
            #expect(samples.map { abs($0) }.max()! < 0.6)
        }
    }

    @Test func theSeedDecidesTheSoundAndThreadsDoNot() {
        let mel = MelExtractor(.melgan).mel(of: speech)
        func samples(seed: UInt64, threadCount: Int) -> [Float] {
            GriffinLim(convention: .melgan, iterations: 8, seed: seed, threadCount: threadCount)
                .waveform(from: mel).samples
        }
        let first = samples(seed: 1, threadCount: 1)
        #expect(first == samples(seed: 1, threadCount: 1))
        #expect(first == samples(seed: 1, threadCount: 3))
        #expect(first != samples(seed: 2, threadCount: 1))
    }
}
