import Platform
@testable import SourceFilter
import Spectra
import Testing

@Suite struct EnvelopeMatchingTests {
    /// A source and the mel that its envelope is matched to.
    private struct Draw {
        let voice: [Float]
        let noise: [Float]
        let voicing: [Float]
        let logMagnitudes: [Float]

        init(_ convention: MelConvention, frames: Int) {
            let count = frames * convention.hopLength
            voice = (0..<count).map { sinf(0.37 * Float($0)) + cosf(0.9 * Float($0)) * sinf(0.002 * Float($0)) }
            noise = (0..<count).map { sinf(Float($0 * $0 % 997) * 7.3) * 1.4 }
            voicing = (0..<frames).map { $0 % 11 < 7 ? 1 : 0 }
            logMagnitudes = (0..<frames * convention.bandCount).map { -3 + 2 * sinf(Float($0) * 0.13) }
        }
    }

    private static let conventions: [MelConvention] = [.melgan, .tacotron2, .coqui, uneven]

    /// A hop that does not divide the transform, whose size is no power of two.
    private static var uneven: MelConvention {
        var convention = MelConvention.melgan
        (convention.fftSize, convention.windowLength, convention.hopLength) = (330, 300, 77)
        convention.bandCount = 20
        return convention
    }

    private func matched(
        _ draw: Draw, _ convention: MelConvention, iterations: Int, momentum: Float, threadCount: Int = 1
    ) -> [Float] {
        EnvelopeMatching(convention, iterations: iterations, momentum: momentum, threadCount: threadCount)
            .matched(voice: draw.voice, noise: draw.noise, voicing: draw.voicing, to: draw.logMagnitudes)
    }

    @Test("Envelope matching equals its formula, computed frame by frame and bin by bin", arguments: conventions)
    func formula(convention: MelConvention) {
        for frames in [1, 5, 23] {
            let draw = Draw(convention, frames: frames)
            for (iterations, momentum) in [(0, Float(0.5)), (2, Float(0.5))] {
                let found = matched(draw, convention, iterations: iterations, momentum: momentum)
                let expected = PlainEnvelopeMatching(convention).matched(
                    voice: draw.voice, noise: draw.noise, voicing: draw.voicing, logMagnitudes: draw.logMagnitudes, iterations: iterations,
                    momentum: momentum)
                let loudest = expected.reduce(0) { max($0, abs($1)) }
                let gap = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(found.count == expected.count && gap < 2e-4 * loudest, "\(gap) of \(loudest), \(iterations) iterations")
            }
        }
    }

    @Test("The bits do not depend on the number of threads", arguments: conventions)
    func threads(convention: MelConvention) {
        let draw = Draw(convention, frames: 150)
        let alone = matched(draw, convention, iterations: 3, momentum: 0.9)
        for threadCount in [2, 3, 5] {
            let together = matched(draw, convention, iterations: 3, momentum: 0.9, threadCount: threadCount)
            #expect(alone.elementsEqual(together), "\(threadCount) threads")
        }
    }
}

/// ``EnvelopeMatching`` by its definition.
private struct PlainEnvelopeMatching {
    private let convention: MelConvention
    private let transform: ShortTimeFourierTransform
    private let filterbank: MelFilterbank
    private let balance: VoicingBalance

    init(_ convention: MelConvention) {
        self.convention = convention
        transform = ShortTimeFourierTransform(convention)
        filterbank = MelFilterbank(convention)
        balance = VoicingBalance(convention)
    }

