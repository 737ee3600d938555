import Platform
import Testing

@Suite struct BenchCommandTests {
    private struct Report: Decodable {
        struct Row: Decodable {
            var name: String
            var runs: Int
            var medianSeconds: Double
            var lowerQuartile: Double
            var upperQuartile: Double
            var timesRealTime: Double
            var gigaflops: Double?
            var shareOfPeak: Double?

            /// The operations of a run, in units of 10^9.
            var operations: Double { gigaflops! * medianSeconds }
        }
        struct Machine: Decodable { var processor: String, threads: Int, versions: [String: String] }
        var machine: Machine
        var model: String?
        var peaks: [String: Double]
        var rows: [Row]
    }

    private func report(_ arguments: String...) throws -> Report {
        let outcome = try Program().run(all: ["bench", "--json", "--quick", "--quiet", "--runs", "2"] + arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return try JSONDecoder().decode(Report.self, from: outcome.output)
    }

    @Test("Every figure follows from the times, and the operations are those of the paper's network")
    func figures() throws {
        let report = try report("--only", "synth-1-float32", "--only", "mel", "--threads", "1")
        #expect(report.machine.threads == 1 && report.model == nil)
        #expect(report.machine.versions["FFTW"]!.hasPrefix("fftw-3."))
        #expect(report.rows.map(\.name) == ["synth-1-float32", "mel-60"])
        for row in report.rows {
            #expect(row.runs == 2 && 0 < row.lowerQuartile)
            #expect(row.lowerQuartile <= row.medianSeconds && row.medianSeconds <= row.upperQuartile)
            // No bounds are certain on a busy machine.
            #expect(row.shareOfPeak! > 0 && row.shareOfPeak!.isFinite)
        }
        // 7.8 GFLOP for a second of sound; 60 s of mel are 5168 transforms of 25,600 operations.
        #expect(abs(report.rows[0].operations - 7.8) < 0.1)
        #expect(abs(report.rows[0].timesRealTime * report.rows[0].medianSeconds - 1) < 0.01)
        #expect(abs(report.rows[1].operations - 0.1323) < 0.001)
        #expect(report.peaks["float32"]! > 0)
    }

    @Test("A training step has the operations of both networks, forward and backward")
    func training() throws {
        let step = try report("--only", "train-float32", "--batch", "1").rows[0]
        // 16 segments of 8192 samples have 245 GFLOP.
        #expect(abs(step.operations - 245.0 / 16) < 0.2)
    }

    @Test("The first samples of a stream come sooner than a second of sound")
    func firstSamples() throws {
        let rows = try report("--only", "first-chunk-float32", "--only", "synth-1-float32").rows
        #expect(rows.map(\.name) == ["synth-1-float32", "first-chunk-float32"])
        #expect(rows[1].gigaflops == nil && rows[1].medianSeconds < rows[0].medianSeconds)
    }

    @Test("Names are listed, and unknown names and models are refused")
    func names() throws {
        let program = try Program()
        let names = try program.run("bench", "--list", "--only", "synth").text
        #expect(names.split(separator: "\n").prefix(3) == ["synth-1-float32", "synth-10-float32", "synth-600-float32"])
        #expect(try program.run("bench", "--only", "none").status == 64)
        #expect(try program.run("bench", "--runs", "0").status == 64)
        #expect(try program.run("bench", "--model", "no such model").status == 66)
    }
}
