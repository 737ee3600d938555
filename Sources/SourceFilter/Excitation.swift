import Platform
import Spectra
import Tensors

/// The excitation of the source-filter model: harmonics of F0 at equal amplitude where speech is voiced, with a phase that is
/// continuous from sample to sample, and white noise everywhere. Both have unit power.
///
///     voice[n] = v[n] sqrt(4 f[n] / rate) D(phase[n], limit / f[n])
///     D(p, K) = cos p + cos 2p + ... + cos floor(K) p + (K - floor(K)) cos (floor(K) + 1) p
///     phase[n] = 2 pi (l[n] + f[0] / rate + ... + f[n] / rate)
///
/// F0 `f`, voicing `v` and phase offsets `l` (0 where a contour has none) are interpolated linearly between the frames' centres. The
/// noise is a function of the seed and the sample's number alone, and the phase at each frame's centre is known without the
/// samples before it: any range of samples can be computed by itself, with the same bits.
struct Excitation {
    private let sampleRate: Double
    private let hop: Int
    /// The sample at the centre of frame 0.
    private let centre: Int
    private let seed: UInt64
    private var frequencies: [Double] = []
    private var voicing: [Double] = []
    /// Cycles, 0 ..< 1, at the centre of each frame.
    private var phases: [Double] = []
    /// Phase offsets in cycles, which are added to the phases.
    private var phaseOffsets: [Double] = []

    /// The distance in Hz from the Nyquist frequency to the highest harmonic.
    private static let guardBand = 125.0
    /// Samples that a thread computes at a time.
    private static let chunkLength = 4096

    init(hop: Int, centre: Int, sampleRate: Int, seed: UInt64) {
        self.sampleRate = Double(sampleRate)
        self.hop = hop
        self.centre = centre
        self.seed = seed
    }

    /// The number of frames whose F0 is known.
    var frameCount: Int { frequencies.count }

    /// Appends frames.
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
            // Frames that are voiced in part are rare: each counts as voiced or unvoiced.
            voicing.append(contour.voicing[frame] > 0.5 ? 1 : 0)
            phaseOffsets.append(contour.phaseOffsets.isEmpty ? 0 : Double(contour.phaseOffsets[frame]))
        }
    }

    /// The samples of `range`, which may begin before the first frame and end after the last.
    func parts(_ range: Range<Int>, threadCount: Int = 1) -> (voice: [Float], noise: [Float]) {
        let silence = [Float](repeating: 0, count: range.count)
        guard !frequencies.isEmpty else { return (silence, silence) }
        var (voice, noise) = (silence, silence)
        voice.withUnsafeMutableBufferPointer { voice in
            noise.withUnsafeMutableBufferPointer { noise in
                nonisolated(unsafe) let (voice, noise) = (voice.baseAddress!, noise.baseAddress!)
                let chunks = (range.count + Self.chunkLength - 1) / Self.chunkLength
                Parallel.forEachItem(chunks, workers: threadCount) { _, chunk in
                    for offset in chunk * Self.chunkLength..<min(range.count, (chunk + 1) * Self.chunkLength) {
                        voice[offset] = Float(voiced(range.lowerBound + offset))
                        noise[offset] = Float(self.noise(range.lowerBound + offset))
                    }
                }
            }
        }
        return (voice, noise)
    }

    /// 1 if a frame is voiced, 0 if it is not.
    func isVoiced(_ frame: Int) -> Float { Float(voicing[min(frame, voicing.count - 1)]) }

    /// The sample at the centre of frame `frame`.
    func centre(ofFrame frame: Int) -> Int { centre + frame * hop }

    /// F0 in Hz, phase in cycles and voicing at a sample.
    func state(_ index: Int) -> (frequency: Double, cycles: Double, voicing: Double) {
        let place = index - centre
        let frame = max(0, min(frequencies.count - 1, place / hop))
        let offset = Double(place - frame * hop)
        let next = min(frame + 1, frequencies.count - 1)
        // Before the first frame and after the last, the values are those of that frame.
        let fraction = frame == next || offset < 0 ? 0 : offset / Double(hop)
        func between(_ values: [Double]) -> Double { values[frame] + (values[next] - values[frame]) * fraction }
        let frequency = between(frequencies)
        // The integral of a linearly changing frequency.
        let cycles = phases[frame] + offset * (frequencies[frame] + frequency) / 2 / sampleRate
        return (frequency, cycles + between(phaseOffsets), between(voicing))
    }

    private func voiced(_ index: Int) -> Double {
        let (frequency, cycles, voice) = state(index)
        guard voice > 0 else { return 0 }
        let limit = (sampleRate / 2 - Self.guardBand) / frequency
        return voice * (4 * frequency / sampleRate).squareRoot() * Self.harmonics(cycles, limit)
    }

    /// The sum D of cosines in closed form, by the Dirichlet kernel.
    static func harmonics(_ cycles: Double, _ limit: Double) -> Double {
        let phase = 2 * Double.pi * (cycles - cycles.rounded())
        let whole = limit.rounded(.down)
        let half = sin(phase / 2)
        let sum = abs(half) < 1e-6 ? whole : (sin((whole + 0.5) * phase) / half - 1) / 2
        return sum + (limit - whole) * cos((whole + 1) * phase)
    }

    /// White noise, uniform in ±sqrt 3: SplitMix64's mixing function (Steele, Lea and Flood 2014) of the seed and the sample's number.
    private func noise(_ index: Int) -> Double {
        let z = SplitMix64.mixed(seed &+ UInt64(bitPattern: Int64(index)) &* SplitMix64.increment)
        return (Double(z >> 11) * 0x1p-52 - 1) * 1.732_050_807_568_877_2
    }
}
