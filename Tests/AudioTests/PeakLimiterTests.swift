import Audio
import Testing

struct PeakLimiterTests {
    private let loud: Waveform = {
        var sound = SyntheticSignal.speechLike(seed: 4).waveform(duration: 1, sampleRate: 22_050)
        let gain = 1.4 / sound.samples.reduce(0) { max($0, abs($1)) }
        for index in sound.samples.indices { sound.samples[index] *= gain }
        return sound
    }()

    @Test("no sample leaves full scale, and what is far from peaks keeps its bits")
    func bounds() {
        let limited = loud.limited()
        #expect(limited.samples.count == loud.samples.count)
        #expect(limited.samples.allSatisfy { abs($0) <= 1 })
        #expect(limited.samples.contains { abs($0) > 0.95 })
        let peaks = loud.samples.indices.filter { abs(loud.samples[$0]) > 1 }
        #expect(!peaks.isEmpty)
        let near = Set(peaks.flatMap { ($0 - 220)...($0 + 220) })
        #expect(loud.samples.indices.allSatisfy { near.contains($0) || limited.samples[$0] == loud.samples[$0] })
        // Nothing is turned round or silenced: the gain stays between 1 and that of the highest peak.
        #expect(zip(limited.samples, loud.samples).allSatisfy { abs($0) <= abs($1) && abs($0) >= 0.7 * abs($1) })
    }

    @Test("the gain moves without a step")
    func smoothness() {
        var limiter = PeakLimiter(sampleRate: 22_050)
        var samples = [Float](repeating: 0.5, count: 1000)
        samples[500] = 2
        var output: [Float] = []
        samples.withUnsafeBufferPointer { limiter.push($0) { output += $0 } }
        limiter.finish { output += $0 }
        #expect(output[500] <= 1 && output[500] > 0.99)
        #expect(limiter.limitedSampleCount == 1 && limiter.sampleCount == 1000)
        let steps = zip(output, output.dropFirst()).enumerated().filter { $0.offset != 499 && $0.offset != 500 }
        #expect(steps.allSatisfy { abs($0.element.0 - $0.element.1) < 0.003 })
    }

    @Test("chunks of any size give the bits of the whole", arguments: [1, 7, 110, 111, 5000])
    func chunks(size: Int) {
        var limiter = PeakLimiter(sampleRate: 22_050)
        var output: [Float] = []
        for start in stride(from: 0, to: loud.samples.count, by: size) {
            Array(loud.samples[start..<min(loud.samples.count, start + size)])
                .withUnsafeBufferPointer { limiter.push($0) { output += $0 } }
        }
        limiter.finish { output += $0 }
        #expect(output == loud.limited().samples)
    }

    @Test("sound within full scale is left as it is, and no sound stays none")
    func identity() {
        let quiet = SyntheticSignal.speechLike(seed: 1).waveform(duration: 0.2, sampleRate: 16_000)
        #expect(quiet.limited() == quiet)
        #expect(Waveform(samples: [], sampleRate: 16_000).limited().samples.isEmpty)
        #expect(Waveform(samples: [-1, 1], sampleRate: 16_000).limited().samples == [-1, 1])
    }
}
