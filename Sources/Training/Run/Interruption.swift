import Platform
import Synchronization

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
