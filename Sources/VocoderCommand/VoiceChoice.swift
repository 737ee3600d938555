import Files
import MelGAN
import Spectra
import Speech
import Tensors
import TextToMel

/// The voice and the vocoder that the command line asks for.
struct VoiceChoice {
    let voice: String?
    let model: String?
    let griffinLim: Bool
    let precision: PrecisionOption

    private var library: ModelLibrary { .ofProgram }

    /// The language of the voice; nil where there is no voice.
    var languageIfAny: String? {
        guard let folder = try? folder(), let resolved = try? Voice.resolved(folder) else { return nil }
        return try? Voice.description(in: resolved).language
    }

    /// Makes the speaker and runs `other`: one thread reads the voice, another the vocoder, and then runs `other`.
    ///
    /// - Throws: `FileError` where there is no such voice or vocoder, or they do not fit one another; also the errors of `other`.
    func speaker<Other>(and other: (VoiceDescription) throws -> Other) throws -> (
        speaker: Speaker, folder: String, other: Other
    ) {
        let folder = try folder()
        let description = try Voice.description(in: try Voice.resolved(folder))
        let (voice, rest) = try Parallel.both {
            AcousticSynthesizer(try Voice(at: folder))
        } _: {
            var choice = try vocoderChoice(beside: folder)
            return (vocoder: choice.vocoder(for: description.convention), other: try other(description))
        }
        return (try speaker(voice, rest.vocoder, name: folder), folder, rest.other)
    }

    private func speaker(
        _ voice: AcousticSynthesizer, _ vocoder: any Vocoder, name: String
    ) throws(FileError) -> Speaker {
        do { return try Speaker(voice, vocoder) } catch {
            throw FileError(
                .badData, name,
                "makes mels of \(voice.description.convention.valueSummary), and the vocoder takes "
                    + "\(vocoder.convention.valueSummary); give another --model, or --griffin-lim.")
        }
    }

    private func folder() throws(FileError) -> String {
        try library.voiceFolder(of: voice)
    }

    /// The vocoder asked for, or the voice's own model, or else the first there is.
    private func vocoderChoice(beside folder: String) throws(FileError) -> VocoderChoice {
        if griffinLim { return .griffinLim() }
        let hasOwn = model == nil && (try? Model.resolved(folder)) != nil
        let chosen = hasOwn ? folder : try library.folder(of: model)
        return VocoderChoice(try Model(at: chosen), name: chosen, precision: precision.type)
    }
}
