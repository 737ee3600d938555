import Kernels
import Neural
import SourceFilter
import Spectra
import Tensors

/// The waveform of a mel that is all there, in chunks of frames: each thread takes one through all layers.
///
/// Threads then need not wait for one another after every layer. The price is the context of a chunk, the frames around it that
/// its samples depend on, which are computed twice.
struct ChunkedSynthesis {
    private let network: MelGANInference
    private let mel: MelSpectrogram
    private let threads: Int
    private let silenceGate: Bool

    /// The least number of frames of a chunk: with fewer, too many would be computed twice.
    private static let least = 64

    /// Nil where there are too few threads or frames to divide, or where sums depend on how frames are divided.
    init?(_ network: MelGANInference, _ mel: MelSpectrogram, silenceGate: Bool) {
        let threads = min(Parallel.threadCount, mel.frameCount / Self.least)
        guard threads > 1, !network.hasEqualChunks else { return nil }
        (self.network, self.mel, self.threads, self.silenceGate) = (network, mel, threads, silenceGate)
    }

    /// - Parameters:
    ///   - source: The stream of the source, at its beginning; nil where the network has none.
    ///   - step: Frames synthesized at a time, so that memory does not grow with their number.
    func run<Failure: Error>(
        source: SourceStream?, _ contour: PitchContour?, step: Int,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let (bands, hop) = (mel.bandCount, network.configuration.hopLength)
        let context = network.configuration.contextFrames
        guard var source else {
            for first in stride(from: 0, to: mel.frameCount, by: step) {
                try synthesize(first..<min(mel.frameCount, first + step), source: nil, sink)
            }
            return
        }
        // The source's samples from the frame `start` on, and the number of frames that have been synthesized.
        var (samples, start, made) = ([Float](), 0, 0)
        for first in stride(from: 0, to: mel.frameCount, by: step) {
            let frames = first..<min(mel.frameCount, first + step)
            mel.values[frames.lowerBound * bands..<frames.upperBound * bands].withUnsafeBufferPointer {
                source.push($0, contour: contour?[frames])
            }
            let isLast = frames.upperBound == mel.frameCount
            if isLast { source.finish() }
            while let more = source.next(atLeast: isLast ? 1 : step) {
                samples += more
                let known = start + samples.count / hop
                let end = known == mel.frameCount ? known : known - context
                guard end > made else { continue }
                try synthesize(made..<end, source: (samples, start), sink)
                made = end
                let kept = max(start, made - context)
                samples.removeFirst((kept - start) * hop)
                start = kept
            }
        }
    }

    /// Passes on the samples of `frames`, which are divided among the threads.
    ///
    /// - Parameter source: The source's samples from the frame `start` on, up to the network's context after `frames`.
    private func synthesize<Failure: Error>(
        _ frames: Range<Int>, source: (samples: [Float], start: Int)?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let threads = max(1, min(threads, frames.count / Self.least))
        var chunks = [[Float]](repeating: [], count: threads)
        chunks.withUnsafeMutableBufferPointer { chunks in
            nonisolated(unsafe) let chunks = chunks
            Parallel.forEach(threads) { range in
                for index in range {
                    let (first, end) = (frames.count * index / threads, frames.count * (index + 1) / threads)
                    chunks[index] = chunk(frames.lowerBound + first..<frames.lowerBound + end, source: source)
                }
            }
        }
        for chunk in chunks { try chunk.withUnsafeBufferPointer(sink) }
    }

    private func chunk(_ frames: Range<Int>, source: (samples: [Float], start: Int)?) -> [Float] {
        let (bands, hop) = (mel.bandCount, network.configuration.hopLength)
        let context = network.configuration.contextFrames
        let seen = max(0, frames.lowerBound - context)..<min(mel.frameCount, frames.upperBound + context)
        let own = source.map { $0.samples[(seen.lowerBound - $0.start) * hop..<(seen.upperBound - $0.start) * hop] }
        var stream = MelGANStream(network, source: nil, mel.convention, silenceGate: silenceGate)
        if seen.lowerBound > 0 { stream.begin(after: mel.values[(seen.lowerBound - 1) * bands..<seen.lowerBound * bands]) }
        var samples = [Float]()
        samples.reserveCapacity(seen.count * hop)
        mel.values[seen.lowerBound * bands..<seen.upperBound * bands].withUnsafeBufferPointer { values in
            stream.push(values, source: own) { samples += $0 }
        }
        stream.finish { samples += $0 }
        return Array(samples[(frames.lowerBound - seen.lowerBound) * hop..<(frames.upperBound - seen.lowerBound) * hop])
    }
}
