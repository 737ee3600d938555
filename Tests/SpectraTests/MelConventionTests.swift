import Audio
import Platform
import Testing

@testable import Spectra

@Suite struct MelConventionTests {
    @Test("Every preset can be used, at every rate from 16 kHz up", arguments: MelConvention.presets)
    func presets(convention: MelConvention) throws {
        #expect(MelConvention.preset(convention.name) == convention)
        for rate in [16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] {
            let variant = convention.at(sampleRate: rate)
            try variant.check()
            #expect(variant.sampleRate == rate)
            #expect(variant.name == convention.name)
        }
    }

    @Test("A full band follows the rate, and frames grow with it")
    func rates() {
        let convention = MelConvention.melgan.at(sampleRate: 48_000)
        #expect(convention.highestFrequency == 24_000)
        #expect(convention.fftSize == 2048 && convention.windowLength == 2048 && convention.hopLength == 512)
        #expect(MelConvention.tacotron2.at(sampleRate: 48_000).highestFrequency == 8000)
    }

    @Test("An overridden field makes a convention custom; the preset's own values do not")
    func overriding() throws {
        let fewer = try MelConvention.melgan.overriding(bandCount: 64)
        #expect(fewer.name == "custom" && fewer.bandCount == 64)
        let same = try MelConvention.melgan.overriding(hopLength: 256, bandCount: 80)
        #expect(same == .melgan)
        let longer = try MelConvention.melgan.overriding(fftSize: 2048)
        #expect(longer.windowLength == 2048 && longer.fftSize == 2048)
        let slower = try MelConvention.melgan.overriding(sampleRate: 16_000)
        #expect(slower.name == "melgan" && slower.highestFrequency == 8000)
    }

    @Test("An invalid convention is refused with a sentence that names the number")
    func invalidConventions() {
        func sentence(_ change: (inout MelConvention) -> Void) -> String {
            var convention = MelConvention.melgan
            change(&convention)
            do {
                try convention.check()
                return ""
            } catch {
                return error.description
            }
        }
        #expect(sentence { $0.highestFrequency = 12_000 }.contains("12000.0 Hz"))
        #expect(sentence { $0.lowestFrequency = 11_025 }.contains("below the highest"))
        #expect(sentence { $0.lowestFrequency = .nan }.contains("nan"))
        #expect(sentence { $0.windowLength = 1025 }.contains("window of 1025"))
        #expect(sentence { $0.hopLength = 0 }.contains("hop of 0"))
        #expect(sentence { $0.hopLength = 1025 }.contains("hop of 1025"))
        #expect(sentence { $0.fftSize = 1023 }.contains("1023"))
        #expect(sentence { $0.bandCount = 600 }.contains("600 bands"))
        #expect(sentence { $0.bandCount = 400 }.contains("falls between two bins"))
        #expect(sentence { $0.sampleRate = 0 }.contains("0 Hz"))
        #expect(sentence { $0.floor = 0 }.contains("floor"))
    }

    @Test("A mel of digital silence is the convention's silence in every frame", arguments: MelConvention.presets)
    func silence(convention: MelConvention) {
        let mel = MelExtractor(convention).mel(
            of: Waveform(samples: [Float](repeating: 0, count: 3000), sampleRate: convention.sampleRate))
        let padded = MelSpectrogram(values: [], convention: convention).padded(before: mel.frameCount, after: 0)
        #expect(zip(mel.values, padded.values).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test(
        "Silence lies where the programs put it",
        arguments: zip(MelConvention.presets, [-5, -11.51, -11.51, -10, -6.33, -16.12, -4] as [Float]))
    func silenceValue(convention: MelConvention, value: Float) {
        // Half way up: the lowest bands of some filterbanks hold a bin more or less than their area.
        #expect(abs(convention.silence[convention.bandCount / 2] - value) < 0.02)
    }

    @Test("A value's magnitude has that value", arguments: MelConvention.presets)
    func compression(convention: MelConvention) {
        for magnitude: Float in [2e-4, 0.01, 1, 9] {
            let returned = convention.magnitude(ofValue: convention.value(ofMagnitude: magnitude))
            #expect(abs(returned / magnitude - 1) < 1e-5)
        }
        #expect(convention.value(ofMagnitude: 0) == convention.value(ofMagnitude: Float(convention.floor)))
    }

    @Test("A signal of any length has a mel of the right number of finite frames", arguments: MelConvention.presets)
    func lengths(convention: MelConvention) {
        let extractor = MelExtractor(convention, threadCount: 2)
        for count in [0, 1, 200, 384, 385, 512, 513, 1024, 5000] {
            let mel = extractor.mel(of: Waveform(samples: noise(count: count), sampleRate: convention.sampleRate))
            let expected = convention.framing == .centred ? 1 + count / 256 : max(1, count / 256)
            #expect(mel.frameCount == expected)
            #expect(mel.values.allSatisfy { $0.isFinite })
        }
    }

    @Test("A convention without a window in its file has the Hann window, which is not written")
    func window() throws {
        let json = MelConvention.melgan.json
        #expect(!json.contains("\"window\""))
        #expect(try JSONDecoder().decode(MelConvention.self, from: Data(json.utf8)) == .melgan)
        let named = json.dropLast() + ",\"window\":\"hann\"}"
        #expect(try JSONDecoder().decode(MelConvention.self, from: Data(named.utf8)) == .melgan)
        let unknown = json.dropLast() + ",\"window\":\"another\"}"
        #expect(throws: (any Error).self) { try JSONDecoder().decode(MelConvention.self, from: Data(unknown.utf8)) }
    }

    @Test("The window is the periodic Hann window, centred in the transform")
    func hann() {
        let window = Window.hann.samples(length: 8, fftSize: 12)
        #expect(window[..<2] == [0, 0] && window[10...] == [0, 0])
        for n in 0..<8 { #expect(abs(Double(window[2 + n]) - pow(sin(.pi * Double(n) / 8), 2)) < 1e-7) }
    }
}
