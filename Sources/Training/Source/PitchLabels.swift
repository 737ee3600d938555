import Audio
import Evaluation
import Platform
import Spectra

/// What a ``PitchNetwork`` is to say about a recording: our tracker's pitch at each frame of its mel.
struct PitchLabels {
    /// Hz; 0 where the frame is unvoiced.
    let frequencies: [Float]

    /// - Parameters:
    ///   - track: of the recording.
    ///   - frameCount: of its mel.
    init(_ track: PitchTrack, frameCount: Int, convention: MelConvention) {
        let framing = Frames(
            fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        let first = convention.fftSize / 2 - framing.paddingBefore
        frequencies = (0..<frameCount).map { frame in
            let centre = Double(frame * convention.hopLength + first) / Double(convention.sampleRate)
            return Self.frequency(of: track, at: centre * 200)
        }
    }

    /// Between two voiced values of the track on a straight line in octaves; otherwise the nearer one.
    private static func frequency(of track: PitchTrack, at place: Double) -> Float {
        let last = track.frequencies.count - 1
        guard last >= 0 else { return 0 }
        let low = max(0, min(last, Int(place))), high = min(last, low + 1)
        let share = max(0, min(1, place - Double(low)))
        guard track.isVoiced(low), track.isVoiced(high) else {
            return Float(track.frequencies[share < 0.5 ? low : high])
        }
        return Float(track.frequencies[low] * pow(track.frequencies[high] / track.frequencies[low], share))
    }
}
