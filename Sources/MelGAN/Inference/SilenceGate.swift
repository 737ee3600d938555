import Platform
import Spectra

/// Keeps digital silence silent: networks hum a little where a mel holds nothing.
///
/// A frame is silent when none of its bands is louder than that of zeros. Its window, which reaches beyond its own samples on
/// both sides, then saw no sound, so its samples become zeros; in the half frame next to one that is not silent they fade along
/// a raised cosine.
struct SilenceGate {
    private let limits: [Float]
    private let hop: Int
    /// Whether each frame from `first` on is silent.
    private var silent: [Bool] = []
    private var first = 0
    /// `hop / 2` factors from 1 to 0.
    private let ramp: [Float]

    /// How much louder than the convention's silence a band may be, in natural-log magnitude: about 1 dB.
    private static let tolerance: Float = 0.1

    init(_ convention: MelConvention) {
        let unit: Float =
            switch convention.compression {
            case .naturalLog: 1
            case .log10: 1 / 2.302_585_1
            case .symmetricDecibel: 1.6 / 2.302_585_1
            }
        limits = convention.silence.map { $0 + Self.tolerance * unit }
        hop = convention.hopLength
        let half = hop / 2
        ramp = (0..<half).map { 0.5 + 0.5 * cosf(.pi * (Float($0) + 0.5) / Float(half)) }
    }

    /// Takes the next frames.
    mutating func push(_ frames: UnsafeBufferPointer<Float>) {
        for start in stride(from: 0, to: frames.count, by: limits.count) {
            silent.append(limits.indices.allSatisfy { frames[start + $0] <= limits[$0] })
        }
    }

    /// Applies the gate to the samples of `range`; the frame after that of the last sample must have come, or will never come.
    mutating func apply(to samples: UnsafeMutablePointer<Float>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        for frame in range.lowerBound / hop...(range.upperBound - 1) / hop where isSilent(frame) {
            let half = hop / 2
            for index in max(range.lowerBound, frame * hop)..<min(range.upperBound, (frame + 1) * hop) {
                let offset = index - frame * hop
                var gain: Float = 0
                if offset < half, !isSilent(frame - 1) { gain = ramp[offset] }
                if offset >= hop - half, !isSilent(frame + 1) { gain = ramp[hop - 1 - offset] }
                samples[index - range.lowerBound] *= gain
            }
        }
        let kept = max(first, range.upperBound / hop - 1)
        silent.removeFirst(min(silent.count, kept - first))
        first = kept
    }

    /// Whether a frame is silent; frames beyond the ends are.
    private func isSilent(_ frame: Int) -> Bool {
        let index = frame - first
        return index < 0 || index >= silent.count || silent[index]
    }
}
