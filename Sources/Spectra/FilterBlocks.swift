/// A sparse `[band, bin]` matrix whose rows are runs of bins, cut into blocks of four bins for vector instructions.
///
/// Four suit the narrow bands, which are most of them, and cost the wide ones little. A row's last block is filled up
/// with zero weights, and begins earlier where it would reach past the last bin.
struct FilterBlocks: Sendable, Equatable {
    private typealias Four = SIMD4<Float>
    private struct Block: Equatable {
        var firstBin: Int
        var weights: Four
    }

    private let blocks: [Block]
    /// Row `b` has the blocks `offsets[b] ..< offsets[b + 1]`.
    private let offsets: [Int]

    /// - Parameters: as ``MelFilterbank`` holds them; `binCount` is 4 or more.
    init(binCount: Int, firstBin: [Int], offsets: [Int], weights: [Float]) {
        precondition(binCount >= 4, "blocks of 4 bins for a spectrum of \(binCount)")
        var blocks: [Block] = [], blockOffsets = [0]
        for band in firstBin.indices {
            let count = offsets[band + 1] - offsets[band]
            for start in stride(from: 0, to: count, by: 4) {
                var block = Block(firstBin: min(firstBin[band] + start, binCount - 4), weights: .zero)
                for index in start..<min(count, start + 4) {
                    block.weights[firstBin[band] + index - block.firstBin] = weights[offsets[band] + index]
                }
                blocks.append(block)
            }
            blockOffsets.append(blocks.count)
        }
        self.blocks = blocks
        self.offsets = blockOffsets
    }

    /// `bands[b] = sum over k of W[b, k] magnitudes[k]` for one frame.
    func apply(to magnitudes: UnsafePointer<Float>, into bands: UnsafeMutablePointer<Float>) {
        blocks.withUnsafeBufferPointer { blocks in
            for band in 0..<offsets.count - 1 {
                var sum = Four.zero
                for block in offsets[band]..<offsets[band + 1] {
                    sum.addProduct(blocks[block].weights, four(magnitudes + blocks[block].firstBin))
                }
                bands[band] = total(sum)
            }
        }
    }

    /// As ``apply(to:into:)``, to the same numbers, for four frames at once: the processor, which cannot foretell
    /// where each short row ends, is surprised a quarter as often.
    ///
    /// - Parameters:
    ///   - magnitudes: four frames, `binCount` apart.
    ///   - bands: four frames, as many apart as there are bands.
    func applyToFourFrames(
        _ magnitudes: UnsafePointer<Float>, binCount: Int, into bands: UnsafeMutablePointer<Float>
    ) {
        let bandCount = offsets.count - 1
        blocks.withUnsafeBufferPointer { blocks in
            for band in 0..<bandCount {
                var (first, second, third, fourth) = (Four.zero, Four.zero, Four.zero, Four.zero)
                for block in offsets[band]..<offsets[band + 1] {
                    let weights = blocks[block].weights, bins = magnitudes + blocks[block].firstBin
                    first.addProduct(weights, four(bins))
                    second.addProduct(weights, four(bins + binCount))
                    third.addProduct(weights, four(bins + 2 * binCount))
                    fourth.addProduct(weights, four(bins + 3 * binCount))
                }
                bands[band] = total(first)
                bands[bandCount + band] = total(second)
                bands[2 * bandCount + band] = total(third)
                bands[3 * bandCount + band] = total(fourth)
            }
        }
    }

    @inline(__always) private func four(_ numbers: UnsafePointer<Float>) -> Four {
        UnsafeRawPointer(numbers).loadUnaligned(as: Four.self)
    }

    @inline(__always) private func total(_ sum: Four) -> Float { (sum.x + sum.z) + (sum.y + sum.w) }
}
