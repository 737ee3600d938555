import Audio
@testable import Evaluation
import Platform
import Spectra
import Testing

@Suite struct ArtefactTests {
    private let check = ArtefactCheck(sampleRate: 22_050, hopLength: 256)
    private let speech = Self.speech(seed: 1)

    /// Four seconds of speech, faded out.
    private static func speech(seed: UInt64) -> Waveform {
        var speech = SyntheticSignal.speechLike(seed: seed).waveform(duration: 4, sampleRate: 22_050)
        for n in 0..<1000 { speech.samples[speech.samples.count - 1 - n] *= Float(n) / 1000 }
        return speech
    }

    /// The artefacts of `speech` after `change`.
    private func faults(_ change: (inout [Float]) -> Void) -> [Artefact] {
        var waveform = speech
        change(&waveform.samples)
        return check.artefacts(in: waveform, reference: .original(speech))
    }

    private func tone(_ hertz: Double, _ amplitude: Double, _ n: Int) -> Float {
        Float(amplitude * sin(2 * Double.pi * hertz * Double(n) / 22_050))
    }

    @Test(arguments: 1...6)
    func cleanSpeechHasNone(seed: UInt64) {
        let clean = Self.speech(seed: seed)
        #expect(check.artefacts(in: clean, reference: .original(clean)) == [])
        let mel = MelExtractor(.melgan).mel(of: clean)
        #expect(check.artefacts(in: clean, reference: .mel(mel)) == [])
        let utterance = SyntheticSpeech.utterance(seed: seed)
        #expect(check.artefacts(in: utterance, reference: .original(utterance)) == [])
    }

    @Test func griffinLimHasNone() {
        let mel = MelExtractor(.melgan).mel(of: speech)
        let made = GriffinLim(convention: .melgan, iterations: 60, momentum: 0.99, seed: 1, threadCount: 1)
            .waveform(from: mel)
        // Speech that begins with the first sample makes it begin abruptly, its last frame is missing, and inconsistent phases
        // make it softer.
        let found = check.artefacts(in: made, reference: .original(speech)).filter {
            $0.kind != .levelDrift && !$0.detail.hasPrefix("at the")
        }
        #expect(found == [])
    }

    @Test(arguments: [(8, "rate/32"), (64, "rate/4"), (96, "3 x rate/8"), (21, "21 x rate/256")])
    func aLineIsFoundWhereAndWhenItSounds(multiple: Int, name: String) throws {
        let hertz = Double(multiple) * 22_050 / 256
        let found = faults { samples in
            for n in 22_050..<66_150 { samples[n] += tone(hertz, 0.01, n) }
        }
        let line = try #require(found.first)
        #expect(found.count == 1 && line.kind == .tonalLine)
        #expect(abs(line.frequency! - hertz) < 0.1 && line.detail == name)
        #expect(abs(line.start - 1) < 0.6 && abs(line.end - 3) < 0.6, "\(line)")
        // The level is the root mean square of a sine of amplitude 0.01.
        #expect(abs(line.level + 43) < 5, "\(line)")
    }

    @Test func aCombOfLinesIsOneArtefact() throws {
        // An offset every 64 samples is what one phase of an upsampling stage makes.
        let found = faults { samples in
            for n in stride(from: 0, to: samples.count, by: 64) { samples[n] += 0.02 }
        }
        let lines = found.filter { $0.kind == .tonalLine }
        #expect(lines.count == 1 && lines[0].detail.hasSuffix("at multiples of rate/64"), "\(found)")
    }

    @Test func soundAfterTheOriginalsEndIsMeasuredAgainstWhatBothHave() {
        var humming = speech
        for n in humming.samples.indices { humming.samples[n] += tone(22_050 / 32, 0.01, n) }
        var shorter = humming
        shorter.samples.removeLast(3000)
        let found = check.artefacts(in: humming, reference: .original(shorter))
        #expect(found.filter { $0.kind == .tonalLine }.isEmpty, "\(found)")
    }

    @Test func tonesElsewhereAndTonesOfTheOriginalAreNoLines() {
        #expect(faults { samples in for n in samples.indices { samples[n] += tone(1000, 0.01, n) } }.isEmpty)
        var humming = speech
        for n in humming.samples.indices { humming.samples[n] += tone(22_050 / 32, 0.01, n) }
        #expect(check.artefacts(in: humming, reference: .original(humming)).isEmpty)
    }

    @Test func withoutAnOriginalLinesAreFoundFrom600HertzUp() {
        let mel = MelExtractor(.melgan).mel(of: speech)
        for (multiple, count) in [(4, 0), (8, 1)] {
            var waveform = speech
            for n in waveform.samples.indices { waveform.samples[n] += tone(Double(multiple) * 22_050 / 256, 0.01, n) }
            let lines = check.artefacts(in: waveform, reference: .mel(mel)).filter { $0.kind == .tonalLine }
            #expect(lines.isEmpty == (count == 0))
        }
    }

    @Test(arguments: [0.4, 1.3, 2.71])
    func aClickIsFoundWhereItIs(time: Double) throws {
        let found = faults { $0[Int(time * 22_050)] += 0.6 }
        #expect(found.count == 1 && found[0].kind == .click, "\(found)")
        #expect(abs(try #require(found.first).start - time) < 1e-3)
        #expect(abs(found[0].level - 20 * log10(0.6)) < 3)
    }

