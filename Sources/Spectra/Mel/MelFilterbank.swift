import Platform

/// Triangular filters evenly spaced on a mel scale: a sparse `[band, bin]` matrix.
///
/// Filter `b` rises from edge `b` to 1 at edge `b + 1` and falls to edge `b + 2` in Hz; with area norm it is scaled by
/// `2 / (edge b + 2 - edge b)`. Agrees with `librosa.filters.mel` (Slaney, area) and
/// `torchaudio.functional.melscale_fbanks` (HTK, peak).
public struct MelFilterbank: Sendable, Equatable {
    public let bandCount: Int
    public let binCount: Int
    /// The first bin of each band: band `b` has weights on bins `firstBin[b] ..< firstBin[b] + weightCount(of: b)`.
    public let firstBin: [Int]
    /// The start of each band's weights: those of band `b` are `weights[offsets[b] ..< offsets[b + 1]]`.
    public let offsets: [Int]
    /// The weights of all bands, one band after the other.
    public let weights: [Float]
    /// The same weights in blocks of four bins.
    private let blocks: FilterBlocks

    /// The filters of `convention`. A band narrower than the spacing of the bins may have no weight.
    public init(_ convention: MelConvention) {
        let binCount = convention.fftSize / 2 + 1, bandCount = convention.bandCount
        let binWidth = Double(convention.sampleRate) / Double(convention.fftSize)
        let edges = Self.edges(of: convention)
        var firstBin: [Int] = [], offsets = [0], weights: [Float] = []
        for band in 0..<bandCount {
            let (low, peak, high) = (edges[band], edges[band + 1], edges[band + 2])
            let norm = convention.norm == .area ? 2 / (high - low) : 1
            let first = min(binCount, max(0, Int((low / binWidth).rounded(.up))))
            let end = max(first, min(binCount, Int((high / binWidth).rounded(.down)) + 1))
            firstBin.append(first)
            for bin in first..<end {
                let frequency = Double(bin) * binWidth
                let height = min((frequency - low) / (peak - low), (high - frequency) / (high - peak))
                weights.append(Float(max(0, height) * norm))
            }
            offsets.append(weights.count)
        }
        self.bandCount = bandCount
        self.binCount = binCount
        self.firstBin = firstBin
        self.offsets = offsets
        self.weights = weights
        blocks = FilterBlocks(binCount: binCount, firstBin: firstBin, offsets: offsets, weights: weights)
    }

    /// `bandCount + 2` frequencies in Hz, evenly spaced on the scale from the lowest to the highest.
    public static func edges(of convention: MelConvention) -> [Double] {
        let low = convention.scale.mel(hertz: convention.lowestFrequency)
        let high = convention.scale.mel(hertz: convention.highestFrequency)
        return (0..<convention.bandCount + 2).map { edge in
            convention.scale.hertz(mel: low + (high - low) * Double(edge) / Double(convention.bandCount + 1))
        }
    }

    /// The number of bins that a band has weights on.
    public func weightCount(of band: Int) -> Int { offsets[band + 1] - offsets[band] }

    /// `bands[b] = sum over k of W[b, k] magnitudes[k]` for one frame.
    ///
    /// - Parameters:
    ///   - magnitudes: The magnitudes of `binCount` bins.
    ///   - bands: The magnitudes of `bandCount` bands, overwritten.
    public func apply(to magnitudes: UnsafePointer<Float>, into bands: UnsafeMutablePointer<Float>) {
        blocks.apply(to: magnitudes, into: bands)
    }

    /// ``apply(to:into:)`` for `frameCount` frames, with the same results but faster.
    ///
    /// - Parameters:
    ///   - magnitudes: `[frameCount, binCount]`.
    ///   - bands: `[frameCount, bandCount]`, overwritten.
    func apply(to magnitudes: UnsafePointer<Float>, frameCount: Int, into bands: UnsafeMutablePointer<Float>) {
        var frame = 0
        while frame + 4 <= frameCount {
            blocks.applyToFourFrames(magnitudes + frame * binCount, binCount: binCount, into: bands + frame * bandCount)
            frame += 4
        }
        while frame < frameCount {
            blocks.apply(to: magnitudes + frame * binCount, into: bands + frame * bandCount)
            frame += 1
        }
    }

    /// The adjoint: `magnitudes[k] = sum over b of W[b, k] bands[b]` for one frame.
    ///
    /// - Parameters:
    ///   - bands: `bandCount` values.
    ///   - magnitudes: `binCount` values, overwritten.
    public func applyAdjoint(to bands: UnsafePointer<Float>, into magnitudes: UnsafeMutablePointer<Float>) {
        magnitudes.update(repeating: 0, count: binCount)
        weights.withUnsafeBufferPointer { weights in
            for band in 0..<bandCount {
                let bins = magnitudes + firstBin[band]
                let start = offsets[band], count = offsets[band + 1] - start, value = bands[band]
                for i in 0..<count { bins[i] += weights[start + i] * value }
            }
        }
    }
}

extension MelConvention.MelScale {
    /// The position of a frequency on the scale.
    public func mel(hertz: Double) -> Double {
        switch self {
        case .slaney: hertz < 1000 ? hertz * 3 / 200 : 15 + log(hertz / 1000) * 27 / log(6.4)
        case .htk: 2595 * log10(1 + hertz / 700)
        }
    }

    /// The inverse of ``mel(hertz:)``.
    public func hertz(mel: Double) -> Double {
        switch self {
        case .slaney: mel < 15 ? mel * 200 / 3 : 1000 * exp((mel - 15) * log(6.4) / 27)
        case .htk: 700 * (pow(10, mel / 2595) - 1)
        }
    }
}

/// A sparse `[band, bin]` matrix whose rows have adjacent bins, in blocks of four bins for SIMD instructions.
///
/// Blocks of four suit the narrow bands, which are most bands, and cost little for wide ones. The last block of a row is padded with
/// zero weights, and begins earlier if it would reach beyond the last bin.
struct FilterBlocks: Sendable, Equatable {
    private typealias Four = SIMD4<Float>
    private struct Block: Equatable {
        var firstBin: Int
        var weights: Four
    }

    private let blocks: [Block]
    /// The first block of each row: row `b` has the blocks `offsets[b] ..< offsets[b + 1]`.
    private let offsets: [Int]

    /// The parameters are those of ``MelFilterbank``; `binCount` is 4 or more.
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

    /// ``apply(to:into:)`` for four frames at once, with the same results. The ends of the short rows then cause a quarter of the
    /// mispredicted branches.
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
