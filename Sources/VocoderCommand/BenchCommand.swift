import ArgumentParser
import Files
import MelGAN
import Tensors

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast this machine works.",
        discussion: """
            Times synthesis, the wait for its first sound, a training step, the making of mels and Griffin-Lim, in twiddles, and \
            sets each beside the product of two large matrices that was timed just before it: that is what the processor could \
            do at that moment. bfloat16 is measured where the processor multiplies it faster. Without --model the weights are \
            random: speed does not depend on them.
            """)

    @Option(help: "A model's or a training run's folder, or a name in Models; by default an untrained one of the paper's size.")
    var model: String?

    @Flag(help: "Shorter work and fewer runs.")
    var quick = false

    @Option(help: "Segments of 8192 samples in a training step; by default 16, or 4 with --quick.")
    var batch: Int?

    @Option(help: "Runs of each work; by default 7, or 3 with --quick. What takes minutes runs twice at most.")
    var runs: Int?

    @Option(help: "Only works whose name begins so, as synth-10 or train; may be given more than once.")
    var only: [String] = []

    @Option(help: "Threads; by default OMP_NUM_THREADS, or one for every processor.")
    var threads: Int?

    @Flag(help: "Print the names of the works and do none.")
    var list = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing of what is under way.")
    var quiet = false

    func validate() throws {
        for (name, value) in [("batch", batch), ("runs", runs), ("threads", threads)] {
            if let value, value < 1 { throw ValidationError("--\(name) \(value): at least 1 was expected.") }
        }
    }

    func run() throws {
        if let threads { Parallel.threadCount = threads }
        let folder = try model.map { name throws(FileError) in try ModelLibrary.ofProgram.folder(of: name) }
        let subjects = BenchSubjects(
            model: try folder.map { folder throws(FileError) in try Model(at: folder) } ?? BenchSubjects.untrainedModel(),
            batch: batch ?? (quick ? 4 : 16), isQuick: quick)
        let works = subjects.works { name in only.isEmpty || only.contains { name.hasPrefix($0) } }
        guard !works.isEmpty else {
            throw ValidationError("--only \(only.joined(separator: " ")): no work's name begins so.")
        }
        guard !list else { return try printOutput(works.map { $0.name + "\n" }.joined()) }
        let count = runs ?? (quick ? 3 : 7)
        let measurements = BenchMeasurement.all(of: works, count: count) { turn in
            if !quiet { printError("turn \(turn + 1) of \(count)") }
        }
        let report = BenchReport(measurements, model: folder)
        if json { try printJSON(report) } else { try printOutput(report.text) }
    }
}
