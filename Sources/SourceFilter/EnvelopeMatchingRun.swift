import Spectra
import Synchronization
import Tensors

/// The signal of ``EnvelopeMatching`` during its iterations.
///
/// Frames are processed eight at a time, in chunks of several such groups that threads take one after the other. The first frames
/// of a chunk are the last ones of the chunk before, since samples are complete only when all frames that reach them were added.
struct EnvelopeMatchingRun: ~Copyable {
    private let matching: BatchedEnvelopeMatching
    private let frames: BatchedFrames
    private let sampleCount: Int
    private let threadCount: Int
    /// Groups of eight frames in a chunk.
    private let groups: Int
    private let chunkCount: Int
    /// For each group: which frames are voiced, the target bands, the expected magnitudes of the bins.
    private var voiced: [BatchedEnvelopeMatching.Voiced]
    private let targets: BatchedMemory
    private let averages: BatchedMemory
    /// The working memory of the threads.
    private let memory: BatchedMemory
    /// The samples after the last iteration; the input of the next iteration; the input of the one after it, which it writes.
    private let current: HopColumns
    private var ahead: HopColumns
    private var next: HopColumns
    private let noise: HopColumns

    /// The parameters are those of ``EnvelopeMatching/matched(voice:noise:voicing:to:)``, with a value for each frame.
    init(
        _ matching: BatchedEnvelopeMatching, _ frames: BatchedFrames, voice: [Float], noise: [Float], voicing: [Float], logMagnitudes: [Float],
        threadCount: Int
    ) {
        (self.matching, self.frames) = (matching, frames)
        (sampleCount, self.threadCount) = (voice.count, threadCount)
        // The last groups have no frames of their own but complete the hops that the last frames reach.
        let all = (frames.frameCount + frames.reach + 7) / 8
        // Chunks are long enough that few frames are processed twice, and short enough to divide among the threads.
        groups = threadCount == 1 ? all : max(8, (all + 4 * threadCount - 1) / (4 * threadCount), frames.reach / 8 + 2)
        let own = 8 * groups - frames.reach
        chunkCount = (frames.frameCount + own - 1) / own
        let count = chunkCount * groups
        let (hop, columns) = (frames.frames.hopLength, frames.columnCount)
        ahead = HopColumns(voice, frames.frames, columnCount: columns)
        self.noise = HopColumns(noise, frames.frames, columnCount: columns)
        current = HopColumns(hopLength: hop, columnCount: columns)
        next = HopColumns(hopLength: hop, columnCount: columns)
        let (bandCount, binCount) = (matching.gains.bandCount, matching.binCount)
        voiced = .init(repeating: .init(repeating: false), count: count)
        targets = BatchedMemory(count: count * bandCount)
        averages = BatchedMemory(count: count * binCount)
        memory = BatchedMemory(count: threadCount * Self.memoryCount(matching, frames))
        for group in 0..<count {
            let (first, targets) = (firstFrame(group), targets.vectors + group * bandCount)
            for lane in 0..<8 where first + lane < frames.frameCount {
                voiced[group][lane] = voicing[first + lane] > 0
                let logMagnitudes = logMagnitudes[(first + lane) * bandCount..<(first + lane + 1) * bandCount]
                for (band, value) in logMagnitudes.enumerated() { targets[band][lane] = matching.gains.target(value) }
            }
        }
    }

    private static func memoryCount(_ matching: BatchedEnvelopeMatching, _ frames: BatchedFrames) -> Int {
        BatchedEnvelopeMatching.Memory.count(fftSize: frames.frames.fftSize, bandCount: matching.gains.bandCount)
            + frames.frames.hopLength * frames.sumsWidth / 8
    }

    private func firstFrame(_ group: Int) -> Int {
        let (chunk, place) = group.quotientAndRemainder(dividingBy: groups)
        return chunk * (8 * groups - frames.reach) + 8 * place
    }

    /// The samples after the last iteration.
    var samples: [Float] { current.samples(frames.frames, count: sampleCount) }

    /// Runs one iteration.
    mutating func iterate(momentum: Float, isFirst: Bool) {
        process(momentum: isFirst ? 0 : momentum, isFirst: isFirst)
        next.pad(frames.frames, sampleCount: sampleCount)
        swap(&ahead, &next)
    }

    private borrowing func process(momentum: Float, isFirst: Bool) {
        let worker = Atomic(0)
        let memoryCount = Self.memoryCount(matching, frames)
        Parallel.forChunks(of: chunkCount, length: 1, threadCount: threadCount) {
            memory.vectors + worker.add(1, ordering: .relaxed).oldValue * memoryCount
        } _: { chunks, memory in
            let space = BatchedEnvelopeMatching.Memory(at: memory, fftSize: frames.frames.fftSize)
            let sums = UnsafeMutableRawPointer(memory + memoryCount - frames.frames.hopLength * frames.sumsWidth / 8)
                .assumingMemoryBound(to: Float.self)
            for chunk in chunks { process(chunk, space, sums, momentum: momentum, isFirst: isFirst) }
        }
    }

    private borrowing func process(
        _ chunk: Int, _ memory: BatchedEnvelopeMatching.Memory, _ sums: UnsafeMutablePointer<Float>, momentum: Float, isFirst: Bool
    ) {
        sums.update(repeating: 0, count: frames.frames.hopLength * frames.sumsWidth)
        let start = firstFrame(chunk * groups)
        let own = start + (chunk == 0 ? 0 : frames.reach)..<min(start + 8 * groups, frames.frameCount + frames.reach)
        for group in chunk * groups..<(chunk + 1) * groups {
            let first = firstFrame(group)
            if first >= own.upperBound { break }
            process(group: group, memory, isFirst: isFirst)
            frames.add(memory.points, to: sums)
            finish(first, own, sums, momentum: momentum)
        }
    }

    /// Computes the frames of a group, which are then added up.
    private borrowing func process(group: Int, _ memory: BatchedEnvelopeMatching.Memory, isFirst: Bool) {
        let first = firstFrame(group), points = memory.points
        let there = max(0, min(8, frames.frameCount - first))
        if there > 0 {
            let target = UnsafePointer(targets.vectors + group * matching.gains.bandCount)
            let averages = averages.vectors + group * matching.binCount
            frames.load(first, of: ahead.numbers, stride: ahead.stride, into: points)
            if isFirst {
                frames.load(first, of: noise.numbers, stride: noise.stride, into: memory.noise)
                matching.begin(memory, voiced[group], target: target, averages: averages)
            } else {
                matching.iterate(memory, voiced[group], target: target, averages: averages)
            }
        }
        // After the last frame there is silence.
        for lane in there..<8 {
            for index in 0..<frames.frames.fftSize { points[index][lane] = 0 }
        }
    }

    /// Stores the finished samples of eight hops, as far as they belong to the chunk.
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

/// Memory of SIMD8 vectors that begins at a cache line, initially zeros.
struct BatchedMemory: ~Copyable {
    let vectors: UnsafeMutablePointer<SIMD8<Float>>

    init(count: Int) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<SIMD8<Float>>.stride, alignment: 64)
        vectors = memory.initializeMemory(as: SIMD8<Float>.self, repeating: .zero, count: count)
    }

    deinit { UnsafeMutableRawPointer(vectors).deallocate() }
}
