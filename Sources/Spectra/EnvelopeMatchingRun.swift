import Synchronization
import Tensors

/// A signal on its way through the passes of ``EnvelopeMatching``.
///
/// Frames are worked on eight at a time, in pieces of several eights that threads take one after the other. The first frames of
/// a piece are the last of the one before, since samples are complete only once all frames that reach them are there.
struct EnvelopeMatchingRun: ~Copyable {
    private let shaping: BatchedEnvelopeMatching
    private let frames: BatchedFrames
    private let sampleCount: Int
    private let threadCount: Int
    /// Eights in a piece.
    private let eights: Int
    private let chunkCount: Int
    /// For each eight: which frames are voiced, the wanted bands, the averages of the bins.
    private var voiced: [BatchedEnvelopeMatching.Voiced]
    private let targets: BatchedMemory
    private let averages: BatchedMemory
    /// The threads' working memory.
    private let memory: BatchedMemory
    /// The samples after the last pass; what the next one begins with, and where it puts what the one after that will.
    private let current: HopColumns
    private var ahead: HopColumns
    private var next: HopColumns
    private let noise: HopColumns

    /// - Parameters: as of ``EnvelopeMatching/shaped(voice:noise:voicing:to:)``, with a value for each frame.
    init(
        _ shaping: BatchedEnvelopeMatching, _ frames: BatchedFrames, voice: [Float], noise: [Float], voicing: [Float], logMagnitudes: [Float],
        threadCount: Int
    ) {
        (self.shaping, self.frames) = (shaping, frames)
        (sampleCount, self.threadCount) = (voice.count, threadCount)
        // The hops beyond the last frame's first are complete with the last frame.
        let all = (frames.frameCount + frames.reach + 7) / 8
        // Long enough for the frames that are worked on twice to be few; short enough to share.
        eights = threadCount == 1 ? all : max(8, (all + 4 * threadCount - 1) / (4 * threadCount), frames.reach / 8 + 2)
        let own = 8 * eights - frames.reach
        chunkCount = (frames.frameCount + own - 1) / own
        let count = chunkCount * eights
        let (hop, columns) = (frames.frames.hopLength, frames.columnCount)
        ahead = HopColumns(voice, frames.frames, columnCount: columns)
        self.noise = HopColumns(noise, frames.frames, columnCount: columns)
        current = HopColumns(hopLength: hop, columnCount: columns)
        next = HopColumns(hopLength: hop, columnCount: columns)
        let (bandCount, binCount) = (shaping.gains.bandCount, shaping.binCount)
        voiced = .init(repeating: .init(repeating: false), count: count)
        targets = BatchedMemory(count: count * bandCount)
        averages = BatchedMemory(count: count * binCount)
        memory = BatchedMemory(count: threadCount * Self.memoryCount(shaping, frames))
        for eight in 0..<count {
            let (first, targets) = (firstFrame(eight), targets.octets + eight * bandCount)
            for lane in 0..<8 where first + lane < frames.frameCount {
                voiced[eight][lane] = voicing[first + lane] > 0
                let logMagnitudes = logMagnitudes[(first + lane) * bandCount..<(first + lane + 1) * bandCount]
                for (band, value) in logMagnitudes.enumerated() { targets[band][lane] = shaping.gains.target(value) }
            }
        }
    }

    private static func memoryCount(_ shaping: BatchedEnvelopeMatching, _ frames: BatchedFrames) -> Int {
        BatchedEnvelopeMatching.Memory.count(fftSize: frames.frames.fftSize, bandCount: shaping.gains.bandCount)
            + frames.frames.hopLength * frames.sumsWidth / 8
    }

    private func firstFrame(_ eight: Int) -> Int {
        let (piece, place) = eight.quotientAndRemainder(dividingBy: eights)
        return piece * (8 * eights - frames.reach) + 8 * place
    }

    /// What has become of the voice.
    var samples: [Float] { current.samples(frames.frames, count: sampleCount) }

    /// One pass.
    mutating func run(momentum: Float, isFirst: Bool) {
        shape(momentum: isFirst ? 0 : momentum, isFirst: isFirst)
        next.pad(frames.frames, sampleCount: sampleCount)
        swap(&ahead, &next)
    }

