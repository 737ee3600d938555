import Kernels
import Neural
import Tensors

/// A ``VariancePredictor`` with its weights packed.
struct PreparedVariancePredictor {
    let predictor: VariancePredictor
    let first: SequenceConvolution
    let second: SequenceConvolution
    let last: SequenceConvolution

    init(_ predictor: VariancePredictor) {
        self.predictor = predictor
        first = predictor.first.prepared()
        second = predictor.second.prepared()
        last = predictor.last.prepared()
    }

    /// One number for each row of the only signal.
    func numbers(from input: Tensor, _ layout: SignalLayout) -> [Float] {
        var hidden = predictor.firstNorm.output(of: first.output(of: input, layout, rectifies: true), layout)
        hidden = predictor.secondNorm.output(of: second.output(of: hidden, layout, rectifies: true), layout)
        return Array(last.output(of: hidden, layout).values[layout.rows(of: 0)])
    }
}

/// A ``FrameDecoder`` with its weights packed, for one sentence at a time.
struct PreparedDecoder {
    let decoder: FrameDecoder
    let noise: FrameNoise?
    let pitchInjection: SequenceConvolution
    let energyInjection: SequenceConvolution
    let place: SequenceConvolution
    let noiseLayer: SequenceConvolution?
    let blocks: [ConvNeXtPass]
    let last: SequenceConvolution

    /// - Parameter noise: What the decoder hears, where it hears noise.
    init(_ decoder: FrameDecoder, noise: FrameNoise?) {
        self.decoder = decoder
        self.noise = noise
        pitchInjection = decoder.pitchInjection.prepared()
        energyInjection = decoder.energyInjection.prepared()
        place = decoder.place.prepared()
        noiseLayer = decoder.noise?.prepared()
        blocks = decoder.blocks.map { $0.prepared() }
        last = decoder.output.prepared()
    }

    func output(
        of encoded: Tensor, _ layout: SignalLayout, durations: [Int], pitch: [Float], energy: [Float]
    ) -> (output: Tensor, layout: SignalLayout) {
        let repetition = RowRepetition(layout, counts: [durations])
        let frames = repetition.output
        let spoken = encoded.copied()
        Elementwise.add(pitchInjection.output(of: layout.packed([pitch], channels: 1), layout), to: spoken)
        Elementwise.add(energyInjection.output(of: layout.packed([energy], channels: 1), layout), to: spoken)
        var hidden = repetition.repeated(spoken)
        let places = frames.packed([FramePositions.features(durations)], channels: FramePositions.featureCount)
        Elementwise.add(place.output(of: places, frames), to: hidden)
        if let noiseLayer, let layer = decoder.noise {
            Elementwise.add(noiseLayer.output(of: layer.numbers(of: noise, frames), frames), to: hidden)
        }
        for block in blocks { hidden = block.output(of: hidden, frames) }
        return (last.output(of: decoder.norm.output(of: hidden, frames), frames), frames)
    }
}
