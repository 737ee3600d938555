import Foundation
import Audio
import Files
import Platform
@testable import Spectra
import TestSupport
import Testing

struct MelInversionTests {
    private struct GoldenFrame: Decodable {
        var bands: [Double]
        var residual: Double
    }

    private func goldenFrames() throws -> [GoldenFrame] {
        try JSONDecoder().decode([GoldenFrame].self, from: contents(ofFile: Bundle.module.golden("nnls.json")))
    }

    private let filterbank = MelFilterbank(.melgan)

    /// `W s - m`
    private func residual(_ magnitudes: [Double], _ bands: [Double]) -> [Double] {
        bands.indices.map { band in
            (0..<filterbank.weightCount(of: band)).reduce(-bands[band]) { sum, index in
                sum + Double(filterbank.weights[filterbank.offsets[band] + index])
                    * magnitudes[filterbank.firstBin[band] + index]
            }
        }
    }

    private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// `Scripts/golden-nnls` has the exact answers from scipy.
    @Test func theFitIsAsNearAsExactNonNegativeLeastSquares() throws {
        let problem = NonNegativeLeastSquares(filterbank)
        var work = NonNegativeLeastSquares.Workspace(problem)
        let frames = try goldenFrames()
        #expect(frames.contains { $0.residual > 0.1 * norm($0.bands) }, "some frame should fit badly")
        for frame in frames {
            problem.solve(frame.bands, &work)
            let found = norm(residual(work.magnitudes, frame.bands))
            #expect(abs(found - frame.residual) < 2e-6 * norm(frame.bands))
        }
    }

    /// The gradient `W' (W s - m)` is zero where `s > 0` and not negative where `s = 0`: that proves the optimum.
    @Test func theOptimumMeetsItsConditions() throws {
        let problem = NonNegativeLeastSquares(filterbank)
        var work = NonNegativeLeastSquares.Workspace(problem)
        for frame in try goldenFrames() {
            problem.solve(frame.bands, &work)
            let residual = residual(work.magnitudes, frame.bands)
            var gradient = [Double](repeating: 0, count: filterbank.binCount)
            for band in frame.bands.indices {
                for index in 0..<filterbank.weightCount(of: band) {
                    gradient[filterbank.firstBin[band] + index] +=
                        Double(filterbank.weights[filterbank.offsets[band] + index]) * residual[band]
                }
            }
            let scale = Double(filterbank.weights.max()!) * norm(frame.bands)
            for bin in gradient.indices {
                #expect(work.magnitudes[bin] >= 0)
                #expect(gradient[bin] > -1e-5 * scale)
                if work.magnitudes[bin] > 0 { #expect(abs(gradient[bin]) < 1e-5 * scale) }
            }
        }
    }

    @Test(arguments: MelConvention.presets) func theMelOfTheInvertedMagnitudesIsTheMel(convention: MelConvention) {
        let sound = SyntheticSignal.speechLike(seed: 3).waveform(duration: 1, sampleRate: convention.sampleRate)
        let mel = MelExtractor(convention).mel(of: sound)
        let magnitudes = MelInversion(convention).magnitudes(of: mel)
        let filterbank = MelFilterbank(convention)
        let silence = convention.silence
        var bands = [Float](repeating: 0, count: convention.bandCount)
        #expect(magnitudes.count == mel.frameCount * filterbank.binCount)
        for frame in 0..<mel.frameCount {
            magnitudes.withUnsafeBufferPointer {
                filterbank.apply(to: $0.baseAddress! + frame * filterbank.binCount, into: &bands)
            }
            for band in bands.indices {
                let wanted = mel.values[frame * mel.bandCount + band]
                guard wanted > silence[band] + 0.1 else { continue }
                #expect(abs(convention.value(ofMagnitude: bands[band]) - wanted) < 0.02)
            }
        }
    }

    @Test func silenceInvertsToNothingAtAll() {
        for convention in MelConvention.presets {
            let mel = MelSpectrogram(values: convention.silence + convention.silence, convention: convention)
            #expect(MelInversion(convention).magnitudes(of: mel).allSatisfy { $0 == 0 })
        }
    }

    @Test func hugeAndTinyValuesStayFinite() {
        var values = [Float](repeating: 100, count: 80) + [Float](repeating: -100, count: 80)
        values[3] = -100
        let mel = MelSpectrogram(values: values, convention: .melgan)
        #expect(MelInversion(.melgan).magnitudes(of: mel).allSatisfy { $0.isFinite && $0 >= 0 })
    }

    @Test func threadsDoNotChangeTheMagnitudes() {
        let sound = SyntheticSignal.speechLike(seed: 4).waveform(duration: 0.5, sampleRate: 22_050)
        let mel = MelExtractor(.melgan).mel(of: sound)
        #expect(MelInversion(.melgan).magnitudes(of: mel) == MelInversion(.melgan, threadCount: 3).magnitudes(of: mel))
    }
}
