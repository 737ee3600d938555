import MelGAN
import Platform

extension ModelLibrary {
    /// The models in `Models` of the current folder and of the package that this program was built from.
    static var ofProgram: ModelLibrary {
        ModelLibrary(currentFolder: FileManager.default.currentDirectoryPath, program: programPath)
    }
}

/// This program's file, links resolved; nil where the system does not tell.
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
