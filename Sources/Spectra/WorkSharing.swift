import Dispatch
import Synchronization

/// Has `threadCount` threads take pieces of `0 ..< count`, one after another, until none is left.
///
/// Pieces are `length` long but for the last, and lie where they lie however many threads there are; which thread
/// takes which is chance, so that one slowed by other work takes fewer. `body` must write only what belongs to its
/// piece: that is why closures which capture pointers may cross threads here.
///
/// - Parameters:
///   - workspace: called once on each thread; what it makes is handed to every call of `body` there.
func forEachChunk<Workspace: ~Copyable>(
    of count: Int, length: Int, threadCount: Int, workspace: () -> Workspace,
    _ body: (Range<Int>, inout Workspace) -> Void
) {
    precondition(length > 0 && threadCount > 0, "pieces of \(length) for \(threadCount) threads")
    let chunkCount = (count + length - 1) / length
    let next = Atomic(0)
    withoutActuallyEscaping(workspace) { workspace in
        withoutActuallyEscaping(body) { body in
            nonisolated(unsafe) let (workspace, body) = (workspace, body)
            DispatchQueue.concurrentPerform(iterations: max(1, min(threadCount, chunkCount))) { _ in
                var own = workspace()
                while true {
                    let piece = next.add(1, ordering: .relaxed).oldValue
                    guard piece < chunkCount else { break }
                    body(piece * length..<min(count, (piece + 1) * length), &own)
                }
            }
        }
    }
}
