import CSndFile
import Files
import Platform

/// An open file that libsndfile writes, whose every failure is seen: libsndfile itself passes over those of the last
/// buffers and of the header.
final class DescriptorStream: VirtualStream {
    private let descriptor: Int32
    /// The system's number for the first failure.
    private(set) var failure: Int32?

    /// - Parameter descriptor: The caller's, open for as long as the stream is used.
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

/// The system's, whose name the callback's label hides.
private func systemRead(_ descriptor: Int32, _ place: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, place, count)
}
