public import Audio
import CPNG
public import Platform
import Spectra

/// The spectrogram of a waveform as a picture: time to the right, frequency upward on a linear scale from 0 to half the rate.
public struct SpectrogramImage: Sendable {
    /// Pixels.
    public let width: Int
    public let height: Int
    /// The time in seconds from the left edge to the right one.
    public let duration: Double
    /// The frequency in Hz at the upper edge.
    public let highestFrequency: Double
    /// Rows from the top: 0 is `range` dB below the reference or less, 255 is the reference or more.
    public let pixels: [UInt8]

    /// The range in dB from the darkest colour to the brightest.
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
        // Frames are skipped in recordings of more than two minutes.
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

extension SpectrogramImage {
    /// An SVG figure: the picture with axes of time (s) and frequency (kHz), and a line for the playback position.
    func figure(title: String) -> String {
        let plot = Plot()
        var lines = [
            #"<svg class="spectrogram" viewBox="0 0 \#(plot.totalWidth) \#(plot.totalHeight)" role="img" "#
                + #"data-duration="\#(duration)" data-left="\#(plot.left)" data-width="\#(plot.width)" "#
                + #"xmlns="http://www.w3.org/2000/svg">"#,
            "<title>Spectrogram: \(escaped(title))</title>",
            #"<image x="\#(plot.left)" y="\#(plot.top)" width="\#(plot.width)" height="\#(plot.height)" "#
                + #"preserveAspectRatio="none" href="data:image/png;base64,\#(png.base64EncodedString())"/>"#,
        ]
        lines += frequencyAxis(plot) + timeAxis(plot)
        lines.append(
            #"<line class="head" x1="\#(plot.left)" x2="\#(plot.left)" y1="\#(plot.top)" y2="\#(plot.bottom)"/></svg>"#)
        return lines.joined(separator: "\n")
    }

    private func frequencyAxis(_ plot: Plot) -> [String] {
        let step = tickStep(for: highestFrequency / 1000, atMost: 6)
        let ticks = ticks(upTo: highestFrequency / 1000, step: step).flatMap { value in
            let y = fixed(Double(plot.bottom) - value * 1000 / highestFrequency * Double(plot.height), 1)
            return [
                #"<line class="tick" x1="\#(plot.left - 4)" x2="\#(plot.left)" y1="\#(y)" y2="\#(y)"/>"#,
                #"<text x="\#(plot.left - 6)" y="\#(y)" dy="0.35em" text-anchor="end">\#(label(value, step))</text>"#,
            ]
        }
        let middle = plot.top + plot.height / 2
        return ticks + [
            #"<text x="11" y="\#(middle)" text-anchor="middle" transform="rotate(-90 11 \#(middle))">kHz</text>"#
        ]
    }

    private func timeAxis(_ plot: Plot) -> [String] {
        guard duration > 0 else { return [] }
        let step = tickStep(for: duration, atMost: 7)
        let ticks = ticks(upTo: duration, step: step).flatMap { value in
            let x = fixed(Double(plot.left) + value / duration * Double(plot.width), 1)
            return [
                #"<line class="tick" x1="\#(x)" x2="\#(x)" y1="\#(plot.bottom)" y2="\#(plot.bottom + 4)"/>"#,
                #"<text x="\#(x)" y="\#(plot.bottom + 16)" text-anchor="middle">\#(label(value, step))</text>"#,
            ]
        }
        return ticks + [
            #"<text x="\#(plot.totalWidth - 2)" y="\#(plot.bottom + 16)" text-anchor="end">s</text>"#
        ]
    }

    private func ticks(upTo end: Double, step: Double) -> [Double] {
        (0...Int(end / step + 1e-9)).map { Double($0) * step }
    }

    private func label(_ value: Double, _ step: Double) -> String {
        fixed(value, step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3)
    }
}

/// The place of the picture in its figure, in the units of the figure.
private struct Plot {
    let left = 36
    let top = 6
    let width = 430
    let height = 190
    var bottom: Int { top + height }
    var totalWidth: Int { left + width + 14 }
    var totalHeight: Int { bottom + 20 }
}

/// The smallest of 1, 2, 5, 10, … thousandths that divides `extent` into no more than `count` parts.
func tickStep(for extent: Double, atMost count: Int) -> Double {
    var decade = 0.001
    while true {
        for factor in [1.0, 2, 5] where extent / (factor * decade) <= Double(count) { return factor * decade }
        decade *= 10
    }
}

/// A picture of 256 colours, from dark for 0 to bright for 255.
public struct PalettePicture: Sendable, Equatable {
    /// Pixels.
    public let width: Int
    public let height: Int
    /// Rows from the top.
    public let pixels: [UInt8]

    /// - Precondition: There are as many pixels as the sizes say, and at least one.
    public init(pixels: [UInt8], width: Int, height: Int) {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height,
            "\(pixels.count) pixels for a picture of \(width) x \(height)")
        (self.pixels, self.width, self.height) = (pixels, width, height)
    }

    /// A PNG file with a palette of 256 colours.
    public var png: Data {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = 256
        defer { png_image_free(&image) }
        // Given no memory, libpng says how many bytes it needs.
        var byteCount = 0
        var status = png_image_write_to_memory(&image, nil, &byteCount, 0, pixels, 0, ColourMap.bytes)
        precondition(status != 0, "libpng cannot write a picture of \(width) x \(height) pixels")
        var bytes = [UInt8](repeating: 0, count: byteCount)
        status = png_image_write_to_memory(&image, &bytes, &byteCount, 0, pixels, 0, ColourMap.bytes)
        precondition(status != 0, "libpng wrote more than the \(bytes.count) bytes it asked for")
        return Data(bytes[..<byteCount])
    }
}

/// The 256 colours of a picture, from near black through violet, red and orange to near white.
///
/// They are computed in OKLab (Ottosson 2020): lightness rises in equal steps, so that equal differences of level look equally
/// large and a grey print keeps their order.
enum ColourMap {
    /// The red, green and blue bytes of colour 0, then of colour 1, …
    static let bytes: [UInt8] = (0..<256).flatMap { index in
        let t = Double(index) / 255
        // From violet (290 degrees) on to yellow (460, which is 100), fully coloured in the middle.
        let hue = (290 + 170 * t) * Double.pi / 180
        let chroma = 0.19 * sin(Double.pi * pow(t, 0.8)) + 0.02
        return rgb(lightness: 0.14 + 0.84 * t, a: chroma * cos(hue), b: chroma * sin(hue))
    }

    private static func rgb(lightness: Double, a: Double, b: Double) -> [UInt8] {
        let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
        let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
        let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
        return [
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
        ].map { linear in
            let clipped = max(0, min(1, linear))
            let encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * pow(clipped, 1 / 2.4) - 0.055
            return UInt8((255 * encoded).rounded())
        }
    }
}
