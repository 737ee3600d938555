import Spectra

/// How far the multiples of a frame rate stand out of a spectrum, frame by frame: see ``TonalLines``.
struct Prominences {
    let frameCount: Int
    private let lineCount: Int
    /// dB, -10 ... 30, of multiples 1 ... `lineCount`, `[frame, multiple]`.
    private(set) var values: [Double] = []
    /// The same of the strongest bin within two of the multiple.
    private(set) var broadValues: [Double] = []
    /// The mean square of a tone there.
    private(set) var powers: [Double] = []

    /// - Parameter transform: one that has multiple `k` in bin `16 k`.
    init(of samples: [Float], _ transform: ShortTimeFourierTransform, lineCount: Int) {
        let spectrogram = transform.spectrogram(of: samples)
        let magnitudes = spectrogram.magnitudes
        let binCount = spectrogram.binCount
        // A sine of amplitude a has |X| = a sum(w) / 2 in its bin.
        let sum = transform.window.reduce(0) { $0 + Double($1) }
        frameCount = spectrogram.frameCount
        self.lineCount = lineCount
        for frame in 0..<frameCount {
            func power(_ bin: Int) -> Double {
                let magnitude = Double(magnitudes[frame * binCount + bin])
                return max(1e-14, 2 * magnitude * magnitude / (sum * sum))
            }
            func prominence(_ power: Double, over middle: Double) -> Double {
                max(-10, min(30, decibels(ofPower: power / middle)))
            }
            for k in 1...lineCount {
                let centre = 16 * k
                let sides = (4...7).flatMap { [centre - $0, centre + $0] }.filter { $0 < binCount }.map(power).sorted()
                let middle = (sides[sides.count / 2] + sides[(sides.count - 1) / 2]) / 2
                let strongest = (max(0, centre - 2)...min(binCount - 1, centre + 2)).map(power).max()!
                values.append(prominence(power(centre), over: middle))
                broadValues.append(prominence(strongest, over: middle))
                powers.append(power(centre))
            }
        }
    }

    subscript(frame: Int, multiple: Int) -> Double { values[frame * lineCount + multiple - 1] }

    /// The mean of one of the above over `frames`.
    func mean(_ values: [Double], _ multiple: Int, _ frames: Range<Int>) -> Double {
        frames.reduce(0) { $0 + values[$1 * lineCount + multiple - 1] } / Double(frames.count)
    }
}
