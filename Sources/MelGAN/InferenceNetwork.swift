import Kernels
import Neural
import Tensors

/// The generator's layers in a form that only runs forward: effective weights computed once, nothing recorded.
struct InferenceNetwork {
    private struct Block {
        let dilation: Int
        let dilated: EffectiveWeights
        let pointwise: EffectiveWeights
        let shortcut: EffectiveWeights
    }
    private struct Stage {
        let upsampling: EffectiveWeights
        let form: WeightNormConvolution.Form
        let blocks: [Block]
    }

    private let configuration: GeneratorConfiguration
    private let precision: ScalarType
    private let engine: Engine
    private let input: EffectiveWeights
    private let stages: [Stage]
    private let output: EffectiveWeights

    init(_ generator: Generator, precision: ScalarType, engine: Engine) {
        configuration = generator.configuration
        self.precision = precision
        self.engine = engine
        input = generator.input.effectiveWeights()
        output = generator.output.effectiveWeights()
        stages = generator.stages.map { stage in
            Stage(
                upsampling: stage.upsampling.effectiveWeights(), form: stage.upsampling.form,
                blocks: stage.blocks.map { block in
                    Block(
                        dilation: block.dilation, dilated: block.dilated.effectiveWeights(),
                        pointwise: block.pointwise.effectiveWeights(), shortcut: block.shortcut.effectiveWeights())
                })
        }
    }

    /// Audio `[1, hop * T, 1]`, float32, from a mel `[1, T, bands]`.
    func audio(from mel: Tensor) -> Tensor {
        let slope = configuration.negativeSlope
        let mel = Elementwise.converted(configuration.normalised(mel), to: precision)
        var activation = run(ReflectionPadding.padded(mel, by: 3), input, negativeSlope: slope)
        for stage in stages {
            let blocks = stage.blocks
            activation = stage.form.arrangedOutput(
                run(activation, stage.upsampling, negativeSlope: blocks.isEmpty ? slope : nil))
            for (index, block) in blocks.enumerated() {
                let padded = ReflectionPadding.padded(activation, by: block.dilation, negativeSlope: slope)
                let hidden = run(padded, block.dilated, negativeSlope: slope)
                let bypass = run(activation, block.shortcut)
                activation = run(
                    hidden, block.pointwise, addedTo: bypass, negativeSlope: index == blocks.count - 1 ? slope : nil)
            }
        }
        return Elementwise.tanh(run(ReflectionPadding.padded(activation, by: 3), output, outputType: .float32))
    }

    private func run(
        _ input: Tensor, _ weights: EffectiveWeights, addedTo accumulator: Tensor? = nil,
        negativeSlope: Float? = nil, outputType: ScalarType? = nil
    ) -> Tensor {
        engine.convolution(
            of: input, by: weights.convolution, bias: weights.bias, addedTo: accumulator,
            negativeSlope: negativeSlope, outputType: outputType, forInference: true)
    }
}
