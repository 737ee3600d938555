import Audio
@testable import SourceFilter
import Neural
import Platform
import Spectra
import Tensors
import Testing

struct SpeechSourceTests {
    /// A voice that glides, falls silent and begins again an octave lower.
    private func contour(frames: Int) -> PitchContour {
        PitchContour(
            frequencies: (0..<frames).map { $0 < frames / 2 ? 180 + 2 * Float($0) : 95 - 0.3 * Float($0) },
            voicing: (0..<frames).map { $0 % 30 < 22 ? 0.9 : 0.1 })
    }

    private func mel(seconds: Double, _ convention: MelConvention) -> MelSpectrogram {
        MelExtractor(convention).mel(
            of: SyntheticSignal.speechLike(seed: 5).waveform(duration: seconds, sampleRate: convention.sampleRate))
    }

    @Test("Harmonics in closed form are the sum of their cosines, the last of them in part")
    func harmonics() {
        for limit in [1.0, 7.25, 42.5, 90.999] {
            for cycles in stride(from: -1.5, through: 1.5, by: 0.0123) {
                var sum = (limit - limit.rounded(.down)) * cos(2 * .pi * cycles * (limit.rounded(.down) + 1))
                for harmonic in 1...Int(limit) { sum += cos(2 * .pi * cycles * Double(harmonic)) }
                #expect(abs(Excitation.harmonics(cycles, limit) - sum) < 1e-7 * limit, "\(limit) harmonics at \(cycles)")
            }
            #expect(Excitation.harmonics(3, limit) == limit)
        }
    }

    @Test("The phase runs on from sample to sample as the pitch says, across frames")
    func phase() {
        // One harmonic alone: its pitch is above a third of the rate, where no second fits.
        let frequencies = (0..<40).map { Float(4500 + 10 * ($0 % 7)) }
        let contour = PitchContour(frequencies: frequencies, voicing: [Float](repeating: 1, count: 40))
        var excitation = Excitation(hop: 256, centre: 128, sampleRate: 22_050, seed: 1)
        excitation.append(contour[0..<13])
        excitation.append(contour[13..<40])
        let made = excitation.parts(0..<40 * 256, threadCount: 2).voice
        var cycles = -128 * Double(frequencies[0]) / 22_050
        for index in made.indices {
            let place = max(0, min(39, Double(index - 128) / 256)), frame = Int(place)
            let next = min(39, frame + 1)
            func frequency(_ fraction: Double) -> Double {
                Double(frequencies[frame]) + (Double(frequencies[next]) - Double(frequencies[frame])) * fraction
            }
            let now = frequency(place - Double(frame))
            let limit = (11_025 - 125) / now
            let level = (4 * now / 22_050).squareRoot()
            let expected =
                level
                * (cos(2 * .pi * cycles) * 1
                    + (limit >= 2
                        ? cos(4 * .pi * cycles) + (limit - 2) * cos(6 * .pi * cycles) : (limit - 1) * cos(4 * .pi * cycles)))
            #expect(abs(Double(made[index]) - expected) < 2e-3, "sample \(index)")
            // The frequency runs straight: over a sample its mean is that in the middle.
            let half = place < 39 && index >= 128 ? frequency(min(1, place - Double(frame) + 0.5 / 256)) : now
            cycles += half / 22_050
        }
    }

    @Test("Any part of a source has the bits of the whole", arguments: [MelConvention.melgan, .tacotron2])
    func pieces(convention: MelConvention) {
        let mel = mel(seconds: 1.6, convention)
        let contour = contour(frames: mel.frameCount)
        let source = SpeechSource(SourceConfiguration(iterations: 3), convention)
        let whole = source.samples(of: mel, contour)
        #expect(whole.count == mel.frameCount * convention.hopLength)
        #expect(source.contextFrames < mel.frameCount / 3)
        for start in stride(from: 0, to: mel.frameCount, by: 29) {
            let frames = start..<min(mel.frameCount, start + 29)
            let part = source.samples(of: mel, contour, frames: frames)
            let hop = convention.hopLength
            #expect(part == Array(whole[frames.lowerBound * hop..<frames.upperBound * hop]), "frames \(frames)")
        }
    }

    @Test("Each iteration of envelope matching brings the mel nearer to its target")
    func envelopeMatching() {
        let mel = mel(seconds: 1, .melgan)
        let contour = contour(frames: mel.frameCount)
        func error(_ iterations: Int) -> Float {
            let configuration = SourceConfiguration(iterations: iterations, momentum: 0)
            let samples = SpeechSource(configuration, .melgan).samples(of: mel, contour)
            let made = MelExtractor(.melgan).mel(of: Waveform(samples: samples, sampleRate: 22_050))
            return zip(made.logMagnitudes, mel.logMagnitudes).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(mel.values.count)
        }
        let errors = [0, 2, 8].map(error)
        #expect(errors[1] < 0.9 * errors[0] && errors[2] < 0.8 * errors[1], "\(errors)")
        #expect(errors[2] < 0.2)
    }

    @Test("Silence stays below -80 dB")
    func silence() {
        let mel = MelSpectrogram(values: [], convention: .melgan).padded(before: 80, after: 0)
        for voicing: Float in [0, 1] {
            let contour = PitchContour(
                frequencies: [Float](repeating: 150, count: 80), voicing: [Float](repeating: voicing, count: 80))
            let samples = SpeechSource(SourceConfiguration(), .melgan).samples(of: mel, contour)
            let power = samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
            #expect(power < 1e-9, "\(10 * log10(power)) dB")
        }
    }

    @Test("Unvoiced frames take the pitch that comes right after them, or the last")
    func continuation() {
        let configuration = PitchConfiguration()
        var random = SplitMix64(seed: 1)
        var stream = PitchStream(PitchLayers(PitchNetwork(configuration, using: &random)))
        var contour = PitchContour(frequencies: [], voicing: [])
        for position: Double? in [nil, nil, 10, 20, nil, nil, 30, nil] { stream.take(position, 0.2, to: &contour) }
        #expect(contour.frameCount == 7)
        stream.takePending(following: nil, to: &contour)
        let pitches = contour.frequencies
        let expected = [95, 10, 10, 20, 20, 30, 30, 30].map { Float(configuration.frequency(atPosition: Double($0))) }
        #expect(pitches == expected)
        #expect(abs(configuration.position(ofFrequency: 120) - 60) < 1e-9)
    }
}
