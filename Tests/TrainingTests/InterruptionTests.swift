import Foundation
import Testing

@testable import Training

@Suite(.serialized) struct InterruptionTests {
    @Test("a signal is noticed and gives its exit code", arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func noticed(_ signalNumber: Int32, _ exitCode: Int32) {
        Interruption.watch()
        #expect(Interruption.exitCode == nil)
        raise(signalNumber)
        #expect(Interruption.exitCode == exitCode)
        for each in [SIGINT, SIGTERM] { signal(each, SIG_DFL) }
    }
}
