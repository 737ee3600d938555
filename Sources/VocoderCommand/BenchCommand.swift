import ArgumentParser
import Files
import Kernels
import MelGAN
import Platform
import Spectra
import Tensors

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of synthesis, training and mel extraction on this machine.",
        discussion: """
            Times synthesis, the latency of its first samples, a training step, mel extraction and Griffin-Lim, one run of each in \
            turn, and compares each run with a product of two large matrices timed just before it, which is the peak that the \
            processor could reach at that moment. bfloat16 is measured where the processor is faster with it. Without --model the \
            weights are random, since speed does not depend on them.
            """)

    @Option(
        help:
            "A model's or training run's folder, or the name of one in Models; by default an untrained model of the paper's size."
    )
    var model: String?

    @Option(help: "The kind of the untrained generator: \(generatorKinds.map { $0.kind }.joined(separator: ", ")).")
    var generator: String?

    @Flag(help: "Shorter benchmarks and fewer runs.")
    var quick = false

    @Option(help: "Segments of 8192 samples in a training step (16, or 4 with --quick).")
    var batch: Int?

    @Option(help: "Runs of each benchmark (7, or 3 with --quick); those that take minutes run at most twice.")
    var runs: Int?

    @Option(help: "Run only benchmarks whose names begin with this, such as synth-10 or train; may be repeated.")
    var only: [String] = []

    @Option(help: "Threads (OMP_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Flag(help: "Print the names of the benchmarks and run none.")
    var list = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no progress.")
    var quiet = false

    func validate() throws {
        for (name, value) in [("batch", batch), ("runs", runs), ("threads", threads)] {
            if let value, value < 1 { throw ValidationError("--\(name) \(value): at least 1 was expected.") }
        }
        if model != nil, generator != nil { throw ValidationError("--generator makes an untrained model; leave --model out.") }
        if let generator, kind == nil {
            throw ValidationError(
                "--generator \(generator): one of \(generatorKinds.map { $0.kind }.joined(separator: ", ")) was expected.")
        }
    }

    private var kind: (any GeneratorConfiguration.Type)? {
        generatorKinds.first { $0.kind == generator ?? generatorKinds[0].kind }
    }

    func run() throws {
        if let threads { Parallel.threadCount = threads }
        let folder = try model.map { name throws(FileError) in try ModelLibrary.ofProgram.folder(of: name) }
        let subjects = BenchSubjects(
            model: try folder.map { folder throws(FileError) in try Model(at: folder) } ?? BenchSubjects.untrainedModel(kind ?? generatorKinds[0]),
            batch: batch ?? (quick ? 4 : 16), isQuick: quick)
        let works = subjects.works { name in only.isEmpty || only.contains { name.hasPrefix($0) } }
        guard !works.isEmpty else {
            throw ValidationError("--only \(only.joined(separator: " ")): no benchmark's name begins with this.")
        }
        guard !list else { return try printOutput(works.map { $0.name + "\n" }.joined()) }
        let count = runs ?? (quick ? 3 : 7)
        let measurements = BenchMeasurement.all(of: works, count: count) { turn in
            if !quiet { printError("run \(turn + 1) of \(count)") }
        }
        let report = BenchReport(measurements, model: folder)
        if json { try printJSON(report) } else { try printOutput(report.text) }
    }
}

/// The results of `bench`, as JSON and as a table.
struct BenchReport: Encodable {
    struct Row: Encodable {
        let name: String
        let detail: String
        let precision: String?
        let runs: Int
        let medianSeconds: Double
        let lowerQuartile: Double
        let upperQuartile: Double
        /// Seconds of sound per second of computing.
        let timesRealTime: Double
        let gigaflops: Double?
        let shareOfPeak: Double?
    }

    let machine: BenchMachine
    /// The model's folder; nil for random weights.
    let model: String?
    /// The speed of the matrix product in gigaflops for each type of number: the median of all its runs.
    let peaks: [String: Double]
    let rows: [Row]

