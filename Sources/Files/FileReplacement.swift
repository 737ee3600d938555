public import Platform

/// Writes a file atomically: `write` writes a temporary file, which is synchronised to the disk and then put in the place of `path`
/// (see ``ReplacementFile``). If anything fails the temporary file is removed and `path` does not change.
///
/// The temporary file has the ending of `path`, for libraries that choose a format by it.
///
/// - Throws: `FileError`: `.cannotCreate` if the file cannot be created, `.inputOutput` if writing fails, or the error of `write`.
public func replaceFile(
    at path: String, with write: (_ besidePath: String) throws(FileError) -> Void
) throws(FileError) {
    let file = try ReplacementFile(for: path)
    // The library opens the file again by its name, and may remove what is there.
    try write(file.temporaryPath)
    try file.commit()
}

/// Writes `contents` to `path` atomically; see ``replaceFile(at:with:)``.
public func replaceFile(at path: String, contents: Data) throws(FileError) {
    let file = try ReplacementFile(for: path)
    if let failure = contents.withUnsafeBytes({ writeAll($0, to: file.descriptor) }) {
        throw FileError.writing(path, errno: failure)
    }
    try file.commit()
}

/// Creates the folder at `path` and its parent folders if they do not exist.
public func createFolder(at path: String) throws(FileError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw FileError(.cannotCreate, path, "the folder cannot be created; check the path and its permissions.")
    }
}

/// A temporary file that takes the place of the file at a path when it is whole.
///
/// A regular file is replaced by renaming, with the permissions it had; a symbolic link stays, and what it leads to is replaced. What is no
/// regular file (a FIFO, a device, `/dev/stdout`) stays too: the contents are written into it. If the temporary file is released
/// before ``commit()`` it is removed, and nothing at the path changes.
public struct ReplacementFile: ~Copyable {
    public let path: String
    /// Of the temporary file, open for reading and writing.
    public let descriptor: Int32
    /// In the folder of the file that it replaces.
    let temporaryPath: String
    private let destination: FileDestination
    private let registration: Int?

    /// - Throws: `FileError.cannotCreate` if the file cannot be created.
    public init(for path: String) throws(FileError) {
        let destination = FileDestination(path)
        if let obstacle = destination.obstacle { throw FileError(.cannotCreate, path, obstacle) }
        let temporaryPath = destination.temporaryPath
        let descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be created (\(String(cString: strerror(errno)))).")
        }
        if let permissions = destination.permissions { fchmod(descriptor, permissions) }
        (self.path, self.destination, self.temporaryPath, self.descriptor) = (path, destination, temporaryPath, descriptor)
        registration = TemporaryFiles.register(temporaryPath)
    }

    deinit {
        close(descriptor)
        // After the commit there is no file of this name.
        unlink(temporaryPath)
        TemporaryFiles.release(registration)
    }

    /// Synchronises the file to the disk and puts it in its place.
    public consuming func commit() throws(FileError) {
        if destination.isSpecial { return try destination.fill(from: temporaryPath, path) }
        // By its name, for a library may have made another file of it.
        let written = open(temporaryPath, O_RDONLY)
        defer { close(written) }
        if fsync(written) != 0, errno != EINVAL, errno != EROFS { throw FileError.writing(path, errno: errno) }
        guard rename(temporaryPath, destination.target) == 0 else {
            throw FileError(.cannotCreate, path, "could not be put in place (\(String(cString: strerror(errno)))).")
        }
    }
}

/// Whether there is something at `path` that is written into and not replaced: a FIFO, a device, `/dev/stdout`.
public func isSpecialFile(_ path: String) -> Bool { FileDestination(path).isSpecial }

/// What a path to be written leads to.
struct FileDestination {
    /// The path where links have been followed.
    let target: String
    /// Whether the contents are written into what is there instead of replacing it.
    let isSpecial: Bool
    /// Those of the regular file that is there; nil where there is none.
    let permissions: mode_t?
    /// Why nothing can be written there; nil where it can.
    let obstacle: String?
    /// The descriptor that a path such as `/dev/stdout` or `/dev/fd/3` stands for.
    private let openDescriptor: Int32?

