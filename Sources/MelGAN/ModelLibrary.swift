public import Files
import Platform

/// Models known by name: those in folders such as `Models`.
public struct ModelLibrary: Sendable, Equatable {
    /// What a folder of models is called beside a package or a program.
    public static let folderName = "Models"

    /// Where models lie, the first looked at first.
    public let folders: [String]

    public init(folders: [String]) {
        self.folders = folders
    }

    /// The `Models` folders in the current folder, and in the nearest folder above the program that has one.
    ///
    /// - Parameter program: the program's file, all links resolved; nil where the system does not tell.
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

    /// The models there are, in order of their names.
    public var names: [String] {
        let files = FileManager.default
        let found = folders.flatMap { folder in
            ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { Self.isModel(folder + "/" + $0) }
        }
        return Set(found).sorted()
    }

    /// The folder of a model: `choice` where that is one, or the model of that name; without a choice the first by name.
    ///
    /// - Throws: `FileError.missingInput` with the names there are.
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
        return folders.map { $0 + "/" + name }.first(where: Self.isModel)
    }

    private static func isModel(_ folder: String) -> Bool { (try? Model.resolved(folder)) != nil }
}
