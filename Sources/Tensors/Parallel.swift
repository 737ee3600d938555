import Dispatch
import Platform
import Synchronization

/// Divides work among the processor's cores.
///
/// oneDNN's threads are OpenMP's, and they spin for a while after each primitive. A second pool of threads would
/// fight them for the cores, so this package's own work runs in that same pool: `GOMP_parallel` is the entry point that GCC's
/// OpenMP runtime promises to compiled programs (LLVM's has it too). Where no such runtime is loaded, Dispatch does the work.
public enum Parallel {
    private typealias Region = @convention(c) (UnsafeMutableRawPointer?) -> Void
    private struct Runtime: Sendable {
        let run: @convention(c) @Sendable (Region, UnsafeMutableRawPointer?, UInt32, UInt32) -> Void
        let threadIndex: @convention(c) @Sendable () -> Int32
        let teamSize: @convention(c) @Sendable () -> Int32
        let threadLimit: @convention(c) @Sendable () -> Int32
        let setThreadCount: @convention(c) @Sendable (Int32) -> Void

        init?() {
            let process = dlopen(nil, RTLD_NOW)
            guard let run = dlsym(process, "GOMP_parallel"), let index = dlsym(process, "omp_get_thread_num"),
                let size = dlsym(process, "omp_get_num_threads"),
                let limit = dlsym(process, "omp_get_max_threads"), let set = dlsym(process, "omp_set_num_threads")
            else { return nil }
            self.run = unsafeBitCast(
                run, to: (@convention(c) @Sendable (Region, UnsafeMutableRawPointer?, UInt32, UInt32) -> Void).self)
            threadIndex = unsafeBitCast(index, to: (@convention(c) @Sendable () -> Int32).self)
            teamSize = unsafeBitCast(size, to: (@convention(c) @Sendable () -> Int32).self)
            threadLimit = unsafeBitCast(limit, to: (@convention(c) @Sendable () -> Int32).self)
            setThreadCount = unsafeBitCast(set, to: (@convention(c) @Sendable (Int32) -> Void).self)
        }
    }

    #if THREAD_SANITIZER
        // The sanitizer sees how Dispatch's threads wait for one another, and not how OpenMP's do.
        private static let runtime: Runtime? = nil
    #else
        private static let runtime = Runtime()
    #endif

    /// The number of threads: `OMP_NUM_THREADS` or the number of cores, unless set.
    public static var threadCount: Int {
        get { runtime.map { Int($0.threadLimit()) } ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
        set { runtime?.setThreadCount(Int32(max(1, newValue))) }
    }

    /// The division of `count` items among threads, and what is done with each range.
    private struct Division {
        let body: (Range<Int>) -> Void
        let count: Int
        let threads: Int

        func run(_ thread: Int) {
            let range = count * thread / threads..<count * (thread + 1) / threads
            if !range.isEmpty { body(range) }
        }

        /// Runs the ranges that fall to one thread of the team.
        ///
        /// The runtime may give fewer threads than it was asked for (inside another parallel region just one); the division stays
        /// the same.
        func runAll(of thread: Int, team: Int) {
            for range in stride(from: thread, to: threads, by: team) { run(range) }
        }
    }

    /// The results of `body` for every index below `count`, one after the other in order, computed in parallel.
    package static func map<Result>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
        var results = [Result?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results.baseAddress!
            forEach(count) { range in
                for index in range { results[index] = body(index) }
            }
        }
        return results.map { $0! }
    }

    /// Calls `body` with consecutive ranges that cover `0..<count`, one per thread, and returns when all are done.
    ///
    /// The division depends on `count` and the thread count alone, so results do not vary from run to run.
    /// - Parameter grain: the least number of items that is worth a thread.
    public static func forEach(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
        let threads = min(threadCount, (count + grain - 1) / max(1, grain))
        guard threads > 1 else {
            if count > 0 { body(0..<count) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var division = Division(body: body, count: count, threads: threads)
            if let runtime {
                withUnsafeMutablePointer(to: &division) { division in
                    runtime.run(
                        { raw in
                            let division = raw!.assumingMemoryBound(to: Division.self)
                            let runtime = Parallel.runtime!
                            division.pointee.runAll(of: Int(runtime.threadIndex()), team: Int(runtime.teamSize()))
                        }, division, UInt32(threads), 0)
                }
            } else {
                nonisolated(unsafe) let division = division
                DispatchQueue.concurrentPerform(iterations: threads) { division.run($0) }
            }
        }
    }

    /// The results of two functions that run at the same time where there are two threads.
    ///
    /// - Throws: The error of the first, or else that of the second.
    public static func both<First, Second, Failure: Error>(
        _ first: () throws(Failure) -> First, _ second: () throws(Failure) -> Second
    ) throws(Failure) -> (First, Second) {
        var results: (Result<First, Failure>?, Result<Second, Failure>?)
        withUnsafeMutablePointer(to: &results) { results in
            forEach(2) { range in
                for index in range {
                    do throws(Failure) {
                        if index == 0 {
                            results.pointee.0 = .success(try first())
                        } else {
                            results.pointee.1 = .success(try second())
                        }
                    } catch {
                        if index == 0 { results.pointee.0 = .failure(error) } else { results.pointee.1 = .failure(error) }
                    }
                }
            }
        }
        return (try results.0!.get(), try results.1!.get())
    }

    /// Calls `body` with each index of `0..<count` and the number of the worker that runs it, below `workers`.
    ///
    /// A worker that is free takes the next index, so that a core slowed by other work does less of it. This is for work whose
    /// result does not depend on who does it.
    public static func forEachItem(_ count: Int, workers: Int, _ body: (_ worker: Int, _ item: Int) -> Void) {
        let workers = min(workers, threadCount, count)
        guard workers > 1 else {
            for item in 0..<count { body(0, item) }
            return
        }
        let next = Counter()
        forEach(workers) { range in
            for worker in range {
                while let item = next.take(below: count) { body(worker, item) }
            }
        }
    }

    /// Calls `body` with consecutive chunks of `0..<count`, each `length` long but the last, on at most `threadCount` threads.
    ///
    /// The chunks are the same however many threads there are. A thread that is free takes the next one, so one slowed by other
    /// work takes fewer. `body` must write only what belongs to its chunk.
    ///
    /// - Parameters:
    ///   - threadCount: 1 or more.
    ///   - workspace: called once per worker; its result is passed to every call of `body` by that worker.
    public static func forChunks<Workspace: ~Copyable>(
        of count: Int, length: Int, threadCount: Int, workspace: () -> Workspace,
        _ body: (_ chunk: Range<Int>, inout Workspace) -> Void
    ) {
        precondition(length > 0 && threadCount > 0, "chunks of \(length) for \(threadCount) threads")
        let chunkCount = (count + length - 1) / length
        let next = Counter()
        forEach(max(1, min(threadCount, chunkCount))) { workers in
            for _ in workers {
                var workspace = workspace()
                while let chunk = next.take(below: chunkCount) {
                    body(chunk * length..<min(count, (chunk + 1) * length), &workspace)
                }
            }
        }
    }

    /// Gives out the numbers from 0 up, each once.
    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        func take(below limit: Int) -> Int? {
            let taken = value.add(1, ordering: .relaxed).oldValue
            return taken < limit ? taken : nil
        }
    }
}
