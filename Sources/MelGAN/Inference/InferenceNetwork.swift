import Kernels
import Neural
import Tensors

/// The generator's layers in a form that only runs forward: weight norm folded, weights packed, nothing recorded.
struct InferenceNetwork {
    let configuration: GeneratorConfiguration
    let layers: [InferenceLayer]

    init(_ generator: Generator) {
        configuration = generator.configuration
        let slope = configuration.negativeSlope
        var layers = [InferenceLayer(reflected: generator.input, finish: .rectified(slope))]
        for stage in generator.stages {
            layers.append(
                InferenceLayer(upsampling: stage.upsampling, finish: stage.blocks.isEmpty ? .rectified(slope) : .none))
            for (index, block) in stage.blocks.enumerated() {
                layers.append(
                    InferenceLayer(block, negativeSlope: slope, rectifies: index == stage.blocks.count - 1))
            }
        }
        layers.append(InferenceLayer(reflected: generator.output, finish: .none))
        self.layers = layers
    }
}
