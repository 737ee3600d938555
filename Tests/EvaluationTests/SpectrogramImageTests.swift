import Audio
import CPNG
@testable import Evaluation
import Platform
import Testing

@Suite struct SpectrogramImageTests {
    private func image(_ waveform: Waveform) -> SpectrogramImage {
        SpectrogramImage(of: waveform, reference: SpectrogramImage.reference(for: waveform))
    }

    /// The width, height and RGB rows, as libpng reads them.
    private func decoded(_ png: Data) -> (width: Int, height: Int, rgb: [UInt8])? {
        png.withUnsafeBytes { bytes in
            var header = png_image()
            header.version = UInt32(PNG_IMAGE_VERSION)
            guard png_image_begin_read_from_memory(&header, bytes.baseAddress!, bytes.count) != 0 else { return nil }
            header.format = UInt32(PNG_FORMAT_FLAG_COLOR)
            var rgb = [UInt8](repeating: 0, count: Int(header.width * header.height) * 3)
            guard png_image_finish_read(&header, nil, &rgb, 0, nil) != 0 else { return nil }
            return (Int(header.width), Int(header.height), rgb)
        }
    }

    @Test func thePictureDecodesToItsPixels() throws {
        let image = image(SyntheticSpeech.utterance())
        let (width, height, rgb) = try #require(decoded(image.png))
        #expect(width == image.width && height == image.height)
        #expect(height == 512)
        #expect((195...201).contains(width))
        for index in stride(from: 0, to: image.pixels.count, by: 997) {
            let colour = Int(image.pixels[index])
            #expect(Array(rgb[3 * index..<3 * index + 3]) == Array(ColourMap.bytes[3 * colour..<3 * colour + 3]))
        }
    }

    @Test func aSineIsBrightestAtItsFrequency() {
        let image = image(SyntheticSpeech.sine(5000))
        let column = (0..<image.height).map { image.pixels[$0 * image.width + image.width / 2] }
        let row = column.indices.max { column[$0] < column[$1] }!
        let frequency = Double(image.height - row) / Double(image.height) * image.highestFrequency
        #expect(abs(frequency - 5000) < 45)
        #expect(column[row] > 250)
        #expect(column[0] < 40)
    }

    @Test func aPixelIsAsBrightAsTheBrightestOfItsBins() {
        let waveform = SyntheticSpeech.utterance()
        let reference = SpectrogramImage.reference(for: waveform)
        let fine = SpectrogramImage(of: waveform, reference: reference)
        let coarse = SpectrogramImage(of: waveform, reference: reference, binsPerPixel: 2)
        #expect(coarse.height == 256 && coarse.width == fine.width)
        for index in stride(from: 0, to: coarse.pixels.count, by: 101) {
            let (row, column) = (index / coarse.width, index % coarse.width)
            let pair = [2 * row, 2 * row + 1].map { fine.pixels[$0 * fine.width + column] }
            #expect(coarse.pixels[index] == pair.max())
        }
    }

    @Test func silenceIsDark() {
        let silence = Waveform(samples: [Float](repeating: 0, count: 3000), sampleRate: 22_050)
        #expect(image(silence).pixels.allSatisfy { $0 == 0 })
    }

    @Test func longAndEmptyRecordingsHavePicturesToo() throws {
        let long = Waveform(samples: [Float](repeating: 0.1, count: 22_050 * 150), sampleRate: 22_050)
        let wide = image(long)
        #expect((1200...2400).contains(wide.width))
        let empty = image(Waveform(samples: [], sampleRate: 22_050))
        #expect(try #require(decoded(empty.png)).width == empty.width)
    }

    @Test func theColoursRiseEvenlyInLightness() {
        let luminances = (0..<256).map { index in
            zip([0.2126, 0.7152, 0.0722], ColourMap.bytes[3 * index..<3 * index + 3]).reduce(0) { sum, pair in
                sum + pair.0 * pow(Double(pair.1) / 255, 2.2)
            }
        }
        // The CIE lightness is compared over steps of a sixteenth of the whole map.
        let lightness = luminances.map { $0 > 0.008856 ? 116 * cbrt($0) - 16 : 903.3 * $0 }
        let steps = stride(from: 16, to: 256, by: 16).map { lightness[$0] - lightness[$0 - 16] }
        #expect(steps.min()! > 2 && steps.max()! < 10, "\(steps)")
        #expect(lightness[0] < 8 && lightness[255] > 92)
    }
}
