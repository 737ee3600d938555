import Foundation
import Audio
import Files
import Platform
@testable import Spectra
import TestSupport
import Testing

/// Mels of one signal as the programs of the presets compute it: made by Scripts/golden-mels.
@Suite struct GoldenMelTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var file: String
        var convention: MelConvention
        var testDescription: String { file }
    }

    static let goldens =
        MelConvention.presets.map { Golden(file: $0.name, convention: $0) } + [
            Golden(file: "melgan-48000", convention: .melgan.at(sampleRate: 48_000)),
            Golden(
                file: "tacotron2-16000", convention: try! .tacotron2.overriding(sampleRate: 16_000, hopLength: 200)),
        ]

    @Test("Every preset's mel differs from its program's by less than 1e-3", arguments: goldens)
    func agreement(golden: Golden) throws {
        let expected = try stored( golden.file)
        let mel = MelExtractor(golden.convention, threadCount: 2).mel(of: try signal(golden.convention.sampleRate))
        try #require(expected.shape == [mel.bandCount, mel.frameCount])
        var largest: Float = 0
        for band in 0..<mel.bandCount {
            for frame in 0..<mel.frameCount {
                let difference = mel.values[frame * mel.bandCount + band] - expected.values[band * mel.frameCount + frame]
                largest = max(largest, abs(difference))
            }
        }
        #expect(largest < 1e-3, "largest difference \(largest)")
    }

    private func signal(_ sampleRate: Int) throws -> Waveform {
        Waveform(samples: try stored( "signal").values.map { $0 / 32768 }, sampleRate: sampleRate)
    }

    private func stored(_ name: String) throws -> NumericArray {
        try .readNumpy(at: Bundle.module.golden(name + ".npy"))
    }
}
