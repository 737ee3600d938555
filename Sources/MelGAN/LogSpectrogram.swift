import Kernels
public import Neural
import Platform
import Spectra
public import Tensors

/// Log magnitudes as a network sees them, beside the position of each bin:
///
///     y[b * frames + t, k, 0] = ln(|X[b, t, k]| + 0.001) / 2 + 1        y[b * frames + t, k, 1] = 2 k / (bins - 1) - 1
///
/// with X the STFT of a signal of full scale 1 under a Hann window, reflected at its ends, and a hop of a quarter of the window.
public struct LogSpectrogram: Sendable {
    private let transform: ShortTimeFourierTransform

    /// Channels of the result: the log magnitude and the position.
    static let channels = 2
    private static let floor: Float = 1e-3

    public init(window: Int) {
        transform = ShortTimeFourierTransform(fftSize: window, windowLength: window, hopLength: window / 4)
    }

    public var binCount: Int { transform.binCount }

    public func frameCount(ofSamples samples: Int) -> Int { transform.frames.count(ofSamples: samples) }

    /// The log magnitudes of `audio` `[batch, samples, 1]`, float32, and the spectrograms, which the gradient needs.
    func output(of audio: Tensor) -> (output: Tensor, spectrograms: [ComplexSpectrogram]) {
        let (frames, bins) = (frameCount(ofSamples: audio.time), binCount)
        let output = Tensor([audio.batch * frames, bins, Self.channels])
        let spectrograms = Parallel.map(audio.batch) { entry in
            let spectrogram = transform.spectrogram(of: samples(entry, of: audio))
            let target = output.pointer(Float.self) + entry * frames * bins * 2
            for index in 0..<frames * bins {
                let (x, y) = (spectrogram.real[index], spectrogram.imaginary[index])
                target[2 * index] = (x * x + y * y).squareRoot() + Self.floor
                target[2 * index + 1] = 1
            }
            // Sixteen numbers at a time, every other of which is then overwritten by a position.
            for index in stride(from: 0, to: 2 * frames * bins, by: 16) {
                let lanes = min(16, 2 * frames * bins - index)
                let logarithms = naturalLogarithm(load(UnsafePointer(target + index), lanes))
                store(logarithms * 0.5 + 1, at: target + index, lanes)
            }
            for frame in 0..<frames {
                for bin in 0..<bins { target[2 * (frame * bins + bin) + 1] = 2 * Float(bin) / Float(bins - 1) - 1 }
            }
            return spectrogram
        }
        withExtendedLifetime((audio, output)) {}
        return (output, spectrograms)
    }

    /// The gradient with respect to the audio; the spectrograms are overwritten.
    func inputGradient(from gradient: Tensor, _ spectrograms: [ComplexSpectrogram], samples: Int) -> Tensor {
        let result = Tensor([spectrograms.count, samples, 1])
        let count = frameCount(ofSamples: samples) * binCount
        _ = Parallel.map(spectrograms.count) { entry in
            var spectrogram = spectrograms[entry]
            let gradient = UnsafePointer(gradient.pointer(Float.self)) + entry * count * 2
            for index in 0..<count {
                let (x, y) = (spectrogram.real[index], spectrogram.imaginary[index])
                let magnitude = (x * x + y * y).squareRoot()
                // At magnitude 0, which has no gradient, the result is 0.
                let factor = 0.5 * gradient[2 * index] / ((magnitude + Self.floor) * max(magnitude, 1e-12))
                spectrogram.real[index] = x * factor
                spectrogram.imaginary[index] = y * factor
            }
            let own = transform.adjoint(of: spectrogram, sampleCount: samples)
            own.withUnsafeBufferPointer {
                (result.pointer(Float.self) + entry * samples).update(from: $0.baseAddress!, count: samples)
            }
        }
        withExtendedLifetime((gradient, result)) {}
        return result
    }

    private func samples(_ entry: Int, of audio: Tensor) -> [Float] {
        Array(UnsafeBufferPointer(start: audio.pointer(Float.self) + entry * audio.time, count: audio.time))
    }
}

extension Tape {
    /// The log magnitudes of a signal `[batch, samples, 1]`: see ``LogSpectrogram``.
    public func logSpectrogram(of audio: Variable, by spectrogram: LogSpectrogram) -> Variable {
        let (output, spectrograms) = spectrogram.output(of: audio.value)
        let result = Variable(output, needsGradient: audio.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            audio.accumulate(spectrogram.inputGradient(from: gradient, spectrograms, samples: audio.value.time))
        }
        return result
    }
}
