import Audio
@testable import MelGAN
import Platform
import Spectra
import Testing

@Suite struct PhaseAlignmentTests {
    private let source = SpeechSource(SourceConfiguration(passes: 2), .melgan)
    private let mel = MelExtractor(.melgan).mel(
        of: SyntheticSignal.speechLike(seed: 5).waveform(duration: 1.6, sampleRate: 22_050))

    /// Two voiced stretches of gliding pitch.
    private var contour: PitchContour {
        PitchContour(
            frequencies: (0..<mel.frameCount).map { 170 + 30 * sin(Float($0) / 9) },
            voicing: (0..<mel.frameCount).map { $0 % 70 < 60 ? 0.9 : 0.1 })
    }

    @Test("Leads that a voice was made with are found again, up to whole cycles")
    func recovery() {
        var led = contour
        led.leads = (0..<led.frameCount).map { 0.3 + 0.4 * sin(Float($0) / 13) }
        let recording = source.samples(of: mel, led)
        let found = source.aligned(contour, of: mel, to: recording)
        #expect(found.frequencies == contour.frequencies && found.voicing == contour.voicing)
        var deviations: [Float] = []
        for frame in 4..<led.frameCount - 4 where (frame - 4...frame + 4).allSatisfy({ led.voicing[$0] > 0.5 }) {
            let difference = found.leads[frame] - led.leads[frame]
            deviations.append(abs(difference - difference.rounded()))
        }
        #expect(deviations.count > 60)
        #expect(deviations.sorted()[deviations.count * 9 / 10] < 0.03, "\(deviations.max()!)")
        for frame in 1..<led.frameCount where led.voicing[frame] > 0.5 && led.voicing[frame - 1] > 0.5 {
            #expect(abs(found.leads[frame] - found.leads[frame - 1]) <= 0.5, "frame \(frame)")
        }
    }

    @Test("An aligned source is near the recording sample by sample, one that is not is not")
    func waveform() {
        var led = contour
        led.leads = led.frequencies.indices.map { _ in 0.37 }
        let recording = source.samples(of: mel, led)
        func distance(_ contour: PitchContour) -> Float {
            let made = source.samples(of: mel, contour)
            let (gaps, power) = zip(made, recording).reduce((0, 0)) { ($0.0 + ($1.0 - $1.1) * ($1.0 - $1.1), $0.1 + $1.1 * $1.1) }
            return (gaps / power).squareRoot()
        }
        let (apart, together) = (distance(contour), distance(source.aligned(contour, of: mel, to: recording)))
        #expect(apart > 0.8 && together < apart / 2, "\(apart), aligned \(together)")
    }

    @Test("A contour without voice, and one without frames, has nothing to lead")
    func nothing() {
        var silent = contour
        silent.voicing = silent.voicing.map { _ in 0 }
        let recording = [Float](repeating: 0.1, count: mel.frameCount * 256)
        #expect(source.aligned(silent, of: mel, to: recording).leads.allSatisfy { $0 == 0 })
        let empty = MelSpectrogram(values: [], convention: .melgan)
        #expect(source.aligned(PitchContour(frequencies: [], voicing: []), of: empty, to: []).frameCount == 0)
    }
}
