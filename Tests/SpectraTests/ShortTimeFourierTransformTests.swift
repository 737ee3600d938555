import Platform
@testable import Spectra
import Testing

@Suite struct ShortTimeFourierTransformTests {
    struct Layout: CustomStringConvertible, Sendable {
        var fftSize: Int, windowLength: Int, hopLength: Int, framing: MelConvention.Framing
        var description: String { "\(fftSize)/\(windowLength)/\(hopLength) \(framing)" }

        func transform(threadCount: Int = 1) -> ShortTimeFourierTransform {
            ShortTimeFourierTransform(
                fftSize: fftSize, windowLength: windowLength, hopLength: hopLength, framing: framing,
                threadCount: threadCount)
        }
    }

    static let layouts = [
        Layout(fftSize: 64, windowLength: 64, hopLength: 16, framing: .centred),
        Layout(fftSize: 64, windowLength: 64, hopLength: 16, framing: .hopAligned),
        Layout(fftSize: 64, windowLength: 50, hopLength: 15, framing: .centred),
        Layout(fftSize: 64, windowLength: 50, hopLength: 13, framing: .hopAligned),
        Layout(fftSize: 60, windowLength: 60, hopLength: 20, framing: .hopAligned),
        Layout(fftSize: 6, windowLength: 6, hopLength: 2, framing: .centred),
        Layout(fftSize: 70, windowLength: 70, hopLength: 20, framing: .centred),
        Layout(fftSize: 512, windowLength: 240, hopLength: 50, framing: .centred),
    ]
    /// Shorter than the padding, shorter than a frame, multiples of a hop and not.
    static let lengths = [1, 7, 31, 64, 200, 333, 1000]

    @Test("Every bin of every frame equals the sum that defines it", arguments: layouts, lengths)
    func definition(layout: Layout, count: Int) {
        let stft = layout.transform(), signal = noise(count: count)
        let spectrogram = stft.spectrogram(of: signal)
        #expect(spectrogram.frameCount == stft.frames.count(ofSamples: count))
        let length = max(count, stft.frames.paddingBefore + 1, stft.frames.paddingAfter + 1, layout.hopLength)
        func sample(_ position: Int) -> Double {
            let reflected = position < 0 ? -position : position >= length ? 2 * (length - 1) - position : position
            return reflected < count ? Double(signal[reflected]) : 0
        }
        let margin = (layout.fftSize - layout.windowLength) / 2
        for frame in [0, spectrogram.frameCount / 2, spectrogram.frameCount - 1] {
            for bin in [0, 1, layout.fftSize / 5, layout.fftSize / 4, layout.fftSize / 2 - 1, layout.fftSize / 2] {
                var real = 0.0, imaginary = 0.0
                for n in 0..<layout.windowLength {
                    let window = 0.5 - 0.5 * cos(2 * .pi * Double(n) / Double(layout.windowLength))
                    let position = frame * layout.hopLength - stft.frames.paddingBefore + margin + n
                    let angle = -2 * .pi * Double(bin) * Double(margin + n) / Double(layout.fftSize)
                    real += window * sample(position) * cos(angle)
                    imaginary += window * sample(position) * sin(angle)
                }
                let index = frame * stft.binCount + bin
                #expect(abs(Double(spectrogram.real[index]) - real) < 1e-4)
                #expect(abs(Double(spectrogram.imaginary[index]) - imaginary) < 1e-4)
            }
        }
    }

    @Test("The inverse of a signal's spectrogram is the signal", arguments: layouts, lengths)
    func inverse(layout: Layout, count: Int) {
        let stft = layout.transform(threadCount: 2), signal = noise(count: count)
        let returned = stft.signal(from: stft.spectrogram(of: signal), sampleCount: count)
        let weakest = zip(signal, returned).map { abs($0 - $1) }.max()!
        #expect(weakest < 2e-4, "\(layout), \(count) samples")
    }

    @Test("<Ax, y> = <x, A'y>", arguments: layouts, lengths)
    func adjoint(layout: Layout, count: Int) {
        let stft = layout.transform(threadCount: 2), x = noise(count: count)
        let image = stft.spectrogram(of: x)
        let y = ComplexSpectrogram(
            real: noise(count: image.real.count, seed: 2), imaginary: noise(count: image.real.count, seed: 3),
            binCount: stft.binCount)
        let left = inner(image.real, y.real) + inner(image.imaginary, y.imaginary)
        let right = inner(x, stft.adjoint(of: y, sampleCount: count))
        let size = (inner(image.real, image.real) + inner(image.imaginary, image.imaginary)).squareRoot()
        #expect(abs(left - right) < 1e-5 * size * inner(y.real, y.real).squareRoot())
    }

    @Test("The number of threads changes no bit")
    func threads() {
        let signal = noise(count: 5000)
        let one = ShortTimeFourierTransform(fftSize: 512, windowLength: 400, hopLength: 100)
        let three = ShortTimeFourierTransform(fftSize: 512, windowLength: 400, hopLength: 100, threadCount: 3)
        let spectrogram = one.spectrogram(of: signal)
        #expect(spectrogram == three.spectrogram(of: signal))
        #expect(one.signal(from: spectrogram) == three.signal(from: spectrogram))
        #expect(one.adjoint(of: spectrogram, sampleCount: 5000) == three.adjoint(of: spectrogram, sampleCount: 5000))
    }

    @Test("The inverse is the least-squares solution: its residual is orthogonal to every signal's spectrogram")
    func leastSquares() {
        // Without padding in play: the signal's ends are silent, so that reflection adds nothing.
        let stft = ShortTimeFourierTransform(fftSize: 64, windowLength: 64, hopLength: 16, framing: .centred)
        func silentEnds(_ signal: [Float]) -> [Float] {
            signal.indices.map { (64..<signal.count - 64).contains($0) ? signal[$0] : 0 }
        }
        let count = 640, frameCount = stft.frames.count(ofSamples: count)
        var wanted = ComplexSpectrogram(
            real: noise(count: frameCount * 33, seed: 5), imaginary: noise(count: frameCount * 33, seed: 6), binCount: 33)
        // Self-conjugate bins are real, and inner bins count twice: weigh them so by leaving the others out.
        for frame in 0..<frameCount {
            for bin in [0, 32] {
                wanted.real[frame * 33 + bin] = 0
                wanted.imaginary[frame * 33 + bin] = 0
            }
        }
        let nearest = stft.spectrogram(of: stft.signal(from: wanted, sampleCount: count))
        let other = stft.spectrogram(of: silentEnds(noise(count: count, seed: 7)))
        var product = 0.0, size = 0.0
        for i in wanted.real.indices {
            let weight = i % 33 == 0 || i % 33 == 32 ? 1.0 : 2.0
            product += weight * Double((wanted.real[i] - nearest.real[i]) * other.real[i])
            product += weight * Double((wanted.imaginary[i] - nearest.imaginary[i]) * other.imaginary[i])
            size += weight * Double(other.real[i] * other.real[i] + other.imaginary[i] * other.imaginary[i])
        }
        #expect(abs(product) < 1e-4 * size)
    }
}

func inner(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count, "\(a.count) and \(b.count) values")
    return zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
