import Audio
@testable import SourceFilter
import Platform
import Spectra
import Testing

@Suite struct PhaseAlignmentTests {
    private let source = SpeechSource(SourceConfiguration(iterations: 2), .melgan)
    private let mel = MelExtractor(.melgan).mel(
        of: SyntheticSignal.speechLike(seed: 5).waveform(duration: 1.6, sampleRate: 22_050))

    /// Two voiced stretches of gliding pitch.
    private var contour: PitchContour {
        PitchContour(
            frequencies: (0..<mel.frameCount).map { 170 + 30 * sin(Float($0) / 9) },
            voicing: (0..<mel.frameCount).map { $0 % 70 < 60 ? 0.9 : 0.1 })
    }

    @Test("The phase offsets that a voice was made with are found again, up to whole cycles")
    func recovery() {
        var shifted = contour
        shifted.phaseOffsets = (0..<shifted.frameCount).map { 0.3 + 0.4 * sin(Float($0) / 13) }
        let recording = source.samples(of: mel, shifted)
        let found = source.aligned(contour, of: mel, to: recording)
        #expect(found.frequencies == contour.frequencies && found.voicing == contour.voicing)
        var deviations: [Float] = []
        for frame in 4..<shifted.frameCount - 4 where (frame - 4...frame + 4).allSatisfy({ shifted.voicing[$0] > 0.5 }) {
            let difference = found.phaseOffsets[frame] - shifted.phaseOffsets[frame]
            deviations.append(abs(difference - difference.rounded()))
        }
        #expect(deviations.count > 60)
        #expect(deviations.sorted()[deviations.count * 9 / 10] < 0.03, "\(deviations.max()!)")
        for frame in 1..<shifted.frameCount where shifted.voicing[frame] > 0.5 && shifted.voicing[frame - 1] > 0.5 {
            #expect(abs(found.phaseOffsets[frame] - found.phaseOffsets[frame - 1]) <= 0.5, "frame \(frame)")
        }
    }

    @Test("An aligned source is near the recording sample by sample, another source is not")
    func waveform() {
        var shifted = contour
        shifted.phaseOffsets = shifted.frequencies.indices.map { _ in 0.37 }
        let recording = source.samples(of: mel, shifted)
        func distance(_ contour: PitchContour) -> Float {
            let made = source.samples(of: mel, contour)
            let (gaps, power) = zip(made, recording).reduce((0, 0)) { ($0.0 + ($1.0 - $1.1) * ($1.0 - $1.1), $0.1 + $1.1 * $1.1) }
            return (gaps / power).squareRoot()
        }
        let (apart, together) = (distance(contour), distance(source.aligned(contour, of: mel, to: recording)))
        #expect(apart > 0.8 && together < apart / 2, "\(apart), aligned \(together)")
    }

    @Test("A contour without voice, and one without frames, has no phase offsets")
    func nothing() {
        var silent = contour
        silent.voicing = silent.voicing.map { _ in 0 }
        let recording = [Float](repeating: 0.1, count: mel.frameCount * 256)
        #expect(source.aligned(silent, of: mel, to: recording).phaseOffsets.allSatisfy { $0 == 0 })
        let empty = MelSpectrogram(values: [], convention: .melgan)
        #expect(source.aligned(PitchContour(frequencies: [], voicing: []), of: empty, to: []).frameCount == 0)
    }

    @Test("Samples outside a frame's window change nothing where the window is shorter than the transform")
    func shortWindow() {
        var convention = MelConvention.melgan
        (convention.fftSize, convention.windowLength) = (2048, 1024)
        let source = SpeechSource(SourceConfiguration(iterations: 1), convention)
        let mel = MelExtractor(convention).mel(
            of: SyntheticSignal.speechLike(seed: 5).waveform(duration: 0.6, sampleRate: 22_050))
        let voiced = 20..<40
        let contour = PitchContour(
            frequencies: (0..<mel.frameCount).map { 170 + Float($0) },
            voicing: (0..<mel.frameCount).map { voiced.contains($0) ? 1 : 0 })
        let recording = source.samples(of: mel, contour)
        // Frame t lies about sample 256 t + 128, and its window reaches 512 samples to either side.
        let seen = 256 * voiced.lowerBound + 128 - 512..<256 * (voiced.upperBound - 1) + 128 + 512
        let disturbed = recording.enumerated().map { seen.contains($0) ? $1 : $0 % 3 == 0 ? 1 : -0.5 }
        let aligned = source.aligned(contour, of: mel, to: recording)
        #expect(aligned.phaseOffsets.contains { $0 != 0 })
        #expect(source.aligned(contour, of: mel, to: disturbed) == aligned)
    }
}
