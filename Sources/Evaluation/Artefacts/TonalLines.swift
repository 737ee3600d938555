import Spectra

/// Detects tonal lines: steady tones at multiples of the frame rate `rate / hop`.
///
/// Transposed convolutions treat the samples of every frame alike, so that a bias or an uneven kernel makes tones at multiples
/// of `rate / hop` and of the rates between the stages (Pons et al., "Upsampling artifacts in neural audio synthesis",
/// 2021); sub-bands that do not fit together make tones at their edges, which are such multiples too. A voice does not keep one
/// frequency for a second, and where it does, so does the original.
///
/// Spectra of `16 hop` samples (Hann) have multiple `k` in the middle of bin `16 k`. A line's prominence is the
/// level of that bin over the median of bins 4 to 7 below and above, limited to -10 ... 30 dB.
struct TonalLines: Sendable {
    let sampleRate: Int
    let hopLength: Int
    /// The mean prominence over a second, in dB, from which on a multiple is a line.
    static let bound = 10.0
    /// By how many dB the prominence must exceed the original's, and that of two bins to either side, where a voice's pitch may be.
    static let excess = 8.0
    /// The excess that is needed below 600 Hz, where harmonics are sharp and those of the copy may be sharper.
    static let lowExcess = 12.0
    /// The bound in dB where there is no original to compare with.
    static let boundAlone = 16.0
    /// The level of the softest line, in dB relative to full scale.
    static let leastLevel = -80.0
    /// The lowest line in Hz where there is no original to compare with: below it a voice's pitch may stay within a bin.
    static let leastFrequencyAlone = 600.0
    private let transform: ShortTimeFourierTransform

    init(sampleRate: Int, hopLength: Int) {
        self.sampleRate = sampleRate
        self.hopLength = hopLength
        transform = ShortTimeFourierTransform(
            fftSize: 16 * hopLength, windowLength: 16 * hopLength, hopLength: 4 * hopLength)
    }

    func artefacts(in samples: [Float], original: [Float]?) -> [Artefact] {
        let lineCount = hopLength / 2
        // Whether a tone is steady cannot be told from less than two transforms.
        guard samples.count >= 2 * transform.fftSize else { return [] }
        let mine = Prominences(of: samples, transform, lineCount: lineCount)
        let other = original.map { Prominences(of: $0, transform, lineCount: lineCount) }
        let length = min(mine.frameCount, (sampleRate + transform.hopLength - 1) / transform.hopLength)
        let first =
            original == nil ? Int(Self.leastFrequencyAlone * Double(hopLength) / Double(sampleRate)) + 1 : 1
        var lines: [Line] = []
        for k in first...max(first, lineCount) where k <= lineCount {
            let isLine = (0...mine.frameCount - length).map { start -> Bool in
                let frames = start..<start + length
                let prominence = mine.mean(mine.values, k, frames)
                guard prominence >= (original == nil ? Self.boundAlone : Self.bound) else { return false }
                guard decibels(ofPower: mine.mean(mine.powers, k, frames)) >= Self.leastLevel else { return false }
                let common = frames.clamped(to: 0..<(other?.frameCount ?? 0))
                guard let other, !common.isEmpty else { return true }
                let isLow = k * sampleRate < 600 * hopLength
                let excess = prominence - max(0, other.mean(other.broadValues, k, common))
                return excess >= (isLow ? Self.lowExcess : Self.excess)
            }
            for run in runs(in: isLine.count, where: { isLine[$0] }) {
                // Windows reach beyond the ends of the tone.
                let frames = (run.lowerBound..<run.upperBound - 1 + length).filter { mine[$0, k] >= Self.bound }
                guard let begin = frames.first, let end = frames.last else { continue }
                let level = decibels(ofPower: mine.mean(mine.powers, k, begin..<end + 1))
                lines.append(Line(multiple: k, frames: begin..<end + 1, level: level))
            }
        }
        return grouped(lines).map { artefact(of: $0, duration: Double(samples.count) / Double(sampleRate)) }
    }

    private struct Line {
        let multiple: Int
        let frames: Range<Int>
        let level: Double
    }

    /// The lines in groups of those that sound at the same time.
    private func grouped(_ lines: [Line]) -> [[Line]] {
        var result: [[Line]] = []
        var end = 0
        for line in lines.sorted(by: { $0.frames.lowerBound < $1.frames.lowerBound }) {
            if result.isEmpty || line.frames.lowerBound >= end { result.append([]) }
            result[result.count - 1].append(line)
            end = max(end, line.frames.upperBound)
        }
        return result
    }

    private func artefact(of lines: [Line], duration: Double) -> Artefact {
        let loudest = lines.max { $0.level < $1.level }!
        let multiples = Set(lines.map(\.multiple))
        let step = multiples.reduce(0, greatestCommonDivisor)
        let own = fraction(loudest.multiple)
        let name =
            multiples.count == 1
            ? own : "\(own), the loudest of \(multiples.count) at multiples of \(fraction(step))"
        let seconds = Double(transform.hopLength) / Double(sampleRate)
        return Artefact(
            .tonalLine, from: Double(lines.map(\.frames.lowerBound).min()!) * seconds,
            to: min(duration, Double(lines.map(\.frames.upperBound).max()!) * seconds),
            level: loudest.level,
            frequency: Double(loudest.multiple * sampleRate) / Double(hopLength), detail: name)
    }

    /// The frequency `k rate / hop` in lowest terms.
    private func fraction(_ k: Int) -> String {
        let divisor = greatestCommonDivisor(k, hopLength)
        return (k == divisor ? "" : "\(k / divisor) x ") + "rate/\(hopLength / divisor)"
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
}

/// The prominences of the multiples of a frame rate in a spectrogram: see ``TonalLines``.
struct Prominences {
    let frameCount: Int
    private let lineCount: Int
    /// The prominence in dB, -10 ... 30, of multiples 1 ... `lineCount`, `[frame, multiple]`.
    private(set) var values: [Double] = []
    /// The prominence of the strongest bin within two of the multiple's.
    private(set) var broadValues: [Double] = []
    /// The mean square of a tone at the multiple.
    private(set) var powers: [Double] = []

    /// - Parameter transform: one whose bin `16 k` is multiple `k`.
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

    /// The mean over `frames` of `values`, ``broadValues`` or ``powers`` at one multiple.
    func mean(_ values: [Double], _ multiple: Int, _ frames: Range<Int>) -> Double {
        frames.reduce(0) { $0 + values[$1 * lineCount + multiple - 1] } / Double(frames.count)
    }
}
