import Kernels
import Neural
import Tensors
import TestSupport
import Testing

@Suite struct LayerGradientTests {
    let engine = Engine()

    /// `<layer(x), c>` with fixed random numbers c; fills in the gradients when asked for.
    struct Probe {
        let engine: Engine
        let layer: WeightNormConvolution
        let input: Tensor
        var addend: Tensor?
        var negativeSlope: Float?

        func run() -> (tape: Tape, input: Variable, addend: Variable?, output: Variable, weights: Tensor) {
            let tape = Tape(engine)
            let input = Variable(input, needsGradient: true)
            let addend = addend.map { Variable($0.copied(), needsGradient: true) }
            let output = tape.convolution(input, by: layer, addedTo: addend, negativeSlope: negativeSlope)
            var numbers = SplitMix64(seed: 34)
            return (tape, input, addend, output, .random(output.value.shape, using: &numbers))
        }

        var loss: Double {
            let run = run()
            return innerProduct(run.output.value, run.weights)
        }

        /// This probe with the parameter called `name` replaced.
        func with(_ name: String, _ value: Tensor) -> Probe {
            var layer = layer
            layer.visitParameters { if $0.name == name { $0.value = value } }
            return Probe(engine: engine, layer: layer, input: input, addend: addend, negativeSlope: negativeSlope)
        }

        func with(input: Tensor) -> Probe {
            Probe(engine: engine, layer: layer, input: input, addend: addend, negativeSlope: negativeSlope)
        }
    }

    @Test(
        "A layer's gradients are the finite differences'", arguments: LayerForm.all, [nil, 0.2] as [Float?])
    func gradients(form: LayerForm, negativeSlope: Float?) {
        let probe = Probe(engine: engine, layer: form.layer(), input: form.input(), negativeSlope: negativeSlope)
        let run = probe.run()
        run.output.accumulate(run.weights)
        run.tape.backward()
        let parameters = probe.layer.parameters
        #expect(Set(run.tape.gradients.keys) == Set(parameters.map(\.name)))
        for parameter in parameters {
            expectGradient(run.tape.gradients[parameter.name]!, at: parameter.value, parameter.name) {
                probe.with(parameter.name, $0).loss
            }
        }
        expectGradient(run.input.takeGradient()!, at: probe.input, "input") { probe.with(input: $0).loss }
    }

    @Test("A sum's gradient goes to the addend and to the layer", arguments: [nil, 0.2] as [Float?])
    func addend(negativeSlope: Float?) {
        let form = LayerForm.all[0]
        var numbers = SplitMix64(seed: 35)
        var probe = Probe(engine: engine, layer: form.layer(), input: form.input(), negativeSlope: negativeSlope)
        probe.addend = .random(probe.run().output.value.shape, using: &numbers)
        let run = probe.run()
        run.output.accumulate(run.weights)
        run.tape.backward()
        expectGradient(run.addend!.takeGradient()!, at: probe.addend!) { moved in
            var probe = probe
            probe.addend = moved
            return probe.loss
        }
        expectGradient(run.input.takeGradient()!, at: probe.input) { probe.with(input: $0).loss }
        expectGradient(run.tape.gradients["layer.weight_v"]!, at: probe.layer.direction.value) {
            probe.with("layer.weight_v", $0).loss
        }
    }

    @Test("The gradient that a loss puts in is not written to", arguments: LayerForm.all)
    func lossGradientIsKept(form: LayerForm) {
        let probe = Probe(engine: engine, layer: form.layer(), input: form.input(), negativeSlope: 0.2)
        let run = probe.run()
        let before = run.weights.values
        run.output.accumulate(run.weights)
        run.tape.backward()
        #expect(run.weights.values == before)
    }

    @Test("A layer that is not trained passes the same gradient on, and keeps none", arguments: LayerForm.all)
    func untrained(form: LayerForm) {
        let probe = Probe(engine: engine, layer: form.layer(), input: form.input())
        let trained = probe.run()
        trained.output.accumulate(trained.weights)
        trained.tape.backward()
        let tape = Tape(engine)
        let input = Variable(probe.input, needsGradient: true)
        tape.convolution(input, by: probe.layer, trains: false).accumulate(trained.weights)
        tape.backward()
        #expect(tape.gradients.isEmpty)
        #expect(input.takeGradient()!.values == trained.input.takeGradient()!.values)
    }
}