    init(_ path: String) {
        openDescriptor = Self.descriptor(of: path)
        let followed = openDescriptor == nil ? Self.end(ofLinksFrom: path) : path
        target = followed ?? path
        obstacle =
            if followed == nil {
                "is a link that leads in a circle; remove it, or name another file."
            } else if target.contains("\u{FFFD}") {
                "has a name, or leads to one, that is not UTF-8 text; name another file."
            } else if openDescriptor == nil, access(target, F_OK) == 0, access(target, W_OK) != 0 {
                "is protected from being written (\(String(cString: strerror(errno)))); change its permissions, or name another file."
            } else if let openDescriptor, fcntl(openDescriptor, F_GETFD) < 0 {
                "is not open; give the program an output there, or name a file."
            } else {
                nil
            }
        var status = stat()
        let exists = stat(target, &status) == 0
        let kind = status.st_mode & S_IFMT
        isSpecial = openDescriptor != nil || exists && kind != S_IFREG && kind != S_IFDIR
        permissions = exists && kind == S_IFREG ? status.st_mode & 0o777 : nil
    }

    /// In the folder of the target, so that it can be renamed to it, or in that for temporary files.
    var temporaryPath: String {
        guard isSpecial else { return placeBeside(target) }
        let folder = FileManager.default.temporaryDirectory.path
        return placeBeside(FolderPath.joined(access(folder, W_OK) == 0 ? folder : "/tmp", FolderPath.name(of: target)))
    }

    /// Writes the contents of the file at `source` into what is there.
    func fill(from source: String, _ path: String) throws(FileError) {
        let output = openDescriptor.map { dup($0) } ?? open(target, O_WRONLY)
        guard output >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be written to (\(String(cString: strerror(errno)))).")
        }
        defer { close(output) }
        let failure = try contents(ofFile: source).withUnsafeBytes { writeAll($0, to: output) }
        if let failure { throw FileError.writing(path, errno: failure) }
    }

    private static func descriptor(of path: String) -> Int32? {
        switch path {
        case "/dev/stdout": 1
        case "/dev/stderr": 2
        default: ["/dev/fd/", "/proc/self/fd/"].lazy.compactMap { path.hasPrefix($0) ? Int32(path.dropFirst($0.count)) : nil }.first
        }
    }

    /// The path that symbolic links lead to, also where there is nothing yet; nil where they lead in a circle.
    static func end(ofLinksFrom path: String) -> String? {
        var current = path
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        for _ in 0..<40 {
            let length = readlink(current, &buffer, buffer.count - 1)
            guard length > 0 else { return current }
            let link = String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
            current = link.hasPrefix("/") ? link : FolderPath.joined(FolderPath.parent(of: current), link)
        }
        return nil
    }
}

/// Writes all of `bytes` to an open file; returns the `errno` of a failure, or nil.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var offset = 0
    while offset < bytes.count {
        let written = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written >= 0 {
            offset += written
        } else if errno != EINTR {
            return errno
        }
    }
    return nil
}

/// The path of a temporary file in the folder of `path`, with the same ending.
func placeBeside(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    var name = url.lastPathComponent
    if name.utf8.count > 200 {
        // File systems have 255 bytes for a name. What is left out is in the sum, so that the names of different files stay different.
        let sum = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        name = name.prefix(40) + String(sum, radix: 16)
    }
    return url.deletingLastPathComponent()
        .appendingPathComponent(".\(name).\(getpid()).partial")
        .appendingPathExtension(url.pathExtension.isEmpty ? "tmp" : url.pathExtension).path
}

extension Encodable {
    /// Writes the value as JSON with sorted keys, indented.
    package func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do { data = try encoder.encode(self) } catch {
            throw FileError(.badData, path, "cannot be written as JSON (\(error)).")
        }
        try replaceFile(at: path, contents: data)
    }
}

/// Operations on paths as text, without access to the disk.
package enum FolderPath {
    /// The path of `name` in `folder`, or `name` itself if it is absolute.
    package static func joined(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty || folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The last part of `path`.
    package static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The folder that holds `path`.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
