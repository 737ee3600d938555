import Platform
import Spectra
import Tensors

/// What a voice is shaped from: every harmonic of the pitch at one strength, the phase running on from sample to sample,
/// where speech is voiced, and white noise throughout. Both have unit power.
///
///     voice[n] = v[n] sqrt(4 f[n] / rate) D(phase[n], limit / f[n])
///     D(p, K) = cos p + cos 2p + ... + cos floor(K) p + (K - floor(K)) cos (floor(K) + 1) p
///     phase[n] = 2 pi (l[n] + f[0] / rate + ... + f[n] / rate)
///
/// f, v and l, which a contour may have or not, run straight between frames' centres. The noise is a function of the seed and the sample's number alone, and the
/// phase at each frame's centre is known without the samples before it: any part can be made by itself, to the same bits.
struct Excitation {
    private let sampleRate: Double
    private let hop: Int
    /// The sample that frame 0 lies about.
    private let centre: Int
    private let seed: UInt64
    private var frequencies: [Double] = []
    private var voicing: [Double] = []
    /// Cycles, 0 ..< 1, at the centre of each frame.
    private var phases: [Double] = []
    /// Cycles added to them.
    private var leads: [Double] = []

    /// Hz below half the rate at which harmonics end.
    private static let guardBand = 125.0
    /// Samples that a thread makes at a time.
    private static let piece = 4096

    init(hop: Int, centre: Int, sampleRate: Int, seed: UInt64) {
        self.sampleRate = Double(sampleRate)
        self.hop = hop
        self.centre = centre
        self.seed = seed
    }

    /// Frames whose pitch is known.
    var frameCount: Int { frequencies.count }

    /// Adds frames after those that there are.
    mutating func append(_ contour: PitchContour) {
        for (frame, frequency) in contour.frequencies.enumerated() {
            let frequency = Double(frequency)
            var phase = 0.0
            if let last = frequencies.last {
                phase = phases.last! + Double(hop) * (last + frequency) / 2 / sampleRate
                phase -= phase.rounded(.down)
            }
            phases.append(phase)
            frequencies.append(frequency)
            // Half-voiced frames are rare, and neither one nor the other.
            voicing.append(contour.voicing[frame] > 0.5 ? 1 : 0)
            leads.append(contour.leads.isEmpty ? 0 : Double(contour.leads[frame]))
        }
    }

    /// The samples of `range`, of which any may lie before the first frame or after the last.
    func parts(_ range: Range<Int>, threadCount: Int = 1) -> (voice: [Float], noise: [Float]) {
        let silence = [Float](repeating: 0, count: range.count)
        guard !frequencies.isEmpty else { return (silence, silence) }
        var (voice, noise) = (silence, silence)
        voice.withUnsafeMutableBufferPointer { voice in
            noise.withUnsafeMutableBufferPointer { noise in
                nonisolated(unsafe) let (voice, noise) = (voice.baseAddress!, noise.baseAddress!)
                let pieces = (range.count + Self.piece - 1) / Self.piece
                Parallel.forEachItem(pieces, workers: threadCount) { _, piece in
                    for offset in piece * Self.piece..<min(range.count, (piece + 1) * Self.piece) {
                        voice[offset] = Float(voiced(range.lowerBound + offset))
                        noise[offset] = Float(self.noise(range.lowerBound + offset))
                    }
                }
            }
        }
        return (voice, noise)
    }

    /// 1 where a frame is voiced, 0 elsewhere.
    func isVoiced(_ frame: Int) -> Float { Float(voicing[min(frame, voicing.count - 1)]) }

    /// The sample that frame `frame` lies about.
    func centre(ofFrame frame: Int) -> Int { centre + frame * hop }

    /// Pitch in Hz, phase in cycles and voicing of a sample.
    func state(_ index: Int) -> (frequency: Double, cycles: Double, voicing: Double) {
        let place = index - centre
        let frame = max(0, min(frequencies.count - 1, place / hop))
        let offset = Double(place - frame * hop)
        let next = min(frame + 1, frequencies.count - 1)
        // Before the first frame and after the last everything stays as it is there.
        let share = frame == next || offset < 0 ? 0 : offset / Double(hop)
        func between(_ values: [Double]) -> Double { values[frame] + (values[next] - values[frame]) * share }
        let frequency = between(frequencies)
        // The integral of a frequency that runs straight.
        let cycles = phases[frame] + offset * (frequencies[frame] + frequency) / 2 / sampleRate
        return (frequency, cycles + between(leads), between(voicing))
    }

    private func voiced(_ index: Int) -> Double {
        let (frequency, cycles, voice) = state(index)
        guard voice > 0 else { return 0 }
        let limit = (sampleRate / 2 - Self.guardBand) / frequency
        return voice * (4 * frequency / sampleRate).squareRoot() * Self.harmonics(cycles, limit)
    }

    /// D: in closed form, Dirichlet's kernel.
    static func harmonics(_ cycles: Double, _ limit: Double) -> Double {
        let phase = 2 * Double.pi * (cycles - cycles.rounded())
        let whole = limit.rounded(.down)
        let half = sin(phase / 2)
        let sum = abs(half) < 1e-6 ? whole : (sin((whole + 0.5) * phase) / half - 1) / 2
        return sum + (limit - whole) * cos((whole + 1) * phase)
    }

    /// Even in ±sqrt 3: SplitMix64's mixing (Steele, Lea and Flood 2014) of the seed and the number.
    private func noise(_ index: Int) -> Double {
        let z = SplitMix64.mixed(seed &+ UInt64(bitPattern: Int64(index)) &* SplitMix64.increment)
        return (Double(z >> 11) * 0x1p-52 - 1) * 1.732_050_807_568_877_2
    }
}
