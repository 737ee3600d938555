import Kernels
import Neural
import SourceFilter
public import Spectra
import Tensors

/// The waveform that a generator makes of a mel whose frames come one after the other.
///
/// In float32, samples leave as soon as the frames they depend on have come, at most `configuration.generator.contextFrames` later;
/// in bfloat16 they leave with every 32nd frame. The envelope matching of a source looks further ahead and is done for 64
/// frames or more at once. However the frames are divided, the samples have the bits of the whole mel's. Memory does not grow
/// with the number of frames but for the pitch of a source, 24 bytes a frame.
public struct MelGANStream: VocoderStream {
    private let network: MelGANInference
    private let silence: [Float]
    /// nil where the model has none.
    private var gate: SilenceGate?
    /// The input of each layer, and the samples at the end.
    private var windows: [StreamBuffer]
    private var source: SourceStream?
    /// The source's samples for each layer that adds them, by the layer's number.
    private var sourceWindows: [Int: StreamBuffer]
    /// The source's samples, to which the generator's output is added.
    private var sourceSamples = StreamBuffer(channels: 1, type: .float32, margin: 0, padding: .zeros)
    /// The level of each of the source's samples, by which the generator's output is multiplied.
    private var sourceLevels = StreamBuffer(channels: 1, type: .float32, margin: 0, padding: .zeros)
    private let level: SourceLevel?
    private var lastLevel: Float?
    private let convention: MelConvention
    /// Frames whose source is not computed yet.
    private var waiting: [Float] = []
    /// Frames taken so far.
    public private(set) var frameCount = 0

    /// The least number of frames that a source is computed for at once while frames come.
    private static let sourceFrames = 64
    /// The most frames taken at once, so that memory does not grow with their number.
    private static let partFrames = 1024

    init(_ network: MelGANInference, source: SourceStream?, _ convention: MelConvention, silenceGate: Bool) {
        (self.network, self.source, silence) = (network, source, convention.silence)
        self.convention = convention
        level = network.configuration.source == nil ? nil : SourceLevel(convention)
        gate = silenceGate ? SilenceGate(convention) : nil
        windows = []
        var lead = 0
        for layer in network.layers {
            windows.append(layer.window(lead: lead))
            lead = layer.trim
        }
        windows.append(StreamBuffer(channels: 1, type: .float32, margin: 0, padding: .zeros))
        sourceWindows = network.sources.mapValues { $0.window() }
    }

    /// Prepares a stream that begins within a mel: the source's level runs on from the frame before.
    ///
    /// - Parameter frame: The values of the frame before the stream's first.
    mutating func begin(after frame: ArraySlice<Float>) {
        let logMagnitudes = MelSpectrogram(values: Array(frame), convention: convention).logMagnitudes
        _ = level?.samples(of: logMagnitudes, after: &lastLevel)
    }

