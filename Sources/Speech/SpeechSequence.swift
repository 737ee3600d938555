public import Phonemes
public import Vocoder

/// A text as it is spoken, as an asynchronous sequence of sentences.
///
/// The sequence is pulled: a sentence is made when it is asked for, by the task that asks, and no other before. When the task
/// is cancelled the sequence ends early, as an `AsyncStream` does.
public struct SpeechSequence: AsyncSequence {
    public typealias Element = SpeechChunk
    public typealias Failure = FileError

    fileprivate let stream: SpeechStream

    public func makeAsyncIterator() -> Iterator { Iterator(stream: stream) }

    /// The place in the sequence.
    public struct Iterator: AsyncIteratorProtocol {
        /// The blocking form, with what was spoken so far.
        public private(set) var stream: SpeechStream

        /// The next chunk, which is not empty; nil at the end, and when the task has been cancelled.
        ///
        /// - Throws: As ``SpeechStream/next()``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(FileError) -> SpeechChunk? {
            Task.isCancelled ? nil : try stream.next()
        }
    }
}

extension Speaker {
    /// A text as it is spoken, for programs that ask for one sentence after the other.
    public func stream(of text: TextReader, in options: SpeakingOptions = .init()) -> SpeechStream {
        SpeechStream(self, text, options)
    }

    /// A text as it is spoken, for asynchronous programs.
    public func speech(of text: TextReader, in options: SpeakingOptions = .init()) -> SpeechSequence {
        SpeechSequence(stream: stream(of: text, in: options))
    }

    /// A text in the voice's language as it is spoken, for asynchronous programs.
    ///
    /// - Throws: `PhonemeError` where there is no espeak-ng for the voice's language.
    public func speech(of text: String, in options: SpeakingOptions = .init()) throws(PhonemeError) -> SpeechSequence {
        speech(of: try reader(of: text), in: options)
    }

    /// Speaks what `text` holds, sentence by sentence as it comes.
    ///
    /// - Parameter sink: Takes samples in their order, full scale being ±1; they are valid only during the call.
    /// - Throws: `FileError`: `.badData` where the text is none or holds nothing to speak; whatever the sink throws.
    public func speak(
        _ text: inout TextReader, in options: SpeakingOptions, _ sink: (UnsafeBufferPointer<Float>) throws(FileError) -> Void
    ) throws(FileError) -> SpeechResult {
        var stream = stream(of: text, in: options)
        defer { text = stream.text }
        while let chunk = try stream.next() { try chunk.samples.withUnsafeBufferPointer(sink) }
        return stream.result
    }

    /// The sound of a text in the voice's language, all at once.
    ///
    /// - Throws: `PhonemeError` where there is no espeak-ng for the voice's language; `FileError.badData` where the text holds
    ///   nothing to speak.
    public func waveform(of text: String, in options: SpeakingOptions = .init()) throws -> Waveform {
        var (reader, samples) = (try reader(of: text), [Float]())
        _ = try speak(&reader, in: options) { samples += $0 }
        return Waveform(samples: samples, sampleRate: sampleRate)
    }

    private func reader(of text: String) throws(PhonemeError) -> TextReader {
        TextReader(try Phonemizer(language: voice.language, inventory: voice.inventory), text: text)
    }
}
