import Kernels
import Neural
import Platform
import Spectra

/// A ``PitchNetwork`` in a form that only runs forward, in float32.
struct PitchLayers {
    let configuration: PitchConfiguration
    let layers: [InferenceLayer]

    init(_ network: PitchNetwork) {
        configuration = network.configuration
        layers = network.layers.indices.map { index in
            let isLast = index == network.layers.count - 1
            return InferenceLayer(
                network.layers[index], negativeSlope: isLast ? nil : PitchNetwork.negativeSlope,
                padding: .zeros, .float32)
        }
    }
}

/// Pitch and voicing of a mel whose frames come one after the other: the same bits however they are divided.
struct PitchStream {
    private let network: PitchLayers
    /// What each layer reads, and the scores at the end.
    private var windows: [StreamBuffer]
    /// The class of the last frame that was passed on.
    private var last: Double
    /// The frame after it, whose pitch, where it has none, is still to be decided; nil before the first.
    private var pending: (position: Double?, voicing: Float)?

    init(_ network: PitchLayers) {
        self.network = network
        last = Double(network.configuration.classes) / 2
        windows = network.layers.map { $0.window(lead: 0) }
        windows.append(
            StreamBuffer(
                channels: network.configuration.classes + 1, type: .float32, margin: 0, padding: .zeros))
    }

    /// Takes frames, `[frame, band]` in nepers, and adds to `contour` those whose pitch is now certain.
    mutating func push(_ logMagnitudes: [Float], to contour: inout PitchContour) {
        let bands = network.configuration.inputBands
        // A part after the other: the layers' memory does not grow with their number.
        for start in stride(from: 0, to: logMagnitudes.count, by: 256 * bands) {
            let count = min(256 * bands, logMagnitudes.count - start)
            let (first, end) = (windows[0].end, windows[0].end + count / bands)
            windows[0].makeRoom(upTo: end)
            let place = windows[0].rows(from: first).base
            for index in 0..<count { place[index] = PitchNetwork.input(ofLogMagnitudes: logMagnitudes[start + index]) }
            windows[0].extend(to: end)
            advance(to: &contour)
        }
    }

    /// No more frames come: adds the remaining ones.
    mutating func finish(to contour: inout PitchContour) {
        guard windows[0].end > 0 else { return }
        windows[0].finish()
        advance(to: &contour)
        takePending(following: nil, to: &contour)
    }

    private mutating func advance(to contour: inout PitchContour) {
        for (index, layer) in network.layers.enumerated() {
            var (input, output) = (windows[index], windows[index + 1])
            layer.advance(&input, into: &output)
            (windows[index], windows[index + 1]) = (input, output)
        }
        let scores = windows.count - 1
        let width = network.configuration.classes + 1
        let ready = windows[scores].ready(reachingRight: 0)
        guard !ready.isEmpty else { return }
        let rows = windows[scores].rows(from: ready.lowerBound).base
        for frame in 0..<ready.count {
            let row = UnsafeBufferPointer(start: rows + frame * width, count: width)
            let voicing = 1 / (1 + expf(-row[width - 1]))
            take(voicing > 0.5 ? Self.position(row.dropLast()) : nil, voicing, to: &contour)
        }
        windows[scores].consume(to: ready.upperBound)
    }

    /// Takes the next frame's class, which an unvoiced frame has none of.
    mutating func take(_ position: Double?, _ voicing: Float, to contour: inout PitchContour) {
        takePending(following: position, to: &contour)
        pending = (position, voicing)
    }

    /// An unvoiced frame has the pitch that comes right after it, or else the last there was, so that voices neither begin nor
    /// end in a glide and no frame looks more than one ahead.
    mutating func takePending(following: Double?, to contour: inout PitchContour) {
        guard let frame = pending else { return }
        last = frame.position ?? following ?? last
        contour.frequencies.append(Float(network.configuration.frequency(atPosition: last)))
        contour.voicing.append(frame.voicing)
        pending = nil
    }

    /// The mean of the classes about the one of the greatest score, weighted by their likelihoods.
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
