import Platform
public import Spectra

extension SpeechSource {
    /// `contour` with phase offsets that align the harmonics with a recording.
    ///
    /// A mel does not say when the glottis closes, so a source and the recording that its mel was computed from agree in F0
    /// but not in phase. Losses that compare them sample by sample need both. A generator trained on aligned sources
    /// learns the phases of the harmonics relative to one another, which do not depend on when a voice begins.
    ///
    /// - Parameter recording: `T * hop` samples or more, from which `mel` was computed.
    public func aligned(_ contour: PitchContour, of mel: MelSpectrogram, to recording: [Float]) -> PitchContour {
        let plain = PitchContour(frequencies: contour.frequencies, voicing: contour.voicing)
        var excitation = excitation
        excitation.append(plain)
        let alignment = PhaseAlignment(self, excitation, mel.logMagnitudes, recording)
        var aligned = plain
        aligned.phaseOffsets = alignment.phaseOffsets(of: plain)
        return aligned
    }
}

/// The phase offsets at which the pulses of an excitation coincide with those of a recording.
///
/// For every voiced frame t and phase offset s, the phases of the recording's harmonics up to ``highestFrequency`` are compared
/// with those of the mel's vocal tract filter (``MinimumPhase``) excited by a pulse:
///
///     a[k] = sum over n of w[n - t] x[n] exp (-2 pi i k cycles[n])
///     score[t, s] = sum over k of |a[k]|^2 cos (arg a[k] - phase(k f) - 2 pi k s) / sum over k of |a[k]|^2
///
/// with w the mel's window. In each voiced segment the Viterbi algorithm finds the path of offsets with the greatest sum of
/// scores less ``stepCost`` times the squared steps.
struct PhaseAlignment {
    private let source: SpeechSource
    private let minimumPhase: MinimumPhase
    private let excitation: Excitation
    private let logMagnitudes: [Float]
    private let recording: [Float]
    /// exp(-2 pi i cycles) of every sample.
    private let real: [Float]
    private let imaginary: [Float]
    private let window: [Float]

    /// Hz.
    private static let highestFrequency = 4000.0
    private static let candidates = 64
    /// The cost of a step of one cycle between neighbouring frames.
    private static let stepCost = 10.0

    init(_ source: SpeechSource, _ excitation: Excitation, _ logMagnitudes: [Float], _ recording: [Float]) {
        (self.source, self.excitation, self.logMagnitudes, self.recording) = (source, excitation, logMagnitudes, recording)
        minimumPhase = MinimumPhase(source.convention)
        var (real, imaginary) = ([Float](), [Float]())
        for index in recording.indices {
            let cycles = excitation.frameCount > 0 ? excitation.state(index).cycles : 0
            let angle = -2 * Double.pi * (cycles - cycles.rounded())
            real.append(Float(cos(angle)))
            imaginary.append(Float(sin(angle)))
        }
        (self.real, self.imaginary) = (real, imaginary)
        window = source.convention.windowSamples
    }

    /// The phase offset of each frame in cycles, unwrapped within each voiced segment. An unvoiced frame beside a segment has its
    /// neighbour's offset.
    func phaseOffsets(of contour: PitchContour) -> [Float] {
        var phaseOffsets = [Float](repeating: 0, count: contour.frameCount)
        var start = 0
        while start < contour.frameCount {
            guard contour.voicing[start] > 0.5 else {
                start += 1
                continue
            }
            let end = contour.voicing[start...].firstIndex { $0 <= 0.5 } ?? contour.frameCount
            let path = Self.path((start..<end).map { scores(ofFrame: $0, frequency: Double(contour.frequencies[$0])) })
            phaseOffsets.replaceSubrange(start..<end, with: path)
            if start > 0 { phaseOffsets[start - 1] = path[0] }
            if end < phaseOffsets.count { phaseOffsets[end] = path.last! }
            start = end
        }
        return phaseOffsets
    }

