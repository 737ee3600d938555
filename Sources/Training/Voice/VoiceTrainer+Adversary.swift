import Files
import Platform

extension VoiceTrainer {
    /// Goes on from the best voice so far with a discriminator.
    ///
    /// That voice is kept as the run's start, so that a run killed later, when another has become the best, begins as this one.
    func beginMelDiscriminator(
        _ voice: inout VoiceTraining, _ state: inout RunState, _ progress: inout TrainingProgress
    ) throws(FileError) {
        let files = FileManager.default
        var best = voice.average.network
        if !files.fileExists(atPath: run.startPath) {
            if files.fileExists(atPath: run.bestPath) { try VoiceCheckpoint.read(&best, from: run.bestPath) }
            let networks = best
            try replaceFolder(at: run.startPath) { beside throws(FileError) in
                try VoiceCheckpoint.write(networks, described(state), to: beside)
            }
        }
        try VoiceCheckpoint.read(&best, from: run.startPath)
        voice.beginMelDiscriminator(with: best)
        let from = state.bestStep.map { ", from the voice of step \($0)" } ?? ""
        (state.bestError, state.bestStep) = (nil, nil)
        progress.say("step \(state.step): a discriminator begins to teach the decoder\(from)")
    }
}
