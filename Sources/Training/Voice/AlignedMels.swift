public import Files
import Kernels
import Platform
import Spectra
import Tensors
import TextToMel

extension VoiceTrainer {
    /// Writes the mel of every sentence as the best voice so far predicts it with the recording's own durations, pitch and energy
    /// (ground-truth-aligned synthesis): `id.npy`, as long as the recording's mel, to train a vocoder on (`vocoder train --mels`).
    ///
    /// The frames before and after the speech are the recording's own, so that every frame describes the same audio.
    ///
    /// - Parameters:
    ///   - folder: Created where it does not exist.
    ///   - progress: Called with how many sentences of how many are done; an error that it throws ends the writing.
    /// - Returns: How many mels were written.
    /// - Throws: `FileError` where no voice has been trained yet, or the folder cannot be written.
    @discardableResult
    public func writeMels(
        to folder: String, progress: (_ done: Int, _ total: Int) throws(FileError) -> Void = { _, _ in }
    ) throws(FileError) -> Int {
        let best = try run.textModelPath()
        let description = try Voice.description(in: best)
        var voice = VoiceTraining(configuration, self.description.network, longest: longest)
        try voice.average.network.load(in: best)
        let synthesizer = AcousticSynthesizer(Voice(description, network: voice.average.network.acoustic))
        try createFolder(at: folder)
        let all = Array(zip(training.utterances + validation.utterances, trainingTokens + validationTokens))
        for start in stride(from: 0, to: all.count, by: 16) {
            let part = Array(all[start..<min(all.count, start + 16)])
            let batch = VoiceBatch(part.map(\.0), tokens: part.map(\.1), in: training.set, description)
            let durations = voice.alignments(of: batch).map(\.durations)
            let targets = batch.targets(durations)
            var first = 0
            for (index, (utterance, tokens)) in part.enumerated() {
                let range = first..<first + tokens.count
                first = range.upperBound
                let predicted = synthesizer.mel(
                    of: tokens, durations: durations[index], pitch: Array(targets.pitch[range]),
                    energy: Array(targets.energy[range]))
                try write(predicted, of: utterance, to: folder)
            }
            try progress(start + part.count, all.count)
        }
        return all.count
    }

    /// A hash of everything that decides the mels that ``writeMels(to:progress:)`` would write now.
    func melOrigin() throws(FileError) -> String {
        let best = try run.textModelPath()
        var key = CacheKey("mels 1")
        for name in [Voice.descriptionFile, Voice.weightsFile, VoiceNetworks.alignerFile] {
            let checksum = try contents(ofFile: best + "/" + name).withUnsafeBytes { CRC32C(of: $0).value }
            key.add("\(name) \(checksum)")
        }
        for utterance in training.utterances + validation.utterances {
            let recording = utterance.recording
            key.add("\(utterance.id) \(recording.checksums) \(utterance.frames) \(utterance.sequence.description)")
        }
        return key.value + "\n"
    }

    private func write(_ predicted: MelSpectrogram, of utterance: Utterance, to folder: String) throws(FileError) {
        var mel = training.set.mel(of: utterance.recording)
        let bands = mel.bandCount
        mel.values.replaceSubrange(
            utterance.frames.lowerBound * bands..<utterance.frames.upperBound * bands, with: predicted.values)
        let path = FolderPath.joined(folder, utterance.id + ".npy")
        // An id may have a folder of the corpus in it.
        try createFolder(at: FolderPath.parent(of: path))
        try mel.write(to: path)
    }
}
