import Kernels
import Tensors

/// Sound from a mel whose frames come one after the other.
///
/// In float32, samples leave as soon as the frames they depend on are there, `configuration.generator.contextFrames` later at most;
/// in bfloat16 with every 32nd frame. They have the bits of the whole mel's, however its frames are divided, and memory does
/// not grow with their number.
public struct SynthesisStream {
    private let network: InferenceNetwork
    private let silence: [Float]
    /// What each layer reads, and the sound at the end.
    private var windows: [SlidingRows]

    init(_ network: InferenceNetwork, silence: [Float]) {
        (self.network, self.silence) = (network, silence)
        windows = []
        var lead = 0
        for layer in network.layers {
            windows.append(layer.window(lead: lead))
            lead = layer.trim
        }
        windows.append(SlidingRows(channels: 1, type: .float32, margin: 0, padding: .zeros))
    }

    /// Frames taken so far.
    public var frameCount: Int { windows[0].end }

    /// Takes frames and passes the samples on that are now certain, a piece after the other.
    ///
    /// - Parameters:
    ///   - frames: `count * bands` values, in the model's convention.
    ///   - sink: Called with samples in -1...1, of which those joined from sub-bands may go beyond; they are the callee's only during the call.
    public mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let bands = network.configuration.inputBands
        precondition(frames.count % bands == 0, "\(frames.count) values are no whole number of frames of \(bands)")
        var taken = 0
        while taken < frames.count / bands {
            let room = network.pieceFrames - (network.hasEqualPieces ? frameCount % network.pieceFrames : 0)
            let count = min(room, frames.count / bands - taken)
            append(UnsafeBufferPointer(rebasing: frames[taken * bands..<(taken + count) * bands]), count)
            taken += count
            if count == room || !network.hasEqualPieces { try advance(sink) }
        }
    }

    private mutating func append(_ frames: UnsafeBufferPointer<Float>, _ count: Int) {
        let (offset, scale) = (network.configuration.inputOffset, network.configuration.inputScale)
        let start = windows[0].end
        windows[0].makeRoom(upTo: start + count)
        let place = windows[0].tensor(start..<start + count)
        func store<Scalar: StoredScalar>(_: Scalar.Type) {
            let numbers = place.pointer(Scalar.self)
            for index in frames.indices { numbers[index] = Scalar((frames[index] + offset) * scale) }
        }
        if place.type == .float32 { store(Float.self) } else { store(BFloat16.self) }
        windows[0].extend(to: start + count)
    }

    /// The mel is over: passes the remaining samples on.
    public mutating func finish<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let frames = frameCount
        guard frames > 0 else { return }
        // Reflection needs a few frames: the shortest mels are followed by silence, which is cut off again.
        var wanted = frames * network.configuration.hopLength - windows[windows.count - 1].next
        func cut(_ samples: UnsafeBufferPointer<Float>) throws(Failure) {
            let part = UnsafeBufferPointer(rebasing: samples.prefix(wanted))
            wanted -= part.count
            if !part.isEmpty { try sink(part) }
        }
        let least = network.configuration.leastFrames
        if frames < least {
            let silence = Array(repeatElement(silence, count: least - frames).joined())
            try silence.withUnsafeBufferPointer { frames throws(Failure) in try push(frames, cut) }
        }
        windows[0].finish()
        try advance(cut)
    }

    private mutating func advance<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        for (index, layer) in network.layers.enumerated() {
            var input = windows[index], output = windows[index + 1]
            layer.advance(&input, into: &output)
            (windows[index], windows[index + 1]) = (input, output)
        }
        let last = windows.count - 1
        let ready = windows[last].ready(reachingRight: 0)
        guard !ready.isEmpty else { return }
        let samples = windows[last].rows(from: ready.lowerBound).base
        // Sub-bands have had theirs.
        if network.configuration.subBands == nil { Elementwise.tanh(samples, count: ready.count) }
        windows[last].consume(to: ready.upperBound)
        try sink(UnsafeBufferPointer(start: samples, count: ready.count))
    }
}
