import TestSupport
import Testing

@testable import Tensors

@Suite struct MemoryPoolTests {
    @Test("Capacities hold what is asked for, waste at most an eighth, and keep blocks aligned")
    func capacities() {
        var numbers = SplitMix64(seed: 26)
        let counts = [0, 1, 4095, 4096, 4097, 8191, 8192, 8193] + (0..<2000).map { _ in Int.random(in: 1...1 << 40, using: &numbers) }
        for count in counts {
            let capacity = MemoryPool.capacity(forByteCount: count)
            #expect(capacity >= max(count, 4096) && capacity % MemoryPool.alignment == 0)
            #expect(Double(capacity) <= Double(max(count, 4096)) * 1.125)
            #expect(MemoryPool.capacity(forByteCount: capacity) == capacity)
        }
    }

    // Under the sanitizer of threads the system's allocator takes the pool's place.
    #if !THREAD_SANITIZER
        @Test("A block given back serves the next of its size, and no two at a time share one")
        func reuse() {
            // A size of its own, so that other tests do not come between.
            let capacity = MemoryPool.capacity(forByteCount: 11_534_337)
            let first = MemoryPool.take(capacity: capacity)
            let second = MemoryPool.take(capacity: capacity)
            #expect(first != second)
            #expect(UInt(bitPattern: first) % 64 == 0)
            MemoryPool.giveBack(first, capacity: capacity)
            #expect(MemoryPool.take(capacity: capacity) == first)
            MemoryPool.giveBack(first, capacity: capacity)
            MemoryPool.giveBack(second, capacity: capacity)
        }

        @Test("A storage goes back when its last tensor is gone, not before")
        func lifetime() {
            let shape = [1, 13_631_489, 1]
            var tensor: Tensor? = Tensor(shape)
            var view: Tensor? = tensor!.reshaped([13_631_489])
            let address = tensor!.address
            tensor = nil
            let other = Tensor(shape)
            #expect(other.address != address)
            #expect(view!.address == address)
            view = nil
            #expect(Tensor(shape).address == address)
        }
    #endif
}
