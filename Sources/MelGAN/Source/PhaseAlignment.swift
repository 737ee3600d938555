import Platform
public import Spectra

extension SpeechSource {
    /// `contour` with the voice's phase led to that of a recording.
    ///
    /// A mel does not tell when the glottis closes, so that a source and the recording that its mel was made from agree in
    /// pitch and not in phase. Where one is to be taught by the other, sample by sample, it must: what the harmonics'
    /// phases are to each other can be learned then, which is the same whenever a voice begins.
    ///
    /// - Parameter recording: `T * hop` samples or more, of which `mel` was made.
    public func aligned(_ contour: PitchContour, of mel: MelSpectrogram, to recording: [Float]) -> PitchContour {
        let plain = PitchContour(frequencies: contour.frequencies, voicing: contour.voicing)
        var excitation = excitation
        excitation.append(plain)
        let alignment = PhaseAlignment(self, excitation, mel.logMagnitudes, recording)
        var aligned = plain
        aligned.leads = alignment.leads(of: plain)
        return aligned
    }
}

/// How far a voice must be led for its pulses to fall where a recording's do.
///
/// For every voiced frame t and lead s the harmonics of the recording, up to ``highestFrequency``, are set against those of a
/// vocal tract (``Spectra/MinimumPhase``) excited at once:
///
///     a[k] = sum over n of w[n - t] x[n] exp (-2 pi i k cycles[n])
///     score[t, s] = sum over k of |a[k]|^2 cos (arg a[k] - phase(k f) - 2 pi k s) / sum over k of |a[k]|^2
///
/// with Hann's window w of a mel's frame. Of all paths through a voiced stretch the one is taken whose scores, less
/// ``bendingCost`` times the squares of its steps, are the greatest together (Viterbi).
struct PhaseAlignment {
    private let source: SpeechSource
    private let minimumPhase: MinimumPhase
    private let excitation: Excitation
    private let logMagnitudes: [Float]
    private let recording: [Float]
    /// exp (-2 pi i cycles) of every sample.
    private let real: [Float]
    private let imaginary: [Float]
    private let window: [Float]

    /// Hz.
    private static let highestFrequency = 4000.0
    private static let candidates = 64
    /// Of a step of one cycle.
    private static let bendingCost = 10.0

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
        let size = source.convention.fftSize
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(size))) }
    }

    /// Cycles for each frame, unwrapped within each voiced stretch. An unvoiced frame beside a stretch has its neighbour's.
    func leads(of contour: PitchContour) -> [Float] {
        var leads = [Float](repeating: 0, count: contour.frameCount)
        var start = 0
        while start < contour.frameCount {
            guard contour.voicing[start] > 0.5 else {
                start += 1
                continue
            }
            let end = contour.voicing[start...].firstIndex { $0 <= 0.5 } ?? contour.frameCount
            let path = Self.path((start..<end).map { scores(ofFrame: $0, frequency: Double(contour.frequencies[$0])) })
            leads.replaceSubrange(start..<end, with: path)
            if start > 0 { leads[start - 1] = path[0] }
            if end < leads.count { leads[end] = path.last! }
            start = end
        }
        return leads
    }

    /// One for each candidate lead.
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
                let turn = 2 * Double.pi * Double(harmonic * candidate % Self.candidates) / Double(Self.candidates)
                scores[candidate] += weight * cos(angle - turn)
            }
        }
        return scores
    }

    /// a[1] ... a[count].
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

    /// The best path, in cycles.
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
                    let value = best[earlier] - bendingCost * step * step
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
        var leads: [Float] = []
        for (frame, candidate) in path.enumerated() {
            var lead = (Double(candidate) + vertex(scores[frame], candidate)) / Double(candidates)
            if let last = leads.last { lead -= (lead - Double(last)).rounded() }
            leads.append(Float(lead))
        }
        return leads
    }

    /// Where between its neighbours a candidate's parabola is the highest, -0.5 ... 0.5 of the way to them.
    private static func vertex(_ scores: [Double], _ candidate: Int) -> Double {
        let before = scores[(candidate + candidates - 1) % candidates], after = scores[(candidate + 1) % candidates]
        let curvature = before - 2 * scores[candidate] + after
        guard curvature < 0 else { return 0 }
        return max(-0.5, min(0.5, (before - after) / 2 / curvature))
    }
}
