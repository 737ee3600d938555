import Foundation
import Files
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
