import Kernels
import Neural
import Platform
import Spectra
import Tensors

/// The layers of a ``PitchNetwork`` for inference in float32: weight norm applied and weights packed once.
package struct PitchLayers {
    let configuration: PitchConfiguration
    let layers: [PitchLayer]

    package init(_ network: PitchNetwork) {
        configuration = network.configuration
        layers = network.layers.indices.map { index in
            let isLast = index == network.layers.count - 1
            return PitchLayer(network.layers[index], negativeSlope: isLast ? nil : PitchNetwork.negativeSlope)
        }
    }
}

/// One convolution of a ``PitchNetwork`` with zeros around the signal, and the leaky ReLU after it.
struct PitchLayer {
    private let product: PackedGEMM
    /// Frames on either side that a frame's output depends on.
    private let margin: Int
    /// Nil where no leaky ReLU follows.
    private let negativeSlope: Float?

    init(_ convolution: WeightNormConvolution, negativeSlope: Float?) {
        guard case .plain(let geometry) = convolution.form else {
            preconditionFailure("a layer of the pitch network is a plain convolution, not \(convolution.form)")
        }
        product = convolution.packedGEMM()
        margin = geometry.reach / 2
        self.negativeSlope = negativeSlope
    }

    /// An empty buffer for the layer's input.
    func inputBuffer() -> StreamBuffer {
        StreamBuffer(channels: product.inputChannels, type: .float32, margin: margin, padding: .zeros)
    }

    /// Appends the output of every frame whose neighbours are there.
    func advance(_ input: inout StreamBuffer, into output: inout StreamBuffer) {
        let ready = input.ready(reachingRight: margin)
        if !ready.isEmpty {
            output.makeRoom(upTo: ready.upperBound)
            product.runOnAllThreads(
                ready.count, input: input.rows(from: ready.lowerBound - margin), output: output.rows(from: ready.lowerBound),
                negativeSlope: negativeSlope)
            input.consume(to: ready.upperBound)
            output.extend(to: ready.upperBound)
        }
        if input.hasEnded { output.finish() }
    }
}

/// F0 and voicing of a mel whose frames arrive one after the other. The result has the same bits however the frames are chunked.
struct PitchStream {
    private let network: PitchLayers
    /// The input of each layer, then the logits.
    private var buffers: [StreamBuffer]
    /// The class of the last frame that was output.
    private var last: Double
    /// The frame after it, whose F0 is still to be decided if it is unvoiced; nil before the first frame.
    private var pending: (position: Double?, voicing: Float)?

    init(_ network: PitchLayers) {
        self.network = network
        last = Double(network.configuration.classes) / 2
        buffers = network.layers.map { $0.inputBuffer() }
        buffers.append(
            StreamBuffer(
                channels: network.configuration.classes + 1, type: .float32, margin: 0, padding: .zeros))
    }

    /// Takes natural-log magnitude frames, `[frame, band]`, and appends to `contour` those whose F0 is now certain.
    mutating func push(_ logMagnitudes: [Float], to contour: inout PitchContour) {
        let bands = network.configuration.inputBands
        // Frames are taken in chunks, so that the layers' memory does not grow with their number.
        for start in stride(from: 0, to: logMagnitudes.count, by: 256 * bands) {
            let count = min(256 * bands, logMagnitudes.count - start)
            let (first, end) = (buffers[0].end, buffers[0].end + count / bands)
            buffers[0].makeRoom(upTo: end)
            let place = buffers[0].rows(from: first).base
            for index in 0..<count { place[index] = PitchNetwork.input(ofLogMagnitudes: logMagnitudes[start + index]) }
            buffers[0].extend(to: end)
            advance(to: &contour)
        }
    }

    /// Ends the mel and appends the remaining frames to `contour`.
    mutating func finish(to contour: inout PitchContour) {
        guard buffers[0].end > 0 else { return }
        buffers[0].finish()
        advance(to: &contour)
        takePending(following: nil, to: &contour)
    }

    private mutating func advance(to contour: inout PitchContour) {
        for (index, layer) in network.layers.enumerated() {
            var (input, output) = (buffers[index], buffers[index + 1])
            layer.advance(&input, into: &output)
            (buffers[index], buffers[index + 1]) = (input, output)
        }
        let scores = buffers.count - 1
        let width = network.configuration.classes + 1
        let ready = buffers[scores].ready(reachingRight: 0)
        guard !ready.isEmpty else { return }
        let rows = buffers[scores].rows(from: ready.lowerBound).base
        for frame in 0..<ready.count {
            let row = UnsafeBufferPointer(start: rows + frame * width, count: width)
            let voicing = 1 / (1 + expf(-row[width - 1]))
            take(voicing > 0.5 ? Self.position(row.dropLast()) : nil, voicing, to: &contour)
        }
        buffers[scores].consume(to: ready.upperBound)
    }

    /// Takes the next frame's class, which is nil for an unvoiced frame.
    mutating func take(_ position: Double?, _ voicing: Float, to contour: inout PitchContour) {
        takePending(following: position, to: &contour)
        pending = (position, voicing)
    }

    /// Decides the pending frame. An unvoiced frame has the F0 of the frame after it if that is voiced, else the last F0, so that
    /// voiced segments neither begin nor end in a glide and no frame needs more than one frame of lookahead.
    mutating func takePending(following: Double?, to contour: inout PitchContour) {
        guard let frame = pending else { return }
        last = frame.position ?? following ?? last
        contour.frequencies.append(Float(network.configuration.frequency(atPosition: last)))
        contour.voicing.append(frame.voicing)
        pending = nil
    }

    /// The mean of the classes about the one with the greatest logit, weighted by their probabilities.
    private static func position(_ scores: Slice<UnsafeBufferPointer<Float>>) -> Double {
        let best = scores.indices.max { scores[$0] < scores[$1] }!
        var (sum, moment) = (0.0, 0.0)
        for index in max(scores.startIndex, best - 4)...min(scores.endIndex - 1, best + 4) {
            let likelihood = 1 / (1 + exp(-Double(scores[index])))
            sum += likelihood
            moment += likelihood * Double(index)
        }
        return moment / sum
    }
}
