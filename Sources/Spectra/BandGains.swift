import Platform
import Tensors

/// What a spectrum's bins are multiplied by for its bands to have wanted magnitudes; for eight frames at a time.
///
///     X[k] <- X[k] 2^g[k],  g interpolated straight, in frequency, between  log2 m[b] - log2 (W |X|)[b]  at the bands' peaks
///
/// Below the first peak and above the last their bands' gains go on; bands without a bin are passed over.
struct BandGains: Sendable {
    let bandCount: Int
    /// Bands that have any bin: where their weights lie, and where their bins begin.
    private let bands: [Band]
    private let weights: [Float]
    /// For each bin the bands, among `bands`, below and above it, and the weight of the latter.
    private let places: [BandGrid.Place]
    /// Natural logarithms: what wanted magnitudes are kept within. Full scale gives some hundreds; a larger value is no
    /// sound and must not overflow.
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
        places = grid.places
    }

    /// Wanted magnitudes, from natural logarithms to those to the base 2, within what a sound can have.
    func target(_ logMagnitudes: Float) -> Float { max(range.least, min(range.most, logMagnitudes)) * 1.442_695_04 }

    /// What each band lacks: `steps[i] = log2 m - log2 (W |X|)` of the i-th of those that have bins.
    ///
    /// - Parameters:
    ///   - magnitudes: `|X|` of every bin.
    ///   - target: `log2 m` of all bands.
    func put(
        lacksOf magnitudes: UnsafePointer<SIMD8<Float>>, _ target: UnsafePointer<SIMD8<Float>>, into steps: UnsafeMutablePointer<SIMD8<Float>>
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

    /// g of a bin.
    @inline(__always) func gain(_ bin: Int, _ steps: UnsafePointer<SIMD8<Float>>) -> SIMD8<Float> {
        places.withUnsafeBufferPointer { places in
            let place = places[bin]
            let below = steps[Int(place.below)]
            return below.addingProduct(steps[Int(place.above)] - below, SIMD8<Float>(repeating: place.share))
        }
    }
}
