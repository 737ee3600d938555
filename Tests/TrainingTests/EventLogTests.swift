import Foundation
import Audio
import Files
import Platform
import TestSupport
import Testing
@testable import Training

@Suite struct EventLogTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private static let clock: @Sendable () -> Double = { 1_700_000_000.25 }
    private var eventPath: String { folder.path + "/run/events.out.tfevents.1700000000.vocoder" }
    private var linePath: String { folder.path + "/run/log.jsonl" }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try contents(ofFile: path)) }

    private func log(resumingAfter step: Int = 0) throws(FileError) -> EventLog {
        try EventLog(in: folder.path + "/run", resumingAfter: step, clock: Self.clock)
    }

    /// Logs what training would from `first` to `last`.
    private func train(_ log: borrowing EventLog, from first: Int, to last: Int) throws {
        for step in first...last {
            try log.log([("loss/generator", 1 / Double(step)), ("loss/discriminator", 0.5)], step: step)
            if step % 10 == 0 {
                let sound = SyntheticSignal.sine(frequency: 300, amplitude: 0.5).waveform(
                    duration: 0.05, sampleRate: 22_050)
                try log.log("validation/sample", sound, step: step)
            }
        }
    }

    @Test("checksums are those of RFC 3720")
    func checksums() {
        #expect(CRC32C(of: [UInt8](repeating: 0, count: 32)).value == 0x8A91_36AA)
        #expect(CRC32C(of: [UInt8](repeating: 0xFF, count: 32)).value == 0x62A8_AB43)
        #expect(CRC32C(of: Array(0..<32)).value == 0x46DD_794E)
        #expect(CRC32C(of: Array("123456789".utf8)).value == 0xE306_9283)
    }

    @Test("events have the bytes that TensorBoard's own code writes")
    func goldenEvents() throws {
        let golden = try Bundle.module.golden("events.tfrecord")
        let time = Self.clock()
        var losses = TensorBoardEvent(time: time, step: 300)
        losses.add("loss/generator", scalar: 0.1)
        losses.add("loss/discriminator", scalar: -2.5)
        var samples = TensorBoardEvent(time: time, step: 70_000)
        samples.add("validation/sample", wav: Array("WAV bytes".utf8), sampleRate: 22_050, sampleCount: 3)
        samples.add("validation/mel", png: Array("PNG bytes".utf8), width: 300, height: 80)
        let messages = [TensorBoardEvent.fileVersion(time: time), losses.message, samples.message]
        #expect(messages.flatMap(TFRecord.framed) == (try bytes(golden)))
    }

    @Test("resuming from a checkpoint leaves the logs as if training had never been interrupted")
    func resuming() throws {
        try train(log(), from: 1, to: 60)
        let expected = (events: try bytes(eventPath), lines: try bytes(linePath))
        for (killedAt, checkpoint) in [(47, 40), (40, 40), (59, 30), (33, 0)] {
            try FileManager.default.removeItem(atPath: folder.path + "/run")
            try train(log(), from: 1, to: killedAt)
            try train(log(resumingAfter: checkpoint), from: checkpoint + 1, to: 60)
            #expect(try bytes(eventPath) == expected.events)
            #expect(try bytes(linePath) == expected.lines)
        }
    }

    @Test("records that were cut short by a kill are removed", arguments: [1, 5, 40])
    func cutRecords(_ missing: Int) throws {
        try train(log(), from: 1, to: 9)
        let expected = (events: try bytes(eventPath), lines: try bytes(linePath))
        try log(resumingAfter: 9).log([("loss/generator", 0.1)], step: 10)
        for path in [eventPath, linePath] {
            try Data(bytes(path).dropLast(missing)).write(to: URL(fileURLWithPath: path))
        }
        _ = try log(resumingAfter: 100)
        #expect(try bytes(eventPath) == expected.events)
        #expect(try bytes(linePath) == expected.lines)
    }

    @Test("a line is one JSON object, with null for what is not a number")
    func lines() throws {
        try log().log([("loss/\"odd\"", .nan), ("b", 1.5)], step: 3)
        let object = try #require(
            try JSONSerialization.jsonObject(with: contents(ofFile: linePath)) as? [String: Any])
        #expect(object["loss/\"odd\""] is NSNull)
        #expect(
            object["b"] as? Double == 1.5 && object["step"] as? Int == 3
                && object["time"] as? Double == 1_700_000_000.25)
    }
}
