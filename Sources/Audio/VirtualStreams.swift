import CSndFile
import Files
import Platform

/// A stream that libsndfile reads or writes through callbacks.
protocol VirtualStream: AnyObject {
    /// The callbacks for `sf_open_virtual`; their context is an unretained stream.
    static var callbacks: SF_VIRTUAL_IO { get }
}

/// A stream of bytes in memory, for standard input and output, which are not seekable.
final class MemoryStream: VirtualStream {
    private(set) var bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { Int64(MemoryStream.adopt($0).bytes.count) },
            seek: { MemoryStream.adopt($2).seek(to: Int($0), from: $1) },
            read: { MemoryStream.adopt($2).read(into: $0!, count: Int($1)) },
            write: { MemoryStream.adopt($2).write($0!, count: Int($1)) },
            tell: { Int64(MemoryStream.adopt($0).position) })
    }

    private static func adopt(_ context: UnsafeMutableRawPointer?) -> MemoryStream {
        Unmanaged<MemoryStream>.fromOpaque(context!).takeUnretainedValue()
    }

    private func seek(to offset: Int, from origin: Int32) -> Int64 {
        let base =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: bytes.count
            default: 0
            }
        guard base + offset >= 0 else { return -1 }
        position = base + offset
        return Int64(position)
    }

    private func read(into destination: UnsafeMutableRawPointer, count: Int) -> Int64 {
        let available = max(0, min(count, bytes.count - position))
        guard available > 0 else { return 0 }
        bytes.withUnsafeBytes { destination.copyMemory(from: $0.baseAddress! + position, byteCount: available) }
        position += available
        return Int64(available)
    }

    private func write(_ source: UnsafeRawPointer, count: Int) -> Int64 {
        if position + count > bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: position + count - bytes.count))
        }
        bytes.withUnsafeMutableBytes { ($0.baseAddress! + position).copyMemory(from: source, byteCount: count) }
        position += count
        return Int64(count)
    }
}

/// The contents of the pipe or device at `path`; nil if `path` is neither.
func streamContents(at path: String) throws(FileError) -> Data? {
    var status = stat()
    guard stat(path, &status) == 0, [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else { return nil }
    return try contents(ofFile: path)
}

/// An open file that libsndfile writes, which records every failure: libsndfile itself ignores failures of the last buffers and of the
/// header.
final class DescriptorStream: VirtualStream {
    private let descriptor: Int32
    /// The `errno` of the first failure.
    private(set) var failure: Int32?

    /// - Parameter descriptor: The caller's file descriptor, open while the stream is used.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { context in
                let stream = DescriptorStream.adopt(context)
                let place = lseek(stream.descriptor, 0, SEEK_CUR)
                defer { lseek(stream.descriptor, place, SEEK_SET) }
                return Int64(lseek(stream.descriptor, 0, SEEK_END))
            },
            seek: { Int64(lseek(DescriptorStream.adopt($2).descriptor, off_t($0), $1)) },
            read: { Int64(systemRead(DescriptorStream.adopt($2).descriptor, $0, Int($1))) },
            write: { DescriptorStream.adopt($2).write($0!, count: Int($1)) },
            tell: { Int64(lseek(DescriptorStream.adopt($0).descriptor, 0, SEEK_CUR)) })
    }

    private static func adopt(_ context: UnsafeMutableRawPointer?) -> DescriptorStream {
        Unmanaged<DescriptorStream>.fromOpaque(context!).takeUnretainedValue()
    }

    private func write(_ source: UnsafeRawPointer, count: Int) -> Int64 {
        guard let failed = writeAll(UnsafeRawBufferPointer(start: source, count: count), to: descriptor) else {
            return Int64(count)
        }
        failure = failure ?? failed
        return 0
    }
}

/// The system's `read`, whose name the callback's label hides.
private func systemRead(_ descriptor: Int32, _ place: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, place, count)
}
