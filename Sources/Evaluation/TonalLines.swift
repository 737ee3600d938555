import Spectra

/// Steady tones at multiples of the frame rate `rate / hop`.
///
/// Transposed convolutions do the same to every frame's samples, so that a bias or an uneven kernel sounds at multiples
/// of `rate / hop` and of the rates between the stages (Pons et al., "Upsampling artifacts in neural audio synthesis",
/// 2021); bands that do not fit together sound at their edges, which are such multiples too. A voice does not keep one
/// frequency for a second, and where it does so does the original.
///
/// Spectra of `16 hop` samples (Hann) have every multiple in the middle of a bin, `16 k`. A line's prominence is the
/// level of that bin over the median of bins 4 to 7 below and above, -10 ... 30 dB.
struct TonalLines: Sendable {
    let sampleRate: Int
    let hopLength: Int
    /// dB: mean prominence over a second from which on it is a line.
    static let bound = 10.0
    /// dB: and so much more than the original's, or that of the two bins beside it, where a voice's pitch may lie.
    static let excess = 8.0
    /// dB: the same below 600 Hz, where harmonics are sharp and an imitation's may be sharper.
    static let lowExcess = 12.0
    /// dB: the bound where there is no original to tell.
    static let boundAlone = 16.0
    /// dB relative to full scale: softer lines are let pass.
    static let leastLevel = -80.0
    /// Hz: below it a voice's pitch may stay within a bin, if there is no original to tell.
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
        // Less than two transforms of sound says nothing of steadiness.
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
                // Windows reach beyond what sounds.
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

    /// Lines that sound at one time belong together.
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

    /// `k rate / hop` in lowest terms.
    private func fraction(_ k: Int) -> String {
        let divisor = greatestCommonDivisor(k, hopLength)
        return (k == divisor ? "" : "\(k / divisor) x ") + "rate/\(hopLength / divisor)"
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
}
