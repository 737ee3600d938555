import Dispatch

/// Splits `0 ..< count` into `threadCount` ranges of like length and calls `body` with them at once.
///
/// `body` must write only what belongs to its range: that is why closures which capture pointers may cross threads here.
func inChunks(of count: Int, threadCount: Int, _ body: (Range<Int>) -> Void) {
    let chunks = max(1, min(threadCount, count))
    guard chunks > 1 else { return body(0..<count) }
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
            body(count * chunk / chunks..<count * (chunk + 1) / chunks)
        }
    }
}
