import Spectra
import Tensors

/// The sound of a mel all of whose frames are there: each thread makes a part of it from beginning to end.
///
/// Threads then need not wait for one another after every layer. What it costs is the frames around a part, which its samples
/// depend on and which are computed twice.
struct ChunkedSynthesis {
    private let network: InferenceNetwork
    private let mel: MelSpectrogram
    private let threads: Int

    /// Frames of a part, at least: less would be computed twice too often.
    private static let least = 64

    /// Nil where there are no threads or frames to divide, or sums depend on where pieces lie.
    init?(_ network: InferenceNetwork, _ mel: MelSpectrogram) {
        let threads = min(Parallel.threadCount, mel.frameCount / Self.least)
        guard threads > 1, !network.hasEqualChunks else { return nil }
        (self.network, self.mel, self.threads) = (network, mel, threads)
    }

    /// - Parameters:
    ///   - source: At its beginning; nil where the network has none.
    ///   - step: Frames made at a time, so that memory does not grow with their number.
    func run<Failure: Error>(
        source: SourceStream?, _ contour: PitchContour?, step: Int,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let (bands, hop) = (mel.bandCount, network.configuration.hopLength)
        let context = network.configuration.contextFrames
        guard var source else {
            for first in stride(from: 0, to: mel.frameCount, by: step) {
                try make(first..<min(mel.frameCount, first + step), source: nil, sink)
            }
            return
        }
        // The source's samples from a frame on, and the frames whose sound is made.
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
                try make(made..<end, source: (samples, start), sink)
                made = end
                let kept = max(start, made - context)
                samples.removeFirst((kept - start) * hop)
                start = kept
            }
        }
    }

    /// The samples of `frames`.
    ///
    /// - Parameter source: Its samples from frame `start` on, as far around as the network sees.
    private func make<Failure: Error>(
        _ frames: Range<Int>, source: (samples: [Float], start: Int)?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let threads = max(1, min(threads, frames.count / Self.least))
        var parts = [[Float]](repeating: [], count: threads)
        parts.withUnsafeMutableBufferPointer { parts in
            nonisolated(unsafe) let parts = parts
            Parallel.forEach(threads) { range in
                for index in range {
                    let (first, end) = (frames.count * index / threads, frames.count * (index + 1) / threads)
                    parts[index] = part(frames.lowerBound + first..<frames.lowerBound + end, source: source)
                }
            }
        }
        for part in parts { try part.withUnsafeBufferPointer(sink) }
    }

    private func part(_ frames: Range<Int>, source: (samples: [Float], start: Int)?) -> [Float] {
        let (bands, hop) = (mel.bandCount, network.configuration.hopLength)
        let context = network.configuration.contextFrames
        let seen = max(0, frames.lowerBound - context)..<min(mel.frameCount, frames.upperBound + context)
        let own = source.map { $0.samples[(seen.lowerBound - $0.start) * hop..<(seen.upperBound - $0.start) * hop] }
        var stream = SynthesisStream(network, source: nil, mel.convention)
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
