import CSndFile
import Platform

/// What libsndfile reads and writes through callbacks, as if it were a file.
protocol VirtualStream: AnyObject {
    /// For `sf_open_virtual`; their context is an unretained stream.
    static var callbacks: SF_VIRTUAL_IO { get }
}

/// Bytes in memory: for standard input and output, which cannot be sought.
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
