import Kernels
import Neural
import Tensors
import Testing

@Suite struct WeightNormConvolutionTests {
    @Test("A new layer's numbers are even within 1 / root fan-in, and its magnitudes are its directions' lengths",
        arguments: LayerForm.all)
    func initialisation(form: LayerForm) {
        let layer = form.layer()
        let shape = layer.direction.value.shape
        let bound = 1 / Float(shape[1] * shape[2]).squareRoot()
        #expect(layer.parameters.map(\.name) == ["layer.bias", "layer.weight_g", "layer.weight_v"])
        for values in [layer.direction.value.values, layer.bias.value.values] {
            #expect(values.allSatisfy { abs($0) <= bound })
        }
        let values = layer.direction.value.values
        let spread = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
        #expect(abs(spread / (bound / Float(3).squareRoot()) - 1) < 0.2)
        #expect(layer.magnitude.value.shape == [shape[0], 1, 1])
        let effective = WeightNorm.weights(direction: layer.direction.value, magnitude: layer.magnitude.value)
        #expect(zip(effective.values, values).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(layer.parameterCount == shape[0] + values.count + layer.bias.value.count)
    }

    @Test("The same seed gives the same layer, another another", arguments: LayerForm.all)
    func seeds(form: LayerForm) {
        #expect(form.layer(seed: 1).direction.value.values == form.layer(seed: 1).direction.value.values)
        #expect(form.layer(seed: 1).direction.value.values != form.layer(seed: 2).direction.value.values)
    }

    @Test("A visit changes the model it is called on, not its copies")
    func visit() {
        let layer = LayerForm.all[0].layer()
        var changed = layer
        changed.visitParameters { $0.value = .zeros($0.value.shape) }
        #expect(changed.parameters.allSatisfy { $0.value.values.allSatisfy { $0 == 0 } })
        #expect(layer.direction.value.values.contains { $0 != 0 })
    }
}
