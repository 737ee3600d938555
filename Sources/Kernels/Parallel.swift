import Dispatch
import Platform
import Synchronization

/// Work divided among the processor's cores.
///
/// oneDNN's threads are OpenMP's, and they spin for a while after each primitive. A second pool of threads would
/// fight them for the cores, so work of our own runs in that same pool: `GOMP_parallel` is the entry point that GCC's
/// OpenMP runtime promises to compiled programs (LLVM's has it too). Where there is none, Dispatch does the work.
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

    private static let runtime = Runtime()

    /// How many threads share the work: `OMP_NUM_THREADS`, or the number of cores, or what was last set.
    public static var threadCount: Int {
        get { runtime.map { Int($0.threadLimit()) } ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
        set { runtime?.setThreadCount(Int32(max(1, newValue))) }
    }

    private struct Share {
        let body: (Range<Int>) -> Void
        let count: Int
        let threads: Int

        func run(_ thread: Int) {
            let range = count * thread / threads..<count * (thread + 1) / threads
            if !range.isEmpty { body(range) }
        }

        /// The runtime may give fewer threads than it was asked for, inside another region just one; the division stays.
        func runAll(of thread: Int, team: Int) {
            for share in stride(from: thread, to: threads, by: team) { run(share) }
        }
    }

    /// Calls `body` with consecutive ranges that cover `0..<count`, one a thread, and returns when all are done.
    ///
    /// The division depends on `count` and the thread count alone, so results do not vary from run to run.
    /// - Parameter grain: the least that is worth a thread.
    public static func forEach(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
        let threads = min(threadCount, (count + grain - 1) / max(1, grain))
        guard threads > 1 else {
            if count > 0 { body(0..<count) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var share = Share(body: body, count: count, threads: threads)
            if let runtime {
                withUnsafeMutablePointer(to: &share) { share in
                    runtime.run(
                        { raw in
                            let share = raw!.assumingMemoryBound(to: Share.self)
                            let runtime = Parallel.runtime!
                            share.pointee.runAll(of: Int(runtime.threadIndex()), team: Int(runtime.teamSize()))
                        }, share, UInt32(threads), 0)
                }
            } else {
                nonisolated(unsafe) let share = share
                DispatchQueue.concurrentPerform(iterations: threads) { share.run($0) }
            }
        }
    }

    /// The results of two pieces of work done at the same time, where there are two threads.
    ///
    /// - Throws: What the first throws, or else what the second does.
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

    /// Calls `body` with each number of `0..<count` and that of the thread that does it, below `workers`.
    ///
    /// Whoever is free takes the next, so that a core that is slowed down does less: for work whose result does not depend
    /// on who does it.
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

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        func take(below limit: Int) -> Int? {
            let taken = value.add(1, ordering: .relaxed).oldValue
            return taken < limit ? taken : nil
        }
    }
}
