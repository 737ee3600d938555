import Kernels
import Tensors
import TextToMel
import Testing

@testable import Training

@Suite struct VoiceLossTests {
    @Test("Every sentence comes once before any comes again, in an order of its own each round")
    func sampler() {
        let sampler = VoiceSampler(count: 10, batch: 4, seed: 3)
        let places = (0..<5).flatMap(sampler.sentences)
        #expect(Set(places[..<10]).count == 10 && Set(places[10...]).count == 10)
        #expect(Array(places[..<10]) != Array(places[10...]))
        #expect(VoiceSampler(count: 3, batch: 16, seed: 0).sentences(7).count == 3)
    }

    @Test("The learning rate climbs, then falls to three hundredths")
    func learningRate() {
        let configuration = VoiceRunConfiguration(corpus: "", steps: 1000)
        let shares = (0..<1200).map(configuration.learningRateFactor)
        #expect(shares[0] < 0.02 && shares.max()! > 0.95 && abs(shares[1000] - 0.03) < 1e-3 && shares[1199] == shares[1000])
        #expect(configuration.binarizationFactor(at: 100) == 0 && configuration.binarizationFactor(at: 250) == 1)
    }
}
