import Platform
import Synchronization

/// The temporary files that are being written, which a program that a signal ends removes.
///
/// A handler of signals may hardly call anything, so that the paths are kept as C has them.
package enum TemporaryFiles {
    private static let capacity = 64
    nonisolated(unsafe) private static let paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
        let paths = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
        paths.initialize(repeating: nil, count: capacity)
        return paths
    }()
    private static let lock = Mutex(())

    /// Keeps a path until it is released; nil where there is no place for it.
    static func register(_ path: String) -> Int? {
        lock.withLock { _ in
            guard let place = (0..<capacity).first(where: { paths[$0] == nil }) else { return nil }
            paths[place] = strdup(path)
            return place
        }
    }

    static func release(_ place: Int?) {
        guard let place else { return }
        lock.withLock { _ in
            let path = paths[place]
            paths[place] = nil
            free(path)
        }
    }

    /// Removes the files when SIGINT, SIGTERM or SIGHUP ends the program, which they then do. What handles these itself replaces this.
    package static func removeAtSignals() {
        _ = paths
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // What was ignored stays so, as under nohup.
            let earlier = signal(number) { number in
                for place in 0..<TemporaryFiles.capacity { if let path = TemporaryFiles.paths[place] { unlink(path) } }
                signal(number, SIG_DFL)
                raise(number)
            }
            if unsafeBitCast(earlier, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
        }
    }
}
