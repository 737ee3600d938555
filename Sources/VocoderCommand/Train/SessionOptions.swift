public import ArgumentParser
import Platform
public import Training

extension TimeBudget: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// The options of one session of training, whatever is trained; none of them changes what a step does.
struct SessionOptions: ParsableArguments {
    @Option(help: "Steps from one validation and checkpoint to the next.")
    var interval = 250

    @Option(help: "Checkpoints to keep, the best aside.")
    var keep = 2

    @Option(help: "Threads; by default one for every processor.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Begin anew where RUN holds a run.")
    var restart = false

    @Flag(help: "Print how it ended as one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress; only what went wrong.")
    var quiet = false

    func validate() throws {
        try Self.validate([("--interval", interval), ("--keep", keep), ("--threads", threads)])
    }

    /// - Throws: `ValidationError` that names the first option whose number is below 1.
    static func validate(_ numbers: [(option: String, value: Int?)]) throws {
        for (option, value) in numbers {
            if let value, value < 1 { throw ValidationError("\(option) \(value): at least 1 was expected.") }
        }
    }

    var style: TrainingProgress.Style { .fitting(isQuiet: quiet) }

    func limits(steps: Int) -> RunLimits {
        RunLimits(steps: steps, interval: interval, keeps: keep, threadCount: threads)
    }

    /// Says a line, unless nothing is to be said.
    func say(_ line: String) {
        if !quiet { printError(line) }
    }

    /// What `work` returns; what a signal cut off ends with the signal's exit code.
    func interruptible<Result>(_ work: () throws -> Result) throws -> Result {
        do { return try work() } catch {
            // What a signal cut off is no error of the corpus or the disk.
            guard let code = Interruption.exitCode else { throw error }
            printError("vocoder: \(error)")
            throw ExitCode(code)
        }
    }
}