    @Test func aSoundThatBeginsOrEndsInFullSwingClicks() {
        let whole = SyntheticSpeech.sine(200, seconds: 1.5)
        // The cut is a quarter of a period of 110.25 samples into the wave.
        let cut = Waveform(samples: Array(whole.samples[28..<22_050 + 83]), sampleRate: 22_050)
        let silence = [Float](repeating: 0, count: 2205)
        var faded = cut
        for n in 0..<2205 {
            faded.samples[n] *= Float(n) / 2205
            faded.samples[cut.samples.count - 1 - n] *= Float(n) / 2205
        }
        let found = check.artefacts(in: cut, reference: .original(faded)).filter { $0.kind == .click }
        #expect(found.map(\.detail) == ["at the start", "at the end"])
        #expect(check.artefacts(in: faded, reference: .original(faded)).isEmpty)
        // This is the boundary of two chunks.
        let seam = Waveform(samples: silence + cut.samples, sampleRate: 22_050)
        let smooth = Waveform(samples: silence + faded.samples, sampleRate: 22_050)
        let inside = check.artefacts(in: seam, reference: .original(smooth)).filter { $0.kind == .click }
        #expect(inside.first.map { abs($0.start - 0.1) < 1e-3 && $0.detail.isEmpty } == true)
    }

    @Test func whatTheOriginalDoesIsNoClick() {
        var knocking = speech
        knocking.samples[30_000] += 0.6
        #expect(check.artefacts(in: knocking, reference: .original(knocking)).isEmpty)
    }

    @Test func noiseInSilenceIsFoundBeyondTheMarginOnly() throws {
        let silence = [Float](repeating: 0, count: 22_050)
        let original = Waveform(samples: speech.samples + silence, sampleRate: 22_050)
        let noise = SyntheticSpeech.noise(22_050, seed: 2)
        func made(level: Float, from begin: Int, to end: Int) -> [Artefact] {
            var waveform = original
            for n in begin..<end { waveform.samples[88_200 + n] += level * Float(noise[n]) }
            return check.artefacts(in: waveform, reference: .original(original))
        }
        let found = made(level: 0.002, from: 6615, to: 13_230)
        #expect(found.count == 1 && found[0].kind == .noiseInSilence, "\(found)")
        let fault = try #require(found.first)
        #expect(abs(fault.start - 4.3) < 0.02 && abs(fault.end - 4.6) < 0.02 && abs(fault.level + 58.8) < 1.5)
        #expect(made(level: 1e-4, from: 6615, to: 13_230).isEmpty)
        #expect(made(level: 0.002, from: 0, to: 2000).filter { $0.kind == .noiseInSilence }.isEmpty)
        let mel = MelExtractor(.melgan).mel(of: original)
        var hissing = original
        for n in 6615..<13_230 { hissing.samples[88_200 + n] += 0.002 * Float(noise[n]) }
        let byMel = check.artefacts(in: hissing, reference: .mel(mel))
        #expect(byMel.map(\.kind) == [.noiseInSilence] && abs(byMel[0].start - 4.3) < 0.02)
    }

    @Test func theProbeTellsHowSilentSilenceIs() {
        let probe = check.silenceProbe(of: speech)
        #expect(probe.samples.count == 4 * 22_050)
        #expect(check.silenceLevel(of: probe, probe: probe) == -150)
        let hissing = Waveform(samples: probe.samples.map { $0 + 0.001 }, sampleRate: 22_050)
        #expect(abs(check.silenceLevel(of: hissing, probe: probe) + 60) < 0.1)
    }

    @Test func clippingIsFoundWhereItIs() throws {
        let found = faults { samples in
            for n in 40_000..<40_400 { samples[n] = max(-1, min(1, 8 * samples[n])) }
        }
        let clipping = try #require(found.first { $0.kind == .clipping })
        #expect(clipping.start > 40_000.0 / 22_050 - 1e-3 && clipping.end < 40_400.0 / 22_050 + 1e-3)
        var loud = speech
        for n in 40_000..<40_400 { loud.samples[n] = max(-1, min(1, 8 * loud.samples[n])) }
        #expect(check.artefacts(in: loud, reference: .original(loud)).isEmpty)
    }

    @Test func aFadeAndAWrongLevelAreDrift() throws {
        let quiet = faults { samples in for n in samples.indices { samples[n] *= 0.9 } }
        #expect(quiet.map(\.kind) == [.levelDrift])
        #expect(abs(try #require(quiet.first).level - 20 * log10(0.9)) < 0.01)
        let fading = faults { samples in for n in 55_000..<samples.count { samples[n] *= 0.5 } }
        let late = try #require(fading.first { $0.detail.hasPrefix("against the rest") && $0.level < -2 }, "\(fading)")
        #expect(late.start > 1.9 && late.end > 3.4, "\(late)")
    }

    @Test func brokenAndShortSoundsAreChecked() {
        for count in [0, 1, 100, 5000] {
            let short = Waveform(samples: Array(speech.samples[..<count]), sampleRate: 22_050)
            #expect(check.artefacts(in: short, reference: .original(short)).isEmpty)
            let broken = Waveform(samples: [Float](repeating: .nan, count: count), sampleRate: 22_050)
            for artefact in check.artefacts(in: broken, reference: .original(short)) {
                #expect(artefact.level.isFinite)
            }
        }
    }

    @Test func aDescriptionNamesPlaceTimeAndLevel() {
        let line = Artefact(.tonalLine, from: 0, to: 2.968, level: -52.3, frequency: 2756.25, detail: "rate/8")
        #expect("\(line)" == "tonal line at 2756 Hz (rate/8), 0.00-2.97 s, -52 dBFS")
        let drift = Artefact(.levelDrift, from: 1, to: 1.5, level: 2.25)
        #expect("\(drift)" == "level drift, 1.00-1.50 s, +2.3 dB")
    }
}
