import Files
import MelGAN
import Platform
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
private var programPath: String? {
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
