import Platform
import Synchronization

/// How long and how a run trains this time; none of it changes what a step does.
public struct RunLimits: Sendable {
    /// Steps in all, those of earlier sessions included; not used where the run has a budget.
    public var steps: Int
    /// Steps from one validation and checkpoint to the next.
    public var interval: Int
    /// Checkpoints kept.
    public var keeps: Int
    public var threadCount: Int
    /// What is trained, where that is one of several things; shown with the progress.
    var label: String?
    /// Whether a run whose budget has no time for a step ends as it began, instead of being refused.
    var allowsNoStep = false

    public init(steps: Int, interval: Int, keeps: Int, threadCount: Int) {
        self.steps = steps
        self.interval = interval
        self.keeps = keeps
        self.threadCount = threadCount
    }
}

/// How a session of training ended.
public struct TrainingOutcome: Sendable, Encodable {
    public var run: String
    public var step: Int
    public var bestError: Double?
    public var bestStep: Int?
    /// The program's exit code, 130 or 143, where a signal ended the session.
    public var interruption: Int32?
}

/// How training reports its progress, and how it learns that it is to stop.
public struct TrainingReporter {
    /// How the progress of steps is shown.
    public var style: TrainingProgress.Style
    /// Takes a sentence about what is prepared or planned.
    public var say: (String) -> Void
    /// Asked before each step: an exit code ends the session, with a checkpoint.
    public var interruption: () -> Int32?

    public init(
        style: TrainingProgress.Style = .quiet, say: @escaping (String) -> Void = { _ in },
        interruption: @escaping () -> Int32? = { Interruption.exitCode }
    ) {
        self.style = style
        self.say = say
        self.interruption = interruption
    }

    /// Says now and then how many of many are done, such as "prepared 200 of 1000 recordings".
    public func counter(
        _ verb: String, _ things: String, every interval: Int
    ) -> (_ done: Int, _ total: Int) -> Void {
        { [say] done, total in
            if done == total || done % interval == 0 { say("\(verb) \(done) of \(total) \(things)") }
        }
    }
}

/// Notices Ctrl-C and SIGTERM instead of ending the program: the training loop asks before each step, saves, and ends with
/// ``exitCode``.
///
/// A second signal ends the program at once.
public enum Interruption {
    /// Begins to notice SIGINT and SIGTERM.
    public static func watch() {
        // Initialised here, so that the handler, in which almost nothing is allowed, finds it ready.
        received.store(0, ordering: .relaxed)
        var action = sigaction()
        #if canImport(Glibc)
            action.__sigaction_handler.sa_handler = { Interruption.note($0) }
        #else
            action.__sigaction_u.__sa_handler = { Interruption.note($0) }
        #endif
        action.sa_flags = SA_RESTART
        for signal in [SIGINT, SIGTERM] { sigaction(signal, &action, nil) }
        // A parent may have spawned this process from a thread whose signals are blocked, which is inherited.
        var both = sigset_t()
        sigemptyset(&both)
        for signal in [SIGINT, SIGTERM] { sigaddset(&both, signal) }
        pthread_sigmask(SIG_UNBLOCK, &both, nil)
    }

    /// The code to exit with, 130 after SIGINT and 143 after SIGTERM; nil while neither has come.
    public static var exitCode: Int32? {
        let signal = received.load(ordering: .relaxed)
        return signal == 0 ? nil : 128 + signal
    }

    private static let received = Atomic<Int32>(0)

    private static func note(_ signal: Int32) {
        let (isFirst, _) = received.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
        if !isFirst { _exit(128 + signal) }
    }
}
