public import Files
import Platform

/// The models that are known by name: those in folders such as `Models`.
public struct ModelLibrary: Sendable, Equatable {
    /// The name of a folder of models beside a package or a program.
    public static let folderName = "Models"

    /// What a folder has that holds a text model alone, from which voices are trained; it is known by name, but is no vocoder.
    private static let textModelFile = "text.safetensors"

    /// The folders that hold models, in the order in which they are searched.
    public let folders: [String]

    public init(folders: [String]) {
        self.folders = folders
    }

    /// The `Models` folders in the current folder, and in the nearest folder above the program that has one.
    ///
    /// - Parameter program: The program's file, with all links resolved; nil if the system does not know it.
    public init(currentFolder: String, program: String?) {
        var folders = [currentFolder + "/" + Self.folderName]
        var above = program.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        while let folder = above, folder.path != "/" {
            let models = folder.path + "/" + Self.folderName
            if FileManager.default.fileExists(atPath: models) {
                if models != folders[0] { folders.append(models) }
                break
            }
            above = folder.deletingLastPathComponent()
        }
        self.init(folders: folders)
    }

    /// The names of all models, sorted.
    public var names: [String] {
        let files = FileManager.default
        let found = folders.flatMap { folder in
            ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { Self.isModel(folder + "/" + $0) }
        }
        return Set(found).sorted()
    }

    /// Returns the folder of a model: `choice` itself if it is a folder, otherwise the model of that name; the first model by name if
    /// `choice` is nil.
    ///
    /// - Throws: `FileError` `.missingInput`, which lists the known names, if there is no such model.
    public func folder(of choice: String?) throws(FileError) -> String {
        let names = names
        guard let choice else {
            guard let first = names.first else {
                throw FileError(
                    .missingInput, folders.first ?? Self.folderName,
                    "holds no model",
                    [.trainModel, .name(.model), .useGriffinLim])
            }
            return located(first)!
        }
        if FileManager.default.fileExists(atPath: choice) { return choice }
        if let folder = located(choice) { return folder }
        let known = names.isEmpty ? "none" : names.joined(separator: ", ")
        throw FileError(
            .missingInput, choice,
            "there is no such folder, nor a model of that name; the models known by name: \(known).")
    }

    private func located(_ name: String) -> String? {
        guard !name.isEmpty else { return nil }
        return folders.map { $0 + "/" + name }.first { Self.isModel($0) || FileManager.default.fileExists(atPath: $0 + "/" + Self.textModelFile) }
    }

    private static func isModel(_ folder: String) -> Bool { (try? Model.resolved(folder)) != nil }
}