    /// Takes frames and passes on the samples that no later frame can change, chunk by chunk.
    ///
    /// - Parameters:
    ///   - frames: `[frame, band]`, whole frames in the model's convention.
    ///   - contour: The frames' pitch, for a model with a source; where not given, the model estimates it from the mel. All frames of
    ///     a stream have one, or none has.
    ///   - sink: Takes samples in -1...1, which a source or sub-bands may exceed; they are valid only during the call.
    public mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        try push(frames, contour: contour, sourceFrames: Self.sourceFrames, sink)
    }

    /// Takes frames as ``push(_:contour:_:)`` does, and computes a source when it is certain for `sourceFrames` frames. The more they
    /// are, the less is computed twice.
    mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?, sourceFrames: Int,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let bands = network.configuration.inputBands
        precondition(
            frames.count % bands == 0, "\(frames.count) values are no whole number of frames of \(bands)")
        precondition(
            (contour?.frameCount ?? frames.count / bands) == frames.count / bands,
            "a pitch for every frame")
        for start in stride(from: 0, to: frames.count, by: Self.partFrames * bands) {
            let end = min(frames.count, start + Self.partFrames * bands)
            let part = UnsafeBufferPointer(rebasing: frames[start..<end])
            frameCount += part.count / bands
            gate?.push(part)
            if source != nil {
                source?.push(part, contour: contour?[start / bands..<end / bands])
                waiting += part
                try takeSource(atLeast: sourceFrames, sink)
            } else {
                try take(part, source: nil, sink)
            }
        }
    }

    /// Takes frames with the samples of their source, where the network has one; the stream must then have none.
    mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, source samples: ArraySlice<Float>?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        frameCount += frames.count / network.configuration.inputBands
        gate?.push(frames)
        try take(frames, source: samples, sink)
    }

    /// Gives the layers the frames whose source can now be computed.
    private mutating func takeSource<Failure: Error>(
        atLeast least: Int, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        while let samples = source?.next(atLeast: least) {
            let frames = Array(
                waiting.prefix(
                    samples.count / network.configuration.hopLength * network.configuration.inputBands))
            waiting.removeFirst(frames.count)
            try frames.withUnsafeBufferPointer { frames throws(Failure) in
                try take(frames, source: samples[...], sink)
            }
        }
    }

    /// Gives the layers frames, with the source's samples for them.
    private mutating func take<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, source: ArraySlice<Float>?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let bands = network.configuration.inputBands
        let hop = network.configuration.hopLength
        var taken = 0
        while taken < frames.count / bands {
            let room =
                network.chunkFrames - (network.hasEqualChunks ? windows[0].end % network.chunkFrames : 0)
            let count = min(room, frames.count / bands - taken)
            let part = UnsafeBufferPointer(rebasing: frames[taken * bands..<(taken + count) * bands])
            append(part, count)
            if let source { append(source: source.dropFirst(taken * hop).prefix(count * hop), of: part) }
            taken += count
            if count == room || !network.hasEqualChunks { try advance(sink) }
        }
    }

    private mutating func append(source samples: ArraySlice<Float>, of frames: UnsafeBufferPointer<Float>) {
        let logMagnitudes = MelSpectrogram(values: Array(frames), convention: convention).logMagnitudes
        let levels = level!.samples(of: logMagnitudes, after: &lastLevel)
        samples.withUnsafeBufferPointer { sourceSamples.append($0) }
        levels.withUnsafeBufferPointer { sourceLevels.append($0) }
        zip(samples, levels).map { $0 / $1 }.withUnsafeBufferPointer { relative in
            for layer in sourceWindows.keys { sourceWindows[layer]?.append(relative) }
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

    /// Ends the mel and passes on the remaining samples. Returns nil: a network measures nothing of what it makes.
    @discardableResult
    public mutating func finish<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        let frames = frameCount
        guard frames > 0 else { return nil }
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
            let contour = source?.unvoiced(least - frames)
            try silence.withUnsafeBufferPointer { frames throws(Failure) in
                try push(frames, contour: contour, cut)
            }
        }
        source?.finish()
        try takeSource(atLeast: 1, cut)
        windows[0].finish()
        for layer in sourceWindows.keys { sourceWindows[layer]?.finish() }
        try advance(cut)
        return nil
    }

    private mutating func advance<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        for (index, layer) in network.layers.enumerated() {
            var input = windows[index]
            var output = windows[index + 1]
            layer.advance(&input, into: &output) { output, end in
                network.sources[index]?.add(&sourceWindows[index]!, to: output, upTo: end)
            }
            (windows[index], windows[index + 1]) = (input, output)
        }
        let last = windows.count - 1
        let ready = windows[last].ready(reachingRight: 0)
        guard !ready.isEmpty else { return }
        let samples = windows[last].rows(from: ready.lowerBound).base
        // The tanh of sub-bands came before the filters that joined them.
        if network.configuration.subBands == nil { Elementwise.tanh(samples, count: ready.count) }
        if network.configuration.source != nil {
            let (source, level) = (
                sourceSamples.rows(from: ready.lowerBound).base, sourceLevels.rows(from: ready.lowerBound).base
            )
            for index in 0..<ready.count { samples[index] = samples[index] * level[index] + source[index] }
            sourceSamples.consume(to: ready.upperBound)
            sourceLevels.consume(to: ready.upperBound)
        }
        gate?.apply(to: samples, ready)
        windows[last].consume(to: ready.upperBound)
        try sink(UnsafeBufferPointer(start: samples, count: ready.count))
    }
}
