import Files
import MelGAN
import Speech
import Tensors
import TextToMel

/// Which voice and which vocoder speak, by what the command line says.
struct VoiceChoice {
    let voice: String?
    let model: String?
    let griffinLim: Bool
    let precision: PrecisionOption

    private var library: ModelLibrary { .ofProgram }

    /// The language of the voice, where there is one.
    var languageIfAny: String? {
        guard let folder = try? folder(), let resolved = try? Voice.resolved(folder) else { return nil }
        return try? Voice.description(in: resolved).language
    }

    /// The speaker, and what else is to be made ready: two threads read the voice and the rest at the same time.
    ///
    /// - Throws: `FileError` where there is no such voice or vocoder, or they do not fit; what `other` throws.
    func speaker<Other>(and other: (VoiceDescription) throws -> Other) throws -> (
        speaker: Speaker, folder: String, other: Other
    ) {
        let folder = try folder()
        let description = try Voice.description(in: try Voice.resolved(folder))
        let (voice, rest) = try Parallel.both {
            AcousticSynthesizer(try Voice(at: folder))
        } _: {
            let synthesizer = griffinLim ? nil : Synthesizer(try vocoder(beside: folder), precision: precision.type)
            return (synthesizer: synthesizer, other: try other(description))
        }
        let speaker =
            try rest.synthesizer.map { try Speaker(voice, $0, name: folder) }
            ?? Speaker(voice, griffinLim: .init(threadCount: Parallel.threadCount))
        return (speaker, folder, rest.other)
    }

    private func folder() throws(FileError) -> String {
        if let voice { return try library.folder(of: voice) }
        for name in library.names {
            let folder = try library.folder(of: name)
            if (try? Voice.resolved(folder)) != nil { return folder }
        }
        throw FileError(
            .missingInput, library.folders.first ?? ModelLibrary.folderName,
            "holds no voice; train one with vocoder train-voice, or name one with --voice.")
    }

    /// The vocoder asked for, or the voice's own, or else the first there is.
    private func vocoder(beside folder: String) throws(FileError) -> Model {
        if let model { return try Model(at: try library.folder(of: model)) }
        if (try? Model.resolved(folder)) != nil { return try Model(at: folder) }
        return try Model(at: try library.folder(of: nil))
    }
}
