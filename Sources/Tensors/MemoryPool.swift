import Platform
import Synchronization

/// A pool of freed blocks, reused for tensors of about the same size.
///
/// Fresh pages cost more than the arithmetic in the generator's last layers: the system clears each page, and the first access to
/// each one traps. Blocks come in eight sizes per octave, so that at most an eighth is wasted.
enum MemoryPool {
    /// The addresses of free blocks, by capacity.
    private static let free = Mutex<[Int: [UInt]]>([:])
    /// Cache lines and vector registers are 64 bytes.
    static let alignment = 64

    static func capacity(forByteCount byteCount: Int) -> Int {
        let least = max(byteCount, 4096)
        let step = 1 << (Int.bitWidth - 1 - least.leadingZeroBitCount - 3)
        return (least + step - 1) / step * step
    }

    static func take(capacity: Int) -> UnsafeMutableRawPointer {
        #if THREAD_SANITIZER
            // The sanitizer does not see that the lock orders what two owners of a block do, but that the allocator does.
            return .allocate(byteCount: capacity, alignment: alignment)
        #else
            return reused(capacity: capacity)
        #endif
    }

    private static func reused(capacity: Int) -> UnsafeMutableRawPointer {
        let kept = free.withLock { $0[capacity]?.popLast() }
        return kept.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
            ?? fresh(capacity: capacity)
    }

    /// Large blocks use huge pages, which are five hundred times fewer to clear and to look up.
    private static func fresh(capacity: Int) -> UnsafeMutableRawPointer {
        guard capacity >= 2 * largePage else { return .allocate(byteCount: capacity, alignment: alignment) }
        let block = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: largePage)
        #if canImport(Glibc)
            // This is advice: without huge pages in the system nothing changes.
            madvise(block, capacity / largePage * largePage, MADV_HUGEPAGE)
        #endif
        return block
    }

    private static let largePage = 1 << 21

    static func giveBack(_ block: UnsafeMutableRawPointer, capacity: Int) {
        #if THREAD_SANITIZER
            block.deallocate()
        #else
            let address = UInt(bitPattern: block)
            free.withLock { $0[capacity, default: []].append(address) }
        #endif
    }
}

/// A block of the pool; it returns to the pool when the last tensor that uses it is gone.
public final class Storage {
    public let base: UnsafeMutableRawPointer
    private let capacity: Int

    init(byteCount: Int) {
        capacity = MemoryPool.capacity(forByteCount: byteCount)
        base = MemoryPool.take(capacity: capacity)
    }

    deinit { MemoryPool.giveBack(base, capacity: capacity) }
}
