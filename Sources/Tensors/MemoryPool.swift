import Platform
import Synchronization

/// Keeps freed blocks for the next tensor of about the same size.
///
/// Fresh pages cost more than the arithmetic at the high-rate end of the generator: the system clears each page, and
/// the first touch of each one traps. Blocks come in eight sizes an octave, so that at most an eighth is wasted.
enum MemoryPool {
    /// Free blocks by size, as addresses.
    private static let free = Mutex<[Int: [UInt]]>([:])
    /// Cache lines and vector registers are 64 bytes.
    static let alignment = 64

    static func capacity(forByteCount byteCount: Int) -> Int {
        let least = max(byteCount, 4096)
        let step = 1 << (Int.bitWidth - 1 - least.leadingZeroBitCount - 3)
        return (least + step - 1) / step * step
    }

    static func take(capacity: Int) -> UnsafeMutableRawPointer {
        let kept = free.withLock { $0[capacity]?.popLast() }
        return kept.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
            ?? fresh(capacity: capacity)
    }

    /// Large blocks ask for large pages: there are then five hundred times fewer of them to clear one by one and to look up.
    private static func fresh(capacity: Int) -> UnsafeMutableRawPointer {
        guard capacity >= 2 * largePage else { return .allocate(byteCount: capacity, alignment: alignment) }
        let block = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: largePage)
        #if canImport(Glibc)
            // Advice: where the system has no such pages nothing changes.
            madvise(block, capacity / largePage * largePage, MADV_HUGEPAGE)
        #endif
        return block
    }

    private static let largePage = 1 << 21

    static func giveBack(_ block: UnsafeMutableRawPointer, capacity: Int) {
        let address = UInt(bitPattern: block)
        free.withLock { $0[capacity, default: []].append(address) }
    }
}

/// One block of the pool; it goes back when the last tensor that looks at it is gone.
public final class Storage {
    public let base: UnsafeMutableRawPointer
    private let capacity: Int

    init(byteCount: Int) {
        capacity = MemoryPool.capacity(forByteCount: byteCount)
        base = MemoryPool.take(capacity: capacity)
    }

    deinit { MemoryPool.giveBack(base, capacity: capacity) }
}