    func matched(
        voice: [Float], noise: [Float], voicing: [Float], logMagnitudes: [Float], iterations: Int, momentum: Float
    ) -> [Float] {
        var spectrogram = transform.spectrogram(of: voice)
        let (noiseSpectrogram, binCount) = (transform.spectrogram(of: noise), transform.binCount)
        let noisePower = transform.window.reduce(0) { $0 + $1 * $1 }
        var averages = [Float](repeating: 0, count: spectrogram.real.count)
        let (rolloff, frameCount) = (convention.rolloff, spectrogram.frameCount)
        func isVoiced(_ frame: Int) -> Bool { voicing[min(frame, voicing.count - 1)] > 0 }
        for frame in 0..<frameCount {
            let phases = phases(ofFrame: frame, logMagnitudes)
            for bin in 0..<binCount {
                let (index, share) = (frame * binCount + bin, isVoiced(frame) ? balance.noise[bin] : 1)
                let (x, y) = (spectrogram.real[index], spectrogram.imaginary[index])
                averages[index] = rolloff[bin] * (x * x + y * y + share * share * noisePower).squareRoot()
                let (cosine, sine) = isVoiced(frame) ? (cosf(phases[bin]), sinf(phases[bin])) : (1, 0)
                spectrogram.real[index] = rolloff[bin] * (x * cosine - y * sine + share * noiseSpectrogram.real[index])
                spectrogram.imaginary[index] =
                    rolloff[bin] * (x * sine + y * cosine + share * noiseSpectrogram.imaginary[index])
            }
        }
        func shape(_ spectrogram: inout ComplexSpectrogram) {
            for frame in 0..<frameCount { shapeFrame(&spectrogram, frame, logMagnitudes) }
        }
        var average = ComplexSpectrogram(frameCount: frameCount, binCount: binCount)
        average.real = averages
        for _ in 0..<3 {
            shape(&average)
            shape(&spectrogram)
        }
        var (samples, ahead) = (voice, voice)
        for pass in 0...iterations {
            if pass > 0 { spectrogram = transform.spectrogram(of: ahead) }
            for index in averages.indices {
                let (frame, bin) = index.quotientAndRemainder(dividingBy: binCount)
                let strength = isVoiced(frame) ? balance.smoothingOfVoice[bin] : balance.smoothingOfNoise
                let magnitude = hypotf(spectrogram.real[index], spectrogram.imaginary[index])
                let gain = powf(max(average.real[index], 1e-12) / max(magnitude, 1e-12), strength)
                spectrogram.real[index] *= gain
                spectrogram.imaginary[index] *= gain
            }
            if pass > 0 { shape(&spectrogram) }
            let consistent = transform.signal(from: spectrogram, sampleCount: voice.count)
            ahead = zip(consistent, samples).map { $0 + (pass > 0 ? momentum : 0) * ($0 - $1) }
            samples = consistent
        }
        return samples
    }

    private func phases(ofFrame frame: Int, _ logMagnitudes: [Float]) -> [Float] {
        let bandCount = filterbank.bandCount, row = min(frame, logMagnitudes.count / bandCount - 1) * bandCount
        return logMagnitudes[row..<row + bandCount].map { max(logf(Float(convention.floor)), $0) }
            .withUnsafeBufferPointer(MinimumPhase(convention).phases(of:))
    }

    private func shapeFrame(_ spectrogram: inout ComplexSpectrogram, _ frame: Int, _ logMagnitudes: [Float]) {
        let (start, bandCount) = (frame * transform.binCount, filterbank.bandCount)
        let magnitudes = (0..<transform.binCount).map { hypotf(spectrogram.real[start + $0], spectrogram.imaginary[start + $0]) }
        var found = [Float](repeating: 0, count: bandCount)
        filterbank.apply(to: magnitudes, into: &found)
        let row = min(frame, logMagnitudes.count / bandCount - 1) * bandCount
        let least = Float(convention.floor)
        let bands = (0..<bandCount).filter { filterbank.weightSum(of: $0) > 0 }
        let lacks = bands.map { max(logf(least), logMagnitudes[row + $0]) - logf(max(found[$0], 1e-3 * least)) }
        let peaks = bands.map { MelFilterbank.edges(of: convention)[$0 + 1] }
        for bin in magnitudes.indices {
            let frequency = Double(bin) * Double(convention.sampleRate) / Double(convention.fftSize)
            let above = max(1, peaks.firstIndex { $0 > frequency } ?? peaks.count - 1)
            let share = max(0, min(1, (frequency - peaks[above - 1]) / (peaks[above] - peaks[above - 1])))
            let gain = expf(lacks[above - 1] + (lacks[above] - lacks[above - 1]) * Float(share))
            spectrogram.real[start + bin] *= gain
            spectrogram.imaginary[start + bin] *= gain
        }
    }
}
