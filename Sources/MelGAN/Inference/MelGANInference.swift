import Kernels
import Neural
import Tensors

/// A generator's layers in a form that only runs forward: weight norm folded, weights packed, nothing recorded on a tape.
struct MelGANInference {
    let configuration: MelGANConfiguration
    let layers: [InferenceLayer]
    /// The convolutions of the source, where there is one, each added to the output of a layer, by the layer's number.
    let sources: [Int: SourceRows]
    /// Frames computed at a time.
    let chunkFrames: Int
    /// Whether all chunks but the last have ``chunkFrames`` frames. oneDNN's bfloat16 sums depend a little on where in a chunk a row
    /// lies, so there the chunks must not depend on how frames come.
    let hasEqualChunks: Bool

    /// The number of frames whose activations fit the second-level caches.
    private static let equalChunkFrames = 32

    /// - Parameter precision: The type of the activations. It is float32 all the same with a source, since such generators are small
    ///   and rows are added, and where the processor has no bfloat16.
    init(_ generator: MelGANGenerator, precision: ScalarType, chunkFrames: Int) {
        configuration = generator.configuration
        let precision = configuration.source == nil && Engine.hasBFloat16 ? precision : .float32
        hasEqualChunks = precision == .bfloat16
        let chunkFrames = hasEqualChunks ? Self.equalChunkFrames : chunkFrames
        self.chunkFrames = chunkFrames
        let slope = configuration.negativeSlope
        let engine = precision == .bfloat16 ? Engine() : nil
        var rate = 1
        func arithmetic() -> InferenceArithmetic {
            engine.map { .bfloat16($0, rows: chunkFrames * rate) } ?? .float32
        }

        var layers = [InferenceLayer(generator.input, negativeSlope: slope, arithmetic())]
        var sources = [Int: SourceRows]()
        for (index, (stage, factor)) in zip(generator.stages, configuration.upsampling).enumerated() {
            let slopeAfter = stage.blocks.isEmpty ? slope : nil
            let hasSource = index < generator.sourceInputs.count
            if hasSource {
                sources[layers.count] = SourceRows(generator.sourceInputs[index], negativeSlope: slopeAfter)
            }
            layers.append(
                InferenceLayer(stage.upsampling, negativeSlope: hasSource ? nil : slopeAfter, arithmetic()))
            rate *= factor
            for (index, block) in stage.blocks.enumerated() {
                let isLast = index == stage.blocks.count - 1
                layers.append(InferenceLayer(block, negativeSlope: slope, rectifies: isLast, arithmetic()))
            }
        }
        layers.append(InferenceLayer(generator.output, negativeSlope: nil, arithmetic(), isLast: true))
        if let subBands = configuration.subBands { layers.append(InferenceLayer(subBands)) }
        self.layers = layers
        self.sources = sources
    }
}
