import Foundation
import Files
import Kernels
import MelGAN
import Neural
import Platform
import Tensors
import TestSupport
import Testing

/// Arrays made by `Scripts/golden-melgan` in PyTorch, whose activations are `[batch, channels, time]`.
struct GoldenFile {
    let arrays: [String: NumericArray]

    init(_ name: String) throws {
        arrays = try SafeTensors.read(at: Bundle.module.golden(name + ".safetensors")).tensors
    }

    func array(_ name: String) throws -> NumericArray { try #require(arrays[name], "no array \(name)") }

    func scalar(_ name: String) throws -> Double { Double(try array(name).values[0]) }

    /// An activation as this project lays it out: `[batch, time, channels]`.
    func activation(_ name: String) throws -> Tensor {
        let array = try array(name)
        let (batch, channels, time) = (array.shape[0], array.shape[1], array.shape[2])
        var values = [Float](repeating: 0, count: array.values.count)
        for entry in 0..<batch {
            for channel in 0..<channels {
                for step in 0..<time {
                    values[(entry * time + step) * channels + channel] =
                        array.values[(entry * channels + channel) * time + step]
                }
            }
        }
        return Tensor(values, shape: [batch, time, channels])
    }

    /// An activation `[batch, channels, time, planes]` of a two-dimensional network as this project lays it out:
    /// `[batch * planes, time, channels]`.
    func planes(_ name: String) throws -> Tensor {
        let array = try array(name)
        let (batch, channels, time, planes) = (array.shape[0], array.shape[1], array.shape[2], array.shape[3])
        let result = Tensor([batch * planes, time, channels])
        for entry in 0..<batch {
            for channel in 0..<channels {
                for step in 0..<time {
                    for plane in 0..<planes {
                        result.pointer(Float.self)[((entry * planes + plane) * time + step) * channels + channel] =
                            array.values[((entry * channels + channel) * time + step) * planes + plane]
                    }
                }
            }
        }
        return result
    }

    /// Expects the features, logits and gradients of a discriminator of planes to be those under `name`.
    ///
    /// - Parameters:
    ///   - features: The bound for features and logits.
    ///   - gradient: The bound for the gradient of a parameter, by its largest number.
    ///   - audioGradient: The bound for that of the audio.
    func expectReference(
        _ name: String, of network: some Discriminator, outputs count: Int, layers: Int, features tolerance: Float,
        gradient: (Float) -> Float, audioGradient: (Float) -> Float
    ) throws {
        let tape = Tape(Engine())
        let audio = Variable(try activation("\(name).audio"), needsGradient: true)
        let outputs = network.outputs(of: audio, precision: .float32, trains: true, on: tape)
        #expect(outputs.count == count)
        for (number, output) in outputs.enumerated() {
            #expect(output.features.count == layers)
            for (layer, feature) in (output.features + [output.logits]).enumerated() {
                let expected = try planes("\(name).feature.\(number).\(layer)")
                #expect(feature.value.shape == expected.shape)
                #expect(distance(feature.value.values, expected.values) < tolerance, "output \(number), layer \(layer)")
                feature.accumulate(try planes("\(name).weight.\(number).\(layer)"))
            }
        }
        tape.backward()
        func compare(_ found: Tensor, _ expected: [Float], _ what: String, _ bound: (Float) -> Float) {
            let largest = expected.reduce(0) { max($0, abs($1)) }
            #expect(distance(found.values, expected) < bound(largest), "\(what)")
        }
        compare(try #require(audio.takeGradient()), try activation("\(name).audio_gradient").values, "audio", audioGradient)
        #expect(Set(tape.gradients.keys) == Set(network.parameters.map(\.name)))
        for (parameter, found) in tape.gradients {
            compare(found, try array("\(name).gradient.\(parameter)").values, parameter, gradient)
        }
    }

    /// Fills a model's parameters with the arrays under `prefix`.
    func load(_ prefix: String, into model: inout some Parameterised) throws {
        try model.visitParameters { (parameter: inout Parameter) throws(any Error) in
            let array = try array(prefix + parameter.name)
            try #require(array.values.count == parameter.value.count, "\(parameter.name) has \(array.shape)")
            parameter.value = Tensor(array.values, shape: parameter.value.shape)
        }
    }
}

/// The largest absolute difference.
func distance(_ first: [Float], _ second: [Float]) -> Float {
    #expect(first.count == second.count)
    return zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
