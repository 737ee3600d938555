import Phonemes
import TextToMel

/// A sentence and its recording, as training a voice needs them.
struct Utterance: Sendable {
    let recording: Recording
    let sequence: PhonemeSequence
    /// The frames of the recording's mel that are spoken, with a little silence on either side.
    let frames: Range<Int>
    /// Hz, for each of ``frames``; 0 where unvoiced.
    let frequencies: [Float]

    var id: String { recording.id }
}
