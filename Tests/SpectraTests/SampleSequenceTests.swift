import Platform
import Synchronization
import Testing

@testable import Spectra

/// A vocoder whose sample says which frame it is of, `hop` a frame, each certain one frame later.
private final class CountingVocoder: Vocoder, Sendable {
    let convention = MelConvention.melgan
    /// Frames that its streams have taken.
    let taken = Mutex(0)
    let finished = Mutex(0)

    struct Stream: VocoderStream {
        let vocoder: CountingVocoder
        var waiting: [Float] = []

        mutating func push<Failure: Error>(
            _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?,
            _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
        ) throws(Failure) {
            let bands = vocoder.convention.bandCount
            for frame in 0..<frames.count / bands {
                try waiting.withUnsafeBufferPointer(sink)
                let value = frames[frame * bands] + (contour?.frequencies[frame] ?? 0)
                waiting = [Float](repeating: value, count: vocoder.convention.hopLength)
                vocoder.taken.withLock { $0 += 1 }
            }
        }

        @discardableResult
        mutating func finish<Failure: Error>(
            _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
        ) throws(Failure) -> Double? {
            vocoder.finished.withLock { $0 += 1 }
            try waiting.withUnsafeBufferPointer(sink)
            return nil
        }
    }

    func stream() -> Stream { Stream(vocoder: self) }
}

struct SampleSequenceTests {
    private let vocoder = CountingVocoder()

    private func mel(_ frames: Range<Int>) -> MelSpectrogram {
        let bands = vocoder.convention.bandCount
        return MelSpectrogram(
            values: frames.flatMap { [Float](repeating: Float($0), count: bands) }, convention: vocoder.convention)
    }

    private func contour(_ count: Int) -> PitchContour {
        PitchContour(
            frequencies: (0..<count).map { 100 + Float($0 * $0) }, voicing: [Float](repeating: 1, count: count))
    }

    @Test("A sequence of chunks has the samples of the blocking form, however frames come", arguments: [1, 7, 50, 120])
    func samples(step: Int) async {
        let whole = mel(0..<120)
        let parts = stride(from: 0, to: 120, by: step).map { mel($0..<min(120, $0 + step)) }
        let frames = AsyncStream<MelSpectrogram> { continuation in
            for part in parts { continuation.yield(part) }
            continuation.finish()
        }
        var samples: [Float] = []
        for await chunk in vocoder.samples(from: frames) {
            #expect(!chunk.isEmpty)
            samples += chunk
        }
        #expect(samples == vocoder.waveform(from: whole).samples)
    }

    @Test("A whole mel comes in chunks, each frame with its pitch")
    func wholeMel() async {
        let contour = contour(100)
        var chunks: [[Float]] = []
        for await chunk in vocoder.samples(of: mel(0..<100), contour: contour) { chunks.append(chunk) }
        #expect(chunks.count > 2)
        #expect(chunks.flatMap(\.self) == vocoder.waveform(from: mel(0..<100), contour: contour).samples)
    }

    @Test("Griffin-Lim's sequence is its waveform")
    func griffinLim() async {
        let griffinLim = GriffinLim(convention: .melgan, iterations: 2)
        let mel = MelSpectrogram(values: mel(0..<20).values.map { sin($0) - 1 }, convention: .melgan)
        var samples: [Float] = []
        for await chunk in griffinLim.samples(of: mel) { samples += chunk }
        #expect(samples == griffinLim.waveform(from: mel).samples && samples.count == 20 * 256)
    }

    @Test("Nothing is computed before it is asked for, nor more than a chunk")
    func backPressure() async {
        var iterator = vocoder.samples(of: mel(0..<1000)).makeAsyncIterator()
        #expect(vocoder.taken.withLock(\.self) == 0)
        var (samples, largest) = (0, 0)
        for _ in 0..<5 {
            let before = vocoder.taken.withLock(\.self)
            samples += await iterator.next()!.count
            largest = max(largest, vocoder.taken.withLock(\.self) - before)
        }
        #expect(largest <= 32 && vocoder.taken.withLock(\.self) == samples / 256 + 1)
        #expect(vocoder.finished.withLock(\.self) == 0)
    }

    @Test("A task that is cancelled gets no more chunks, and nothing more is computed")
    func cancellation() async {
        let whole = mel(0..<1000)
        let vocoder = vocoder
        let task = Task {
            var count = 0
            for await _ in vocoder.samples(of: whole) {
                count += 1
                if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return count
        }
        #expect(await task.value == 3)
        #expect(vocoder.taken.withLock(\.self) <= 96 && vocoder.finished.withLock(\.self) == 0)
    }

    @Test("An error of the frames' source comes through, after the samples before it")
    func failure() async {
        struct Broken: Error {}
        let part = mel(0..<40)
        let frames = AsyncThrowingStream<MelSpectrogram, any Error> { continuation in
            continuation.yield(part)
            continuation.finish(throwing: Broken())
        }
        var samples: [Float] = []
        await #expect(throws: Broken.self) {
            for try await chunk in vocoder.samples(from: frames) { samples += chunk }
        }
        #expect(samples.count == 39 * 256)
    }

    @Test("No frames are no samples")
    func empty() async {
        for await _ in vocoder.samples(of: mel(0..<0)) { Issue.record("a chunk of nothing") }
        #expect(vocoder.waveform(from: mel(0..<0)).samples.isEmpty)
    }
}
