import MelGAN
import Neural
import Spectra
import Tensors
import Testing

@testable import Training

@Suite struct TrainingScheduleTests {
    @Test("By default all losses are used from the first step at a constant learning rate")
    func plain() {
        for step in [0, 1, 1000] {
            #expect(TrainingSchedule().learningRateFactor(at: step) == 1)
            #expect(TrainingSchedule().adversarialFactor(at: step) == 1)
        }
    }

    @Test("The rate rises, then falls to a hundredth; the discriminator waits, is trained alone, and then its weight grows")
    func schedule() {
        let schedule = TrainingSchedule(warmUpSteps: 300, discriminatorOnlySteps: 50, adversarialWarmUpSteps: 100, decaySteps: 1000)
        let rates = (0...1200).map(schedule.learningRateFactor(at:))
        #expect(rates[0] < 0.02 && rates[99] > 0.97 && abs(rates[1000] - 0.01) < 1e-9 && rates[1200] == rates[1000])
        #expect(zip(rates[100..<1000], rates[101...1000]).allSatisfy { $0 > $1 })
        #expect((0..<350).allSatisfy { schedule.adversarialFactor(at: $0) == 0 })
        #expect(abs(schedule.adversarialFactor(at: 399) - 0.5) < 1e-9 && schedule.adversarialFactor(at: 5000) == 1)
    }

    @Test("Gradients are clipped to a norm, all by the same factor, and smaller ones are unchanged")
    func clipping() {
        let gradients: Gradients = ["a": Tensor([3, 0], shape: [2]), "b": Tensor([0, 0, 4], shape: [3])]
        #expect(gradients.clip(toNorm: 10) == 5)
        #expect(gradients["a"]!.values == [3, 0])
        #expect(gradients.clip(toNorm: 1) == 5)
        #expect(abs(gradients["a"]!.values[0] - 0.6) < 1e-6 && abs(gradients["b"]!.values[2] - 0.8) < 1e-6)
    }

    @Test("The average follows the weights, soon at first and then slowly")
    func average() {
        var random = SplitMix64(seed: 1)
        var generator = MelGANGenerator(.init(inputBands: 2, baseChannels: 1, upsampling: [2], residualBlocks: 0), using: &random)
        var average = EMA(of: generator, decay: 0.9)
        func set(_ value: Float) {
            generator.visitParameters { $0.value = Tensor([Float](repeating: value, count: $0.value.count), shape: $0.value.shape) }
        }
        set(1)
        // d = 2 / 11, 3 / 12 and so on; the weight of the first weights is their product.
        var share = 1.0
        for step in 1...200 {
            average.add(generator, step: step)
            share *= min(0.9, Double(1 + step) / Double(10 + step))
        }
        #expect(share < 1e-6)
        for parameter in average.network.parameters { #expect(parameter.value.values.allSatisfy { abs($0 - 1) < 1e-5 }) }
        set(2)
        average.add(generator, step: 201)
        for parameter in average.network.parameters { #expect(parameter.value.values.allSatisfy { abs($0 - 1.1) < 1e-5 }) }
    }

    @Test("The paper's recipe has the paper's settings, and the source's is valid for any hop", arguments: [256, 200, 300, 512])
    func recipes(hop: Int) throws {
        var convention = MelConvention.melgan
        convention.hopLength = hop
        for recipe in Recipe.allCases {
            let upsampling = try #require(recipe.upsampling(forHopLength: hop))
            let configuration = recipe.configuration(
                corpus: "c", validation: nil, convention: convention, upsampling: upsampling, steps: 1000)
            #expect(configuration.validationError == nil, "\(recipe)")
            #expect((configuration.generator.source != nil) == (recipe == .source || recipe == .refiner))
        }
        guard hop == 256 else { return }
        var expected = RunConfiguration(corpus: "c", convention: .melgan)
        expected.recipe = .melgan
        #expect(Recipe.melgan.configuration(
            corpus: "c", validation: nil, convention: .melgan, upsampling: [8, 8, 2, 2], steps: 9) == expected)
    }
}
