import Audio
import Files
import Platform
@testable import Spectra
import TestSupport
import Testing

/// A mel of two seconds of a synthetic voice; `level` scales it, `room` is the noise under it.
private func speech(_ convention: MelConvention, level: Float = 1, room: Double = 1e-3) -> MelSpectrogram {
    var waveform = SyntheticSignal.speechLike(seed: 3).waveform(duration: 2, sampleRate: convention.sampleRate)
    let hiss = SyntheticSignal.whiteNoise(amplitude: room, seed: 4).waveform(duration: 2, sampleRate: convention.sampleRate)
    for i in waveform.samples.indices { waveform.samples[i] = level * (waveform.samples[i] + hiss.samples[i]) }
    return MelExtractor(convention).mel(of: waveform)
}

private func file(_ mel: MelSpectrogram, carries: Bool = false) throws -> MelFile {
    let folder = try ScratchFolder()
    let path = folder.path("a.\(carries ? "npz" : "npy")")
    try mel.write(to: path)
    return try MelFile(at: path, layout: .bandsFirst)
}

@Suite struct MelConversionTests {
    @Test("A mel converted to a convention with the same bands equals one extracted by it, above the floors")
    func equalsExtraction() throws {
        for (source, target) in [
            (MelConvention.melgan, MelConvention.coqui), (.coqui, .melgan), (.tacotron2, .hifigan),
            (.parallelwavegan, .espnet2),
        ] {
            // The same framing, so that frames can be compared.
            var source = source
            source.framing = target.framing
            let converted = try speech(source).converted(to: target), extracted = speech(target)
            #expect(converted.convention == target)
            #expect(zip(converted.values, extracted.values).allSatisfy { abs($0 - $1) < 2e-3 })
        }
    }

    @Test("There and back is the identity above both floors, also between filter norms")
    func roundTrip() throws {
        var peak = MelConvention.melgan
        peak.norm = .peak
        peak.compression = .naturalLog
        let mel = speech(.melgan)
        let returned = try mel.converted(to: peak).converted(to: .melgan)
        #expect(zip(mel.values, returned.values).allSatisfy { abs($0 - $1) < 1e-4 })
        let direct = speech(peak)
        #expect(zip(try mel.converted(to: peak).values, direct.values).allSatisfy { abs($0 - $1) < 1e-3 || $1 < -8 })
    }

    @Test("Digital silence becomes the target's silence")
    func silence() throws {
        let silent = MelSpectrogram(values: [], convention: .coqui).padded(before: 3, after: 0)
        #expect(try silent.converted(to: .melgan).values.allSatisfy { $0 == -5 })
    }

    @Test("Going from centred to hop-aligned framing drops the last frame")
    func framing() throws {
        let mel = speech(.tacotron2)
        #expect(try mel.converted(to: .hifigan).frameCount == mel.frameCount - 1)
        #expect(try mel.converted(to: .hifigan).frameCount == speech(.hifigan).frameCount)
    }

