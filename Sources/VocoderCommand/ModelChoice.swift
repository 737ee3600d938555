import Files
import Kernels
import MelGAN
import Platform
import Spectra
import Speech
import Tensors
import TextToMel

/// The place where the command line finds models and voices: every option that takes "a model's or training run's folder, or a name in
/// Models" is resolved here.
extension ModelLibrary {
    /// The models in `Models` of the current folder and of the package that this program was built from.
    static var ofProgram: ModelLibrary {
        ModelLibrary(currentFolder: FileManager.default.currentDirectoryPath, program: programPath)
    }

    /// The folder of a voice: `choice`, or the voice of that name; without a choice the first model by name that is a voice.
    ///
    /// - Throws: `FileError.missingInput` where there is none.
    func voiceFolder(of choice: String?) throws(FileError) -> String {
        if let choice { return try folder(of: choice) }
        for name in names {
            let folder = try folder(of: name)
            if (try? Voice.resolved(folder)) != nil { return folder }
        }
        throw FileError(
            .missingInput, folders.first ?? Self.folderName,
            "holds no voice; train one with vocoder train-voice, or name one with --voice.")
    }

    /// The folder of a model, or `choice` as it is where the model is gone.
    func path(of choice: String) -> String { (try? folder(of: choice)) ?? choice }
}

/// The path of this program, with links resolved; nil where the system does not tell.
var programPath: String? {
    #if canImport(Darwin)
        var count = UInt32(PATH_MAX)
        var name = [CChar](repeating: 0, count: Int(count))
        guard _NSGetExecutablePath(&name, &count) == 0 else { return nil }
        let link = name
    #else
        let link = "/proc/self/exe".utf8CString
    #endif
    guard let resolved = link.withUnsafeBufferPointer({ realpath($0.baseAddress!, nil) }) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// A vocoder that a command was told to use. Here the commands know vocoders by name; all else knows the protocol.
struct VocoderChoice {
    /// What reports call it.
    let name: String
    /// The convention that its mels must have; nil for a vocoder that is made for the convention of each mel.
    let convention: MelConvention?
    private let make: (MelConvention) -> any Vocoder
    /// The vocoder of the last mel: filters and plans are kept while the convention stays.
    private var made: (any Vocoder)?

    init(_ model: Model, name: String, precision: ScalarType) {
        let synthesizer = Synthesizer(model, precision: precision)
        (self.name, convention) = (name, synthesizer.convention)
        make = { _ in synthesizer }
    }

    private init(name: String, make: @escaping (MelConvention) -> any Vocoder) {
        (self.name, self.make, convention) = (name, make, nil)
    }

    static func griffinLim(iterations: Int = 60, momentum: Float = 0.99, seed: UInt64 = 0) -> VocoderChoice {
        VocoderChoice(name: "griffin-lim") { convention in
            GriffinLim(
                convention: convention, iterations: iterations, momentum: momentum, seed: seed,
                threadCount: Parallel.threadCount)
        }
    }

    /// The vocoder for mels of its own convention, or of `convention` where it has none.
    mutating func vocoder(for convention: MelConvention) -> any Vocoder {
        let convention = self.convention ?? convention
        if let made, made.convention == convention { return made }
        let vocoder = make(convention)
        made = vocoder
        return vocoder
    }

    /// The mel of a file in a convention that the vocoder takes, and a sentence where it was converted or its convention assumed.
    ///
    /// - Parameters:
    ///   - stated: The mel's convention by the user's word, where the file carries none.
    ///   - compression: What its values are by the user's word, if they are no logarithms.
    /// - Throws: `FileError.badData` where the mel does not fit the vocoder, or its convention cannot be told.
    func mel(
        of file: MelFile, stated: MelConvention?, compression: Remedy.LinearScale? = nil
    ) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        if let compression {
            let (mel, note) = try file.compressed(compression, to: stated ?? convention ?? .melgan)
            guard let convention, mel.convention != convention else { return (mel, note) }
            do { return (try mel.converted(to: convention), note) } catch {
                throw FileError(.badData, file.path, "cannot be converted to the model's mels: \(error.description)", [convention.extractionRemedy])
            }
        }
        if let convention { return try file.fitted(to: convention, stated: stated) }
        let (mel, note) = try file.recognised(stated: stated)
        if mel.convention.framing == .centred, mel.frameCount < 2 {
            throw FileError(
                .badData, file.path, "has a single centred frame, which spans no sound; two or more were expected.")
        }
        return (mel, note)
    }
}

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

    /// Makes the speaker, and whatever else is to be made ready: one thread reads the voice, another the vocoder and the rest.
    ///
    /// - Throws: `FileError` where there is no such voice or vocoder, or they do not fit one another; whatever `other` throws.
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