    init(_ measurements: [BenchMeasurement], model: String?) {
        machine = .current
        self.model = model
        let byType = Dictionary(grouping: measurements) { ($0.work.precision ?? .float32).rawValue }
        peaks = byType.mapValues { median($0.flatMap(\.runs).map(\.peak)) / 1e9 }
        rows = measurements.map { measurement in
            Row(
                name: measurement.work.name, detail: measurement.work.detail,
                precision: measurement.work.precision?.rawValue, runs: measurement.runs.count,
                medianSeconds: measurement.medianSeconds, lowerQuartile: measurement.quartiles.lower,
                upperQuartile: measurement.quartiles.upper, timesRealTime: measurement.timesRealTime,
                gigaflops: measurement.rate.map { $0 / 1e9 }, shareOfPeak: measurement.shareOfPeak)
        }
    }

    /// A few lines about the machine, and a table.
    var text: String {
        let versions = machine.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let products = peaks.sorted { $0.key < $1.key }.map { "\($0.key) \(digits($0.value)) GFLOP/s" }
        var lines = [
            "\(machine.processor), \(machine.cores) cores, \(machine.threads) threads; "
                + machine.features.joined(separator: " "),
            versions.joined(separator: ", "),
            model.map { "model \($0)" } ?? "an untrained model of the paper's size",
            "product of two \(BenchPeak.size) x \(BenchPeak.size) matrices by oneDNN: \(products.joined(separator: ", "))",
            "",
        ]
        let head = ["benchmark", "median", "quartiles", "x real time", "GFLOP/s", "of peak", "what"]
        lines += aligned([head] + rows.map(\.cells))
        return lines.joined(separator: "\n") + "\n"
    }
}

extension BenchReport.Row {
    fileprivate var cells: [String] {
        [
            name, time(medianSeconds), "\(time(lowerQuartile)) to \(time(upperQuartile))", digits(timesRealTime),
            gigaflops.map(digits) ?? "", shareOfPeak.map { "\(digits(100 * $0)) %" } ?? "", detail,
        ]
    }
}

/// `value` with three significant digits, and all digits before the decimal point.
private func digits(_ value: Double) -> String {
    let places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    var (scaled, power) = (value, 1.0)
    for _ in 0..<places { (scaled, power) = (scaled * 10, power * 10) }
    let rounded = scaled.rounded() / power
    return places == 0 ? String(Int(rounded)) : String(rounded)
}

private func time(_ seconds: Double) -> String {
    seconds < 1 ? "\(digits(1000 * seconds)) ms" : "\(digits(seconds)) s"
}

/// Rows in columns; the first and the last column are flush left, the others flush right.
private func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
        let cells = row.indices.map { column in
            let padding = String(repeating: " ", count: widths[column] - row[column].count)
            return column == 0 ? row[column] + padding : column == row.count - 1 ? row[column] : padding + row[column]
        }
        return cells.joined(separator: "  ")
    }
}

/// The machine and the libraries that the results were measured with.
struct BenchMachine: Encodable {
    let processor: String
    let cores: Int
    let threads: Int
    /// The instruction sets that the processor has, of those that matter here.
    let features: [String]
    let versions: [String: String]

    static var current: BenchMachine {
        let fields = processorFields
        let flags = Set((fields["flags"] ?? fields["Features"] ?? "").split(separator: " ").map(String.init))
        let known = [
            "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "asimd",
            "bf16", "sve",
        ]
        return BenchMachine(
            processor: fields["model name"] ?? "unknown", cores: ProcessInfo.processInfo.activeProcessorCount,
            threads: Parallel.threadCount, features: known.filter(flags.contains),
            versions: ["vocoder": VocoderProgram.version, "oneDNN": Engine.libraryVersion, "FFTW": FourierTransform.libraryVersion])
    }

    /// What the operating system tells about the first processor, by name.
    private static var processorFields: [String: String] {
        #if canImport(Darwin)
            var text = [CChar](repeating: 0, count: 256), count = 256
            guard sysctlbyname("machdep.cpu.brand_string", &text, &count, nil, 0) == 0 else { return [:] }
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return ["model name": name]
        #else
            guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return [:] }
            var fields: [String: String] = [:]
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).prefix(while: { !$0.isEmpty }) {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let trimmed = parts.map {
                    String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
                }
                fields[trimmed[0]] = trimmed[1]
            }
            return fields
        #endif
    }
}