    @Test("Other bands, rates and hops are refused with what was found and what was expected")
    func unconvertible() throws {
        for (source, target, words) in [
            (MelConvention.tacotron2, MelConvention.melgan, "8000.0 Hz"),
            (.vocos, .melgan, "100 bands"),
            (.melgan, .melgan.at(sampleRate: 48_000), "a hop of 512"),
        ] {
            let error = try #require(throws: MelConventionError.self) { try speech(source).converted(to: target) }
            #expect(error.description.contains(words))
            let refusal = try #require(throws: FileError.self) {
                try file(speech(source), carries: true).fitted(to: target)
            }
            #expect(refusal.kind == .badData)
            #expect(refusal.remedies == [target.extractionRemedy])
        }
    }

    @Test("A mel fits the model it was made for, carried convention or not; where it is not carried, what is assumed is told", arguments: MelConvention.presets)
    func fitsItsOwn(convention: MelConvention) throws {
        let mel = speech(convention)
        for carries in [true, false] {
            let fitted = try file(mel, carries: carries).fitted(to: convention)
            #expect(fitted.mel == mel)
            #expect(carries ? fitted.note == nil : fitted.note?.contains("it is taken for") == true)
        }
    }

    @Test("A bare mel in another logarithm is converted where the bands agree and refused where they do not")
    func bareMels() throws {
        let converted = try file(speech(.coqui)).fitted(to: .melgan)
        #expect(converted.note?.contains("coqui") == true)
        #expect(zip(converted.mel.values, try speech(.coqui).converted(to: .melgan).values).allSatisfy { $0 == $1 })
        let refusal = try #require(throws: FileError.self) { try file(speech(.tacotron2)).fitted(to: .melgan) }
        #expect(refusal.message.contains("tacotron2") && refusal.remedies == [.computeMelAgain(preset: "melgan", [])])
    }

    @Test("A mel divided by a voice's statistics is refused")
    func standardised() throws {
        var mel = speech(.parallelwavegan)
        for band in 0..<80 {
            let values = (0..<mel.frameCount).map { mel.values[$0 * 80 + band] }
            let mean = values.reduce(0, +) / Float(values.count)
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
            for frame in 0..<mel.frameCount { mel.values[frame * 80 + band] = (values[frame] - mean) / deviation }
        }
        #expect(MelFingerprint(values: mel.values, bandCount: 80).isStandardised)
        let refusal = try #require(throws: FileError.self) { try file(mel).fitted(to: .melgan) }
        #expect(refusal.message.contains("statistics"))
        // By one mean and one deviation for all bands.
        let plain = speech(.melgan).values
        let (mean, count) = (plain.reduce(0, +) / Float(plain.count), Float(plain.count))
        let deviation = (plain.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        let whole = MelSpectrogram(values: plain.map { ($0 - mean) / deviation }, convention: .melgan)
        #expect(throws: FileError.self) { try file(whole).fitted(to: .melgan) }
    }

    @Test("Values that are no logarithms are refused, unless the file says what they are")
    func uncompressed() throws {
        let mel = speech(.melgan)
        let kinds: [(values: [Float], kind: UncompressedValues)] = [
            (mel.values.map { pow(10, $0) }, .magnitudes), (mel.values.map { pow(100, $0) }, .powers),
            (mel.values.map { ($0 + 5) / 6 }, .scaled), (mel.values.map { ($0 + 2) / 3 }, .scaled), (mel.values.map { $0 + 5 }, .scaled),
            (mel.values.map { _ in 0 }, .scaled),
        ]
        for (values, kind) in kinds {
            let changed = MelSpectrogram(values: values, convention: .melgan)
            let refusal = try #require(throws: FileError.self) {
                try file(changed).fitted(to: .melgan)
            }
            #expect(throws: Never.self) { try file(changed, carries: true).fitted(to: .melgan) }
            if kind == .scaled {
                #expect(throws: Never.self) { try file(changed).fitted(to: .melgan, stated: .melgan) }
            } else {
                #expect(throws: FileError.self) { try file(changed).fitted(to: .melgan, stated: .melgan) }
            }
            #expect(refusal.kind == .badData && refusal.message.contains("log10, floor 1e-05 (melgan)"))
            #expect((refusal.remedies.first == .stateCompression(.linear)) == (kind == .magnitudes), "\(refusal.message)")
            #expect((refusal.remedies.first == .stateCompression(.power)) == (kind == .powers), "\(refusal.message)")
            #expect(throws: FileError.self) { try file(changed).recognised() }
        }
        // Quiet and short logarithms, and those of silence, are taken.
        for values in [mel.values.map { $0 - 1 }, Array(mel.values.prefix(80)), MelConvention.melgan.silence] {
            let kept = MelSpectrogram(values: values.map { max(-5, $0) }, convention: .melgan)
            #expect(throws: Never.self) { try file(kept).fitted(to: .melgan) }
        }
    }

    @Test("Magnitudes are converted exactly, and powers nearly", arguments: [MelConvention.melgan, .hifigan, .coqui])
    func compression(convention: MelConvention) throws {
        let mel = speech(convention)
        let magnitudes = MelSpectrogram(values: mel.values.map { convention.magnitude(ofValue: $0) }, convention: convention)
        let exact = try file(magnitudes).compressed(.linear, to: convention)
        #expect(zip(exact.mel.values, mel.values).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(exact.note?.contains("exactly") == true)
        // The power of a band whose bins are all alike is its magnitude squared over the sum of its weights.
        let filterbank = MelFilterbank(convention)
        let powers = magnitudes.values.indices.map { index in
            magnitudes.values[index] * magnitudes.values[index] / filterbank.weightSum(of: index % convention.bandCount)
        }
        let near = try file(MelSpectrogram(values: powers, convention: convention)).compressed(.power, to: convention)
        #expect(zip(near.mel.values, mel.values).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(throws: FileError.self) { try file(mel).compressed(.linear, to: convention) }
    }
}

@Suite struct MelFingerprintTests {
    @Test("Every preset is among the candidates of its mel, whatever the level", arguments: MelConvention.presets)
    func recognised(convention: MelConvention) {
        for level: Float in [1, 0.3, 0.1] {
            for room in [3e-4, 3e-3] {
                let fingerprint = MelFingerprint(values: speech(convention, level: level, room: room).values, bandCount: convention.bandCount)
                #expect(
                    fingerprint.candidates.contains(convention),
                    "level \(level), room \(room): \(fingerprint.summary)")
                #expect(fingerprint.candidates.allSatisfy { $0.compression == convention.compression })
                #expect(!fingerprint.isStandardised)
            }
        }
    }

    @Test("Where digital silence occurs the floor tells presets of one logarithm apart", arguments: MelConvention.presets)
    func floors(convention: MelConvention) {
        let mel = speech(convention, room: 0).padded(before: 5, after: 5)
        let fingerprint = MelFingerprint(values: mel.values, bandCount: convention.bandCount)
        #expect(fingerprint.candidates.contains(convention))
        #expect(fingerprint.candidates.allSatisfy { $0.floor == convention.floor && $0.compression == convention.compression })
        #expect(fingerprint.certainty == .certain)
    }

    @Test("Numbers of no convention are not claimed for one")
    func nonsense() {
        let fingerprint = MelFingerprint(values: noise(count: 8000).map { $0 * 300 }, bandCount: 80)
        #expect(fingerprint.candidates.isEmpty)
        #expect(fingerprint.certainty == .unsure)
    }
}
