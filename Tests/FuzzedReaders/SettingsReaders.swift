import Files
import MelGAN
import Phonemes
import TextToMel
import Training

extension FuzzedReader {
    /// The JSON that describes models, voices and training runs.
    static let settingsReaders = [
        FuzzedReader("model", longest: 4096, otherSeeds: ["Models/kathleen/config.json", "Models/kathleen-melgan/config.json"]) {
            bytes, folder in
            _ = try folder.file(Model.configurationFile, bytes)
            _ = try Model.configuration(in: folder.path)
        },
        FuzzedReader("voice", longest: 8192, otherSeeds: ["Models/kathleen/voice.json"]) { bytes, folder in
            _ = try folder.file(Voice.descriptionFile, bytes)
            _ = try Voice.description(in: folder.path)
        },
        FuzzedReader("run", longest: 8192) { bytes, folder in
            _ = try folder.file("training.json", bytes)
            let run = RunFolder(path: folder.path)
            do { _ = try run.configuration(as: RunConfiguration.self)?.validationError } catch {
                _ = try run.configuration(as: VoiceRunConfiguration.self)?.validationError
            }
        },
    ]
}
