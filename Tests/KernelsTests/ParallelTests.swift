import Synchronization
import Tensors
import Testing

@Suite struct ParallelTests {
    /// How often each index of `0..<count` is visited.
    func visits(_ count: Int, grain: Int) -> [Int] {
        let visits = Mutex([Int](repeating: 0, count: count))
        Parallel.forEach(count, grain: grain) { range in
            visits.withLock { visits in for index in range { visits[index] += 1 } }
        }
        return visits.withLock { $0 }
    }

    @Test("Each index is visited once", arguments: [0, 1, 2, 3, 7, 16, 101, 10_000], [1, 3, 4096])
    func coverage(count: Int, grain: Int) {
        #expect(visits(count, grain: grain).allSatisfy { $0 == 1 })
    }

    @Test("With more threads than cores too, and with one", arguments: [1, 2, 3, 5, 8])
    func threads(threads: Int) {
        let before = Parallel.threadCount
        Parallel.threadCount = threads
        defer { Parallel.threadCount = before }
        for count in [1, 4, 5, 97] { #expect(visits(count, grain: 1).allSatisfy { $0 == 1 }) }
    }

    @Test("Work smaller than a grain is not divided")
    func grain() {
        let ranges = Mutex<[Range<Int>]>([])
        Parallel.forEach(50, grain: 50) { range in ranges.withLock { $0.append(range) } }
        #expect(ranges.withLock { $0 } == [0..<50])
    }

    @Test("Work inside of work is done as well, all of it")
    func nested() {
        let visits = Mutex([Int](repeating: 0, count: 8 * 32))
        Parallel.forEach(8) { rows in
            for row in rows {
                Parallel.forEach(32) { columns in
                    visits.withLock { visits in for column in columns { visits[row * 32 + column] += 1 } }
                }
            }
        }
        #expect(visits.withLock { $0 }.allSatisfy { $0 == 1 })
    }

    private struct Fault: Error, Equatable { let number: Int }

    @Test("Two pieces of work give both results, or what the first of them throws")
    func both() throws {
        let (number, word) = Parallel.both {
            7
        } _: {
            "seven"
        }
        #expect(number == 7 && word == "seven")
        func thrown(_ first: Int?, _ second: Int?) -> Fault? {
            func work(_ fault: Int?) throws(Fault) { if let fault { throw Fault(number: fault) } }
            do throws(Fault) {
                _ = try Parallel.both { () throws(Fault) in
                    try work(first)
                } _: { () throws(Fault) in
                    try work(second)
                }
                return nil
            } catch { return error }
        }
        #expect(thrown(1, 2) == Fault(number: 1) && thrown(nil, 2) == Fault(number: 2) && thrown(nil, nil) == nil)
    }
}
