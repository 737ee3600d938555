import Foundation
import Audio
import Files
import Platform
import TestSupport

/// Signals that the tests share with `Scripts/golden-metrics`.
enum SyntheticSpeech {
    static let rate = 22_050

    /// Uniform noise in -1...1 from Knuth's MMIX generator: the same in any language.
    static func noise(_ count: Int, seed: UInt64) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 4_503_599_627_370_496 - 1
        }
    }

    /// 0.2 s of near silence, 0.5 s of harmonics with a spectral tilt, 0.2 s of noise, 0.1 s of digital silence.
    static func utterance(factor: Double = 1, tilt: Double = 0.12, noiseLevel: Double = 0.005, seed: UInt64 = 1)
        -> Waveform
    {
        let quiet = rate * 2 / 10, voiced = rate * 5 / 10, hiss = rate * 2 / 10
        let random = noise(quiet + voiced + hiss, seed: seed)
        var samples = random[..<quiet].map { Float(1e-3 * $0) }
        var phase = 0.0
        for n in 0..<voiced {
            var tone = 0.0
            for h in 1...40 { tone += cos(Double(h) * phase + Double(h * h)) * exp(-tilt * Double(h)) }
            samples.append(Float(0.1 * tone + noiseLevel * random[quiet + n]))
            phase += 2 * Double.pi * frequency(n, of: voiced, factor: factor) / Double(rate)
        }
        samples += random[(quiet + voiced)...].map { Float(0.05 * $0) }
        samples += [Float](repeating: 0, count: rate / 10)
        return Waveform(samples: samples, sampleRate: rate)
    }

    /// F0 in Hz: a slow rise from 120 to 210 Hz.
    private static func frequency(_ n: Int, of count: Int, factor: Double) -> Double {
        factor * (120 + 90 * Double(n) / Double(count))
    }

    /// The same contour in frames of 5 ms, with which the golden numbers were computed.
    static func contour(frameCount: Int, factor: Double) -> [Double] {
        (0..<frameCount).map { frame in
            let time = Double(frame) * 0.005
            return time >= 0.2 && time < 0.7 ? factor * (120 + 90 * (time - 0.2) / 0.5) : 0
        }
    }

    static func sine(_ frequency: Double, seconds: Double = 1) -> Waveform {
        let samples = (0..<Int(seconds * Double(rate))).map { n in
            Float(0.3 * sin(2 * Double.pi * frequency * Double(n) / Double(rate)))
        }
        return Waveform(samples: samples, sampleRate: rate)
    }

    /// `waveform` with white noise `decibels` below its mean power.
    static func noisy(_ waveform: Waveform, signalToNoise decibels: Double) -> Waveform {
        let power = waveform.samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(waveform.samples.count)
        // A uniform variable in -1...1 has a variance of 1/3.
        let level = (3 * power * pow(10, -decibels / 10)).squareRoot()
        let noise = noise(waveform.samples.count, seed: 99)
        return Waveform(
            samples: zip(waveform.samples, noise).map { $0 + Float(level * $1) }, sampleRate: waveform.sampleRate)
    }
}

/// The golden numbers that `Scripts/golden-metrics` writes.
struct GoldenMetrics: Decodable {
    let gain: Double
    let metrics: [String: Double]
    let frechetDistance: Double
    let frames: [Int]
    let melCepstra: [[Double]]
    let librosaPitch: [Double]

    static func read() throws -> GoldenMetrics {
        try JSONDecoder().decode(GoldenMetrics.self, from: contents(ofFile: Bundle.module.golden("metrics.json")))
    }
}
