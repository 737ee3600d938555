import Platform
import Spectra
import Tensors

/// The gains of a spectrum's bins that give its bands the target magnitudes, for eight frames at a time.
///
///     X[k] <- X[k] 2^g[k],  g interpolated linearly, in frequency, between  log2 m[b] - log2 (W |X|)[b]  at the bands' peaks
///
/// The gain is constant below the first peak and above the last; bands without a bin are left out.
struct BandGains: Sendable {
    let bandCount: Int
    /// The bands that have bins, with the range of their weights and their first bin.
    private let bands: [Band]
    private let weights: [Float]
    /// The position of each bin between the peaks of `bands`.
    private let positions: [BandGrid.Position]
    /// The range that natural-log target magnitudes are clipped to. Full scale gives some hundreds; a larger value is no sound and
    /// must not overflow.
    private let range: (least: Float, most: Float)

    private struct Band {
        let number: Int
        let firstBin: Int
        let weights: Range<Int>
    }

    init(_ convention: MelConvention) {
        let filterbank = MelFilterbank(convention)
        bandCount = filterbank.bandCount
        weights = filterbank.weights
        let grid = BandGrid(convention, filterbank)
        bands = grid.bands.map {
            Band(
                number: $0, firstBin: filterbank.firstBin[$0],
                weights: filterbank.offsets[$0]..<filterbank.offsets[$0 + 1])
        }
        range = (logf(Float(max(convention.floor, 1e-10))), 14)
        positions = grid.positions
    }

    /// The base-2 logarithms of target magnitudes, clipped to the range of sound.
    func target(_ logMagnitudes: Float) -> Float { max(range.least, min(range.most, logMagnitudes)) * 1.442_695_04 }

    /// Computes the gain of each band: `steps[i] = log2 m - log2 (W |X|)` of the i-th band that has bins.
    ///
    /// - Parameters:
    ///   - magnitudes: `|X|` of every bin.
    ///   - target: `log2 m` of all bands.
    func put(
        gainsOf magnitudes: UnsafePointer<SIMD8<Float>>, _ target: UnsafePointer<SIMD8<Float>>, into steps: UnsafeMutablePointer<SIMD8<Float>>
    ) {
        let least = SIMD8<Float>(repeating: 1e-3 * expf(range.least))
        weights.withUnsafeBufferPointer { weights in
            for (index, band) in bands.enumerated() {
                var sums = (SIMD8<Float>.zero, SIMD8<Float>.zero)
                let magnitudes = magnitudes + (band.firstBin - band.weights.lowerBound)
                var place = band.weights.lowerBound
                while place &+ 1 < band.weights.upperBound {
                    sums.0 = sums.0.addingProduct(SIMD8<Float>(repeating: weights[place]), magnitudes[place])
                    sums.1 = sums.1.addingProduct(SIMD8<Float>(repeating: weights[place &+ 1]), magnitudes[place &+ 1])
                    place &+= 2
                }
                if place < band.weights.upperBound {
                    sums.0 = sums.0.addingProduct(SIMD8<Float>(repeating: weights[place]), magnitudes[place])
                }
                let found = sums.0 + sums.1
                steps[index] = target[band.number] - binaryLogarithm(found.replacing(with: least, where: found .< least))
            }
        }
    }

    /// The base-2 logarithm g of a bin's gain.
    @inline(__always) func gain(_ bin: Int, _ steps: UnsafePointer<SIMD8<Float>>) -> SIMD8<Float> {
        positions.withUnsafeBufferPointer { positions in
            let position = positions[bin]
            let below = steps[Int(position.below)]
            return below.addingProduct(steps[Int(position.above)] - below, SIMD8<Float>(repeating: position.fraction))
        }
    }
}

/// The positions of bins between the peaks of bands, for linear interpolation in frequency. Bins below the first peak and above the
/// last take that band's value; bands without a bin are left out.
struct BandGrid: Sendable {
    /// The bands that have bins, in order.
    let bands: [Int]
    /// The position of each bin.
    let positions: [Position]

    /// The bands, among those that have bins, below and above a bin, and the weight of the latter.
    struct Position {
        let below: Int32
        let above: Int32
        let fraction: Float
    }

    init(_ convention: MelConvention, _ filterbank: MelFilterbank) {
        let bands = (0..<filterbank.bandCount).filter { filterbank.weightSum(of: $0) > 0 }
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        positions = (0..<filterbank.binCount).map { bin in
            let frequency = Double(bin) * width
            let last = bands.firstIndex { edges[$0 + 1] > frequency } ?? bands.count - 1
            let below = max(0, last - 1)
            let above = min(below + 1, bands.count - 1)
            let (low, high) = (edges[bands[below] + 1], edges[bands[above] + 1])
            let fraction = high > low ? Float(max(0, min(1, (frequency - low) / (high - low)))) : 0
            return Position(below: Int32(below), above: Int32(above), fraction: fraction)
        }
        self.bands = bands
    }
}