    private borrowing func shape(momentum: Float, isFirst: Bool) {
        let worker = Atomic(0)
        let memoryCount = Self.memoryCount(shaping, frames)
        Parallel.forChunks(of: chunkCount, length: 1, threadCount: threadCount) {
            memory.octets + worker.add(1, ordering: .relaxed).oldValue * memoryCount
        } _: { pieces, memory in
            let space = BatchedEnvelopeMatching.Memory(at: memory, fftSize: frames.frames.fftSize)
            let sums = UnsafeMutableRawPointer(memory + memoryCount - frames.frames.hopLength * frames.sumsWidth / 8)
                .assumingMemoryBound(to: Float.self)
            for piece in pieces { shape(piece, space, sums, momentum: momentum, isFirst: isFirst) }
        }
    }

    private borrowing func shape(
        _ piece: Int, _ memory: BatchedEnvelopeMatching.Memory, _ sums: UnsafeMutablePointer<Float>, momentum: Float, isFirst: Bool
    ) {
        sums.update(repeating: 0, count: frames.frames.hopLength * frames.sumsWidth)
        let start = firstFrame(piece * eights)
        let own = start + (piece == 0 ? 0 : frames.reach)..<min(start + 8 * eights, frames.frameCount + frames.reach)
        for eight in piece * eights..<(piece + 1) * eights {
            let first = firstFrame(eight)
            if first >= own.upperBound { break }
            shape(eight: eight, memory, isFirst: isFirst)
            frames.add(memory.points, to: sums)
            finish(first, own, sums, momentum: momentum)
        }
    }

    /// Fills the points with the eight's frames, to be added up.
    private borrowing func shape(eight: Int, _ memory: BatchedEnvelopeMatching.Memory, isFirst: Bool) {
        let first = firstFrame(eight), points = memory.points
        let there = max(0, min(8, frames.frameCount - first))
        if there > 0 {
            let target = UnsafePointer(targets.octets + eight * shaping.gains.bandCount)
            let averages = averages.octets + eight * shaping.binCount
            frames.load(first, of: ahead.numbers, stride: ahead.stride, into: points)
            if isFirst {
                frames.load(first, of: noise.numbers, stride: noise.stride, into: memory.noise)
                shaping.begin(memory, voiced[eight], target: target, averages: averages)
            } else {
                shaping.shape(memory, voiced[eight], target: target, averages: averages)
            }
        }
        // There are no frames after the last.
        for lane in there..<8 {
            for index in 0..<frames.frames.fftSize { points[index][lane] = 0 }
        }
    }

    /// Takes eight hops' samples, those of the piece's own.
    private borrowing func finish(
        _ first: Int, _ own: Range<Int>, _ sums: UnsafeMutablePointer<Float>, momentum: Float
    ) {
        let stride = current.stride
        let (current, next) = (current.numbers + first, next.numbers + first)
        if own.lowerBound <= first, first + 8 <= own.upperBound {
            frames.finish(first, sums) { place, samples in
                let row = place &* stride
                let steps = samples - current.simd8(at: row)
                next.store(samples.addingProduct(steps, SIMD8<Float>(repeating: momentum)), at: row)
                current.store(samples, at: row)
            }
        } else {
            frames.finish(first, sums) { place, samples in
                for lane in 0..<8 where own.contains(first + lane) {
                    let index = place * stride + lane
                    let sample = samples[lane]
                    next[index] = sample.addingProduct(sample - current[index], momentum)
                    current[index] = sample
                }
            }
        }
    }
}

/// Octets on cache lines of their own, zeros at first.
struct BatchedMemory: ~Copyable {
    let octets: UnsafeMutablePointer<SIMD8<Float>>

    init(count: Int) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<SIMD8<Float>>.stride, alignment: 64)
        octets = memory.initializeMemory(as: SIMD8<Float>.self, repeating: .zero, count: count)
    }

    deinit { UnsafeMutableRawPointer(octets).deallocate() }
}