    /// The score of each candidate phase offset.
    private func scores(ofFrame frame: Int, frequency: Double) -> [Double] {
        let harmonics = self.harmonics(ofFrame: frame, count: max(1, Int(Self.highestFrequency / frequency)))
        let bands = source.convention.bandCount
        let phases = logMagnitudes[frame * bands..<(frame + 1) * bands].withUnsafeBufferPointer(minimumPhase.phases(of:))
        let width = Double(source.convention.sampleRate) / Double(source.convention.fftSize)
        var scores = [Double](repeating: 0, count: Self.candidates)
        let power = max(1e-30, harmonics.reduce(0) { $0 + $1.x * $1.x + $1.y * $1.y })
        for (index, (x, y)) in harmonics.enumerated() {
            let harmonic = index + 1
            let bin = min(phases.count - 1, Int((Double(harmonic) * frequency / width).rounded()))
            let angle = atan2(y, x) - Double(phases[bin]), weight = (x * x + y * y) / power
            for candidate in scores.indices {
                let rotation = 2 * Double.pi * Double(harmonic * candidate % Self.candidates) / Double(Self.candidates)
                scores[candidate] += weight * cos(angle - rotation)
            }
        }
        return scores
    }

    /// The complex amplitudes a[1] ... a[count] of the recording's harmonics.
    private func harmonics(ofFrame frame: Int, count: Int) -> [(x: Double, y: Double)] {
        let first = excitation.centre(ofFrame: frame) - window.count / 2
        let range = max(0, first)..<max(0, min(recording.count, first + window.count))
        var x = range.map { recording[$0] * window[$0 - first] }
        var y = [Float](repeating: 0, count: x.count)
        return (0..<count).map { _ in
            var (sumX, sumY): (Float, Float) = (0, 0)
            for (place, index) in range.enumerated() {
                let (a, b) = (x[place], y[place])
                (x[place], y[place]) = (a * real[index] - b * imaginary[index], a * imaginary[index] + b * real[index])
                sumX += x[place]
                sumY += y[place]
            }
            return (Double(sumX), Double(sumY))
        }
    }

    /// The best path of phase offsets, in cycles.
    private static func path(_ scores: [[Double]]) -> [Float] {
        var best = scores[0]
        var origins: [[Int]] = []
        for row in scores.dropFirst() {
            var (next, from) = (best, [Int](repeating: 0, count: candidates))
            for candidate in 0..<candidates {
                var greatest = -Double.infinity
                for earlier in 0..<candidates {
                    let step =
                        Double((candidate - earlier + 3 * candidates / 2) % candidates - candidates / 2) / Double(candidates)
                    let value = best[earlier] - stepCost * step * step
                    if value > greatest { (greatest, from[candidate]) = (value, earlier) }
                }
                next[candidate] = greatest + row[candidate]
            }
            best = next
            origins.append(from)
        }
        var candidate = best.indices.max { best[$0] < best[$1] }!
        var path = [candidate]
        for from in origins.reversed() {
            candidate = from[candidate]
            path.append(candidate)
        }
        path.reverse()
        var phaseOffsets: [Float] = []
        for (frame, candidate) in path.enumerated() {
            var phaseOffset = (Double(candidate) + vertex(scores[frame], candidate)) / Double(candidates)
            if let last = phaseOffsets.last { phaseOffset -= (phaseOffset - Double(last)).rounded() }
            phaseOffsets.append(Float(phaseOffset))
        }
        return phaseOffsets
    }

    /// The vertex of the parabola through a candidate's score and its neighbours', in steps from the candidate, -0.5 ... 0.5.
    private static func vertex(_ scores: [Double], _ candidate: Int) -> Double {
        let before = scores[(candidate + candidates - 1) % candidates], after = scores[(candidate + 1) % candidates]
        let curvature = before - 2 * scores[candidate] + after
        guard curvature < 0 else { return 0 }
        return max(-0.5, min(0.5, (before - after) / 2 / curvature))
    }
}
