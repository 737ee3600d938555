import Kernels
import Neural
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite struct AdamOptimiserTests {
    func layer() -> (WeightNormConvolution, Gradients) {
        var numbers = SplitMix64(seed: 43)
        let layer = WeightNormConvolution("layer", .plain(.init(from: 3, to: 4, kernel: 3)), using: &numbers)
        var gradients: Gradients = [:]
        for parameter in layer.parameters { gradients[parameter.name] = .random(parameter.value.shape, using: &numbers) }
        return (layer, gradients)
    }

    @Test("The first step moves each number by the learning rate against its gradient's sign")
    func firstStep() {
        let (layer, gradients) = layer()
        var (moved, optimiser) = (layer, AdamOptimiser(learningRate: 0.01))
        optimiser.update(&moved, along: gradients)
        #expect(optimiser.step == 1)
        for (before, after) in zip(layer.parameters, moved.parameters) {
            let slopes = gradients[before.name]!.values
            for (index, slope) in slopes.enumerated() {
                let expected = before.value.values[index] - (slope > 0 ? 0.01 : -0.01)
                #expect(abs(after.value.values[index] - expected) < 1e-6)
            }
        }
    }

    @Test("An optimizer that continues from the state of another makes the same steps")
    func resuming() {
        let (layer, gradients) = layer()
        var (model, optimiser) = (layer, AdamOptimiser())
        optimiser.update(&model, along: gradients)
        var (resumedModel, resumed) = (model, AdamOptimiser())
        resumed.resume(step: optimiser.step, moments: optimiser.moments)
        optimiser.update(&model, along: gradients)
        resumed.update(&resumedModel, along: gradients)
        #expect(zip(model.parameters, resumedModel.parameters).allSatisfy { $0.value.values == $1.value.values })
    }

    @Test("Parameters without other references are updated in place, and copies held elsewhere are unchanged")
    func inPlace() {
        let (layer, gradients) = layer()
        var (model, optimiser) = (layer, AdamOptimiser())
        let before = layer.direction.value.values
        optimiser.update(&model, along: gradients)
        #expect(layer.direction.value.values == before)
        func places() -> [UnsafeMutableRawPointer] {
            [model.direction.value.address, optimiser.moments["layer.weight_v"]!.first.address]
        }
        let first = places()
        optimiser.update(&model, along: gradients)
        #expect(places() == first)
    }
}
