public import Audio
public import Platform
import Spectra

/// The spectrogram of a waveform as a picture: time to the right, frequency upward and even from 0 to half the rate.
public struct SpectrogramImage: Sendable {
    /// Pixels.
    public let width: Int
    public let height: Int
    /// Seconds from the left edge to the right one.
    public let duration: Double
    /// Hz at the upper edge.
    public let highestFrequency: Double
    /// Rows from the top: 0 is `range` dB below the reference or less, 255 is the reference or more.
    public let pixels: [UInt8]

    /// dB from the darkest colour to the brightest.
    public static let range = 80.0
    private static let fftSize = 1024

    /// - Parameters:
    ///   - reference: the magnitude that is brightest; see ``reference(for:)``. One for all pictures that are compared.
    ///   - pixelsPerSecond: at most; fewer where the picture would be wider than 2400 pixels.
    ///   - binsPerPixel: 1, 2, 4, …: a pixel is as bright as the brightest of its bins.
    public init(of waveform: Waveform, reference: Double, pixelsPerSecond: Double = 200, binsPerPixel: Int = 1) {
        let rate = Double(waveform.sampleRate)
        let hop = max(1, Int(max(rate / pixelsPerSecond, Double(waveform.samples.count) / 2400).rounded(.up)))
        let spectrogram = Self.transform(hopLength: min(hop, Self.fftSize)).spectrogram(of: waveform.samples)
        // Recordings of more than two minutes: every so manieth frame.
        let step = (spectrogram.frameCount + 2399) / 2400
        width = (spectrogram.frameCount + step - 1) / step
        height = Self.fftSize / 2 / binsPerPixel
        duration = waveform.duration
        highestFrequency = rate / 2
        let magnitudes = spectrogram.magnitudes
        let scale = 1 / max(reference, 1e-9)
        var pixels = [UInt8](repeating: 0, count: width * height)
        for column in 0..<width {
            let row = column * step * spectrogram.binCount
            for pixel in 0..<height {
                let bins = row + pixel * binsPerPixel..<row + (pixel + 1) * binsPerPixel
                let level = 20 * log10(max(Double(magnitudes[bins].max()!) * scale, 1e-9))
                let colour = 255 * (1 + level / Self.range)
                pixels[(height - 1 - pixel) * width + column] = UInt8(max(0, min(255, colour.rounded())))
            }
        }
        self.pixels = pixels
    }

    /// The largest magnitude in the spectrogram of `waveform`.
    public static func reference(for waveform: Waveform) -> Double {
        Double(transform(hopLength: fftSize / 4).spectrogram(of: waveform.samples).magnitudes.max() ?? 0)
    }

    /// A PNG file with a palette of 256 colours.
    public var png: Data { PalettePicture(pixels: pixels, width: width, height: height).png }

    private static func transform(hopLength: Int) -> ShortTimeFourierTransform {
        ShortTimeFourierTransform(fftSize: fftSize, windowLength: fftSize, hopLength: hopLength)
    }
}
