import Platform
import Testing
@testable import Training

@Suite(.serialized) struct InterruptionTests {
    @Test("a signal is noticed and gives its exit code", arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func noticed(_ signalNumber: Int32, _ exitCode: Int32) {
        Interruption.watch()
        #expect(Interruption.exitCode == nil)
        // To the process: threads that tests run on do not take signals.
        kill(getpid(), signalNumber)
        let deadline = monotonicSeconds() + 5
        while Interruption.exitCode == nil, monotonicSeconds() < deadline { usleep(1000) }
        #expect(Interruption.exitCode == exitCode)
        for each in [SIGINT, SIGTERM] { signal(each, SIG_DFL) }
    }
}
