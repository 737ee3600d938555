/// The samples that a vocoder makes of frames, as an asynchronous sequence of chunks.
///
/// The sequence is pulled: a chunk is computed when it is asked for, by the task that asks, from no more frames than it needs.
/// Who plays slowly therefore makes it work slowly. When the task is cancelled the sequence ends early, as an `AsyncStream`
/// does; what was computed so far has been handed out.
///
/// The samples are those of ``Vocoder/waveform(from:contour:)``. A vocoder that needs the whole mel first, such as
/// ``GriffinLim``, collects the frames and makes one chunk of everything.
public struct SampleSequence<Frames: AsyncSequence>: AsyncSequence where Frames.Element == MelSpectrogram {
    public typealias Element = [Float]
    public typealias Failure = Frames.Failure

    fileprivate let vocoder: any Vocoder
    fileprivate let frames: Frames
    fileprivate let contour: PitchContour?

    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: vocoder.stream(), frames: frames.makeAsyncIterator(), contour: contour)
    }

    /// The place in the sequence.
    public struct Iterator: AsyncIteratorProtocol {
        /// Frames given to the stream at once, at most: what a chunk is computed from while frames come.
        private static var chunkFrames: Int { 32 }

        private var stream: any VocoderStream
        private var frames: Frames.AsyncIterator
        private let contour: PitchContour?
        /// Frames that have come and were not yet given to the stream: those of `mel` from `next` on.
        private var mel: MelSpectrogram?
        private var next = 0
        /// Frames given to the stream.
        private var frameCount = 0
        private var hasEnded = false

        fileprivate init(stream: any VocoderStream, frames: Frames.AsyncIterator, contour: PitchContour?) {
            (self.stream, self.frames, self.contour) = (stream, frames, contour)
        }

        /// The next chunk, which is not empty; nil at the end, and when the task has been cancelled.
        ///
        /// - Throws: What the sequence of frames throws.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(Frames.Failure) -> [Float]? {
            while !hasEnded, !Task.isCancelled {
                if let part = nextFrames() {
                    let samples = stream.push(part, contour: contour?[frameCount..<frameCount + part.frameCount])
                    frameCount += part.frameCount
                    if !samples.isEmpty { return samples }
                } else if let mel = try await frames.next(isolation: actor) {
                    (self.mel, next) = (mel, 0)
                } else if !Task.isCancelled {
                    hasEnded = true
                    let samples: [Float] = stream.finish()
                    return samples.isEmpty ? nil : samples
                }
            }
            return nil
        }

        /// The next frames for the stream; nil where more must come first.
        private mutating func nextFrames() -> MelSpectrogram? {
            guard let mel, next < mel.frameCount else { return nil }
            let end = Swift.min(mel.frameCount, next + Self.chunkFrames)
            defer { next = end }
            return MelSpectrogram(
                values: Array(mel.values[next * mel.bandCount..<end * mel.bandCount]), convention: mel.convention)
        }
    }
}

/// A mel that is all there, as a sequence of frames with one element.
public struct WholeMel: AsyncSequence, Sendable {
    public typealias Element = MelSpectrogram
    public typealias Failure = Never

    fileprivate let mel: MelSpectrogram

    public func makeAsyncIterator() -> Iterator { Iterator(mel: mel) }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var mel: MelSpectrogram?

        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> MelSpectrogram? {
            defer { mel = nil }
            return mel
        }
    }
}

extension Vocoder {
    /// The samples made of frames that come one after the other, such as those of a model that writes mels.
    ///
    /// - Parameter frames: Parts of one mel, each of any number of frames, in the vocoder's ``convention``.
    /// - Returns: Chunks of samples at the convention's rate, full scale being ±1.
    public func samples<Frames: AsyncSequence>(
        from frames: Frames
    ) -> SampleSequence<Frames> where Frames.Element == MelSpectrogram {
        SampleSequence(vocoder: self, frames: frames, contour: nil)
    }

    /// The samples of a mel that is all there, computed chunk by chunk as they are asked for.
    ///
    /// - Parameters:
    ///   - mel: `[frame, band]`, of the vocoder's ``convention``.
    ///   - contour: The pitch of the mel's frames, as a hint: see ``synthesize(_:contour:_:)``.
    /// - Returns: Chunks of samples at the convention's rate, full scale being ±1.
    public func samples(of mel: MelSpectrogram, contour: PitchContour? = nil) -> SampleSequence<WholeMel> {
        SampleSequence(vocoder: self, frames: WholeMel(mel: mel), contour: contour)
    }
}
