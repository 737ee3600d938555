public import ArgumentParser
import Platform
public import Training

extension TimeBudget: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// The options of a training session that do not change what a step computes.
struct SessionOptions: ParsableArguments {
    @Option(help: "Steps between checkpoints, each with a validation.")
    var interval = 250

    @Option(help: "Number of checkpoints to keep, besides the best.")
    var keep = 2

    @Option(help: "Threads.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Remove the run in RUN, if there is one, and start again.")
    var restart = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no progress, only errors.")
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

    var reporter: TrainingReporter {
        TrainingReporter(style: .fitting(isQuiet: quiet), say: say)
    }

    func limits(steps: Int) -> RunLimits {
        RunLimits(steps: steps, interval: interval, keeps: keep, threadCount: threads)
    }

    /// Prints a line, unless the session is quiet.
    func say(_ line: String) {
        if !quiet { printError(line) }
    }

    /// Returns the result of `work`; where a signal interrupted it, exits with the signal's code.
    func interruptible<Result>(_ work: () throws -> Result) throws -> Result {
        do { return try work() } catch {
            // An interruption is not an error of the corpus or the disk.
            guard let code = Interruption.exitCode else { throw error }
            printError(error)
            throw ExitCode(code)
        }
    }

    /// Prints how a session ended, where that is asked for.
    ///
    /// - Throws: `ExitCode` where a signal ended it.
    func finish(_ outcome: some Encodable, interruption: Int32?) throws {
        if json { try printJSON(outcome) }
        if let interruption { throw ExitCode(interruption) }
    }
}
