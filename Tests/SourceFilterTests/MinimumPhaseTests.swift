import Audio
import Platform
@testable import SourceFilter
import Spectra
import Testing

@Suite struct MinimumPhaseTests {
    private let phase = MinimumPhase(.melgan)

    private func phases(_ logMagnitudes: [Float]) -> [Float] { logMagnitudes.withUnsafeBufferPointer(phase.phases(of:)) }

    /// The mel of a resonator's impulse response, which is its own minimum-phase filter.
    private func resonator(_ frequency: Double, _ bandwidth: Double) -> (logMagnitudes: [Float], phase: (Double) -> Double) {
        let radius = exp(-.pi * bandwidth / 22_050), angle = 2 * Double.pi * frequency / 22_050
        let (a, b) = (2 * radius * cos(angle), -radius * radius)
        let bins = phase.binCount
        func response(_ omega: Double) -> (x: Double, y: Double) {
            // 1 - a z - b z^2 at z = exp (-i omega)
            let x = 1 - a * cos(omega) - b * cos(2 * omega), y = a * sin(omega) + b * sin(2 * omega)
            return (x / (x * x + y * y), -y / (x * x + y * y))
        }
        let magnitudes = (0..<bins).map { bin in
            let (x, y) = response(.pi * Double(bin) / Double(bins - 1))
            return Float((x * x + y * y).squareRoot())
        }
        let filterbank = MelFilterbank(.melgan)
        var bands = [Float](repeating: 0, count: filterbank.bandCount)
        magnitudes.withUnsafeBufferPointer { filterbank.apply(to: $0.baseAddress!, into: &bands) }
        return (
            bands.map { log($0) },
            { hertz in
                let (x, y) = response(2 * .pi * hertz / 22_050)
                return atan2(y, x)
            }
        )
    }

    @Test("A resonator's phase follows from its mel", arguments: [(500.0, 120.0), (900, 200), (1500, 250)])
    func resonators(frequency: Double, bandwidth: Double) {
        let (logMagnitudes, expected) = resonator(frequency, bandwidth)
        let found = phases(logMagnitudes)
        // Away from the resonance itself, which bands and the short cepstrum widen.
        for hertz in stride(from: 150.0, through: 4000, by: 107) where abs(hertz - frequency) > 2 * bandwidth {
            let bin = Int((hertz * 1024 / 22_050).rounded())
            let wanted = expected(Double(bin) * 22_050 / 1024)
            #expect(abs(Double(found[bin]) - wanted) < 0.3, "\(hertz) Hz: \(found[bin]), not \(wanted)")
        }
    }

    @Test("The level of a mel does not matter, and a flat spectrum has zero phase")
    func level() {
        let filterbank = MelFilterbank(.melgan)
        let flat = (0..<filterbank.bandCount).map { log(filterbank.weightSum(of: $0)) }
        #expect(phases(flat).allSatisfy { abs($0) < 1e-4 })
        let (logMagnitudes, _) = resonator(700, 150)
        let (quiet, loud) = (phases(logMagnitudes), phases(logMagnitudes.map { $0 + 5 }))
        #expect(zip(quiet, loud).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(abs(quiet[0]) < 1e-4 && abs(quiet.last!) < 1e-3, "phase of a real signal at 0 and half the rate")
    }
}
