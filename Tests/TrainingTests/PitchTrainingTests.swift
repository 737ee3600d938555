import SourceFilter
import Audio
import Evaluation
import Kernels
import MelGAN
import Neural
import Platform
import Spectra
import Tensors
import TestSupport
import Testing
@testable import Training

@Suite struct PitchTrainingTests {
    @Test("The gradient of the pitch network's loss is the finite differences'")
    func gradient() {
        let configuration = PitchConfiguration(inputBands: 4, channels: 3, layers: 1, classes: 12)
        var random = SplitMix64(seed: 1)
        let scores = Tensor.random([2, 5, 13], using: &random)
        let frequencies: [Float] = [0, 62, 65, 0, 61, 64, 0, 0, 67, 63]
        func loss(_ scores: Tensor) -> Double {
            let losses = PitchTraining.loss(scores, frequencies, configuration)
            return losses.pitch + losses.voicing
        }
        expectGradient(PitchTraining.loss(scores, frequencies, configuration).gradient, at: scores, step: 2e-3, within: 1e-2, of: loss)
    }

    @Test(
        "Labels lie at the frames' centres and between the track's values in octaves",
        arguments: [
            MelConvention.melgan, .tacotron2,
        ])
    func labels(convention: MelConvention) {
        // 200 values a second that rise an octave a second.
        let track = PitchTrack(frequencies: (0..<200).map { $0 < 40 ? 0 : 100 * exp2(Double($0) / 200) })
        let labels = PitchLabels(track, frameCount: 80, convention: convention).frequencies
        for (frame, frequency) in labels.enumerated() {
            let seconds = (Double(frame) * 256 + (convention == .melgan ? 128 : 0)) / 22_050
            if seconds < 0.197 { #expect(frequency == 0) }
            if seconds > 0.2 { #expect(abs(Double(frequency) - 100 * exp2(seconds)) < 1e-3, "frame \(frame)") }
        }
    }

    @Test("A small network learns the pitch of hummed notes, the same bits each time")
    func learning() throws {
        var convention = MelConvention.melgan
        convention.bandCount = 40
        let scratch = try ScratchFolder()
        for (index, pitch) in [110.0, 140, 180, 230].enumerated() {
            let target = try scratch.file("corpus/n\(index).wav", bytes: [])
            let samples = (0..<22_050).map { sample -> Float in
                let cycles = pitch * Double(sample) / 22_050 * (1 + 0.1 * Double(sample) / 22_050)
                return sample < 5000
                    ? 0
                    : (1...20).reduce(0) {
                        $0 + 0.03 * cosf(Float(2 * .pi * (cycles * Double($1)).truncatingRemainder(dividingBy: 1)))
                    }
            }
            try Waveform(samples: samples, sampleRate: 22_050).write(to: target)
        }
        let set = try TrainingSet(
            preparing: Corpus(at: scratch.path + "/corpus"), convention: convention, cachePath: scratch.path + "/cache",
            threadCount: 2)
        let corpus = PitchCorpus(set, threadCount: 2) { _, _ in }
        #expect(corpus.entries.count == 4 * PitchCorpus.speeds.count)
        func learnt(_ steps: Int) -> (network: PitchNetwork, losses: [Double]) {
            var training = PitchTraining(
                PitchConfiguration(inputBands: 40, channels: 32, layers: 2), on: corpus, seed: 3, steps: steps)
            let losses = (0..<steps).map { training.step($0).pitch }
            return (training.network, losses)
        }
        #expect(learnt(3).network.parameters.map(\.value.values) == learnt(3).network.parameters.map(\.value.values))
        let (network, losses) = learnt(600)
        #expect(losses.last! < 0.5 * losses[0])
        let mel = set.mel(of: set.recordings[1])
        let contour = network.contour(of: mel)
        let middle = mel.frameCount / 2
        let expected = 140 * (1 + 0.2 * Double(middle * 256 + 128) / 22_050)
        #expect(contour.voicing[middle] > 0.5 && contour.voicing[2] < 0.5)
        #expect(
            abs(1200 * log2(Double(contour.frequencies[middle]) / expected)) < 60,
            "\(contour.frequencies[middle]), not \(expected)")
    }
}
