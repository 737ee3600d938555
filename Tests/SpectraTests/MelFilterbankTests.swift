import Testing

@testable import Spectra

@Suite struct MelFilterbankTests {
    @Test("Triangles of peak norm add up to one between the peaks of the first and the last band")
    func partitionOfUnity() {
        for scale in [MelConvention.MelScale.slaney, .htk] {
            var convention = MelConvention.vocos
            convention.scale = scale
            let filterbank = MelFilterbank(convention)
            let edges = MelFilterbank.edges(of: convention)
            let sums = columnSums(filterbank)
            let binWidth = Double(convention.sampleRate) / Double(convention.fftSize)
            for bin in 0..<filterbank.binCount {
                let frequency = Double(bin) * binWidth
                if frequency >= edges[1] && frequency <= edges[edges.count - 2] {
                    #expect(abs(sums[bin] - 1) < 1e-5, "\(frequency) Hz")
                } else {
                    #expect(sums[bin] < 1)
                }
            }
        }
    }

    @Test("Triangles of area norm have unit area where many bins sample them")
    func unitArea() {
        var convention = MelConvention.melgan
        convention.fftSize = 65_536
        let filterbank = MelFilterbank(convention)
        let binWidth = Float(convention.sampleRate) / Float(convention.fftSize)
        for band in 0..<filterbank.bandCount {
            #expect(abs(filterbank.weightSum(of: band) * binWidth - 1) < 1e-3)
        }
    }

    @Test("A presets' bands lie between its lowest and its highest frequency, and none is empty")
    func edges() {
        for convention in MelConvention.presets {
            let filterbank = MelFilterbank(convention)
            let binWidth = Double(convention.sampleRate) / Double(convention.fftSize)
            for band in 0..<filterbank.bandCount {
                let first = filterbank.firstBin[band], last = first + filterbank.weightCount(of: band) - 1
                #expect(filterbank.weightSum(of: band) > 0)
                #expect(Double(first) * binWidth >= convention.lowestFrequency - 1e-6)
                #expect(Double(last) * binWidth <= convention.highestFrequency + 1e-6)
            }
        }
    }

    @Test("Bands are the sums that define them, one frame at a time or many", arguments: [1, 2, 4, 7])
    func sums(frameCount: Int) throws {
        let small = try MelConvention.melgan.overriding(fftSize: 8, windowLength: 8, hopLength: 4, bandCount: 1)
        for convention in MelConvention.presets + [small] {
            let filterbank = MelFilterbank(convention)
            let magnitudes = noise(count: frameCount * filterbank.binCount)
            var one = [Float](repeating: .nan, count: filterbank.bandCount)
            var all = [Float](repeating: .nan, count: frameCount * filterbank.bandCount)
            filterbank.apply(to: magnitudes, frameCount: frameCount, into: &all)
            for frame in 0..<frameCount {
                let bins = Array(magnitudes[frame * filterbank.binCount..<(frame + 1) * filterbank.binCount])
                filterbank.apply(to: bins, into: &one)
                #expect(one == Array(all[frame * filterbank.bandCount..<(frame + 1) * filterbank.bandCount]))
                for band in 0..<filterbank.bandCount {
                    let sum = (0..<filterbank.weightCount(of: band)).reduce(0.0) { sum, index in
                        sum + Double(filterbank.weights[filterbank.offsets[band] + index])
                            * Double(bins[filterbank.firstBin[band] + index])
                    }
                    #expect(abs(Double(one[band]) - sum) < 1e-5)
                }
            }
        }
    }

    @Test("<Wx, y> = <x, W'y>")
    func adjoint() {
        for convention in MelConvention.presets {
            let filterbank = MelFilterbank(convention)
            let x = noise(count: filterbank.binCount), y = noise(count: filterbank.bandCount, seed: 2)
            var image = [Float](repeating: .nan, count: filterbank.bandCount)
            var pulledBack = [Float](repeating: .nan, count: filterbank.binCount)
            filterbank.apply(to: x, into: &image)
            filterbank.applyAdjoint(to: y, into: &pulledBack)
            #expect(abs(inner(image, y) - inner(x, pulledBack)) < 1e-6)
        }
    }

    @Test("Hertz to mel and back is the identity on both scales, also at the knee")
    func scales() {
        for scale in [MelConvention.MelScale.slaney, .htk] {
            for hertz in [0, 1, 440, 999.999, 1000, 1000.001, 8000, 24_000.0] {
                #expect(abs(scale.hertz(mel: scale.mel(hertz: hertz)) - hertz) < 1e-6)
            }
        }
        // Both scales' fixed points.
        #expect(abs(MelConvention.MelScale.slaney.mel(hertz: 6400) - 42) < 1e-9)
        #expect(abs(MelConvention.MelScale.htk.mel(hertz: 1000) - 999.9855) < 1e-3)
    }

    private func columnSums(_ filterbank: MelFilterbank) -> [Double] {
        var sums = [Double](repeating: 0, count: filterbank.binCount)
        for band in 0..<filterbank.bandCount {
            for i in 0..<filterbank.weightCount(of: band) {
                sums[filterbank.firstBin[band] + i] += Double(filterbank.weights[filterbank.offsets[band] + i])
            }
        }
        return sums
    }
}
