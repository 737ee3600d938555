import ArgumentParser
import Files
import Platform

@main
struct VocoderProgram: ParsableCommand {
    /// The program's version, which `--version` prints.
    static let version = "0.9.0"

    static let configuration = CommandConfiguration(
        commandName: "vocoder",
        abstract: "A MelGAN vocoder and text-to-speech: train models, synthesize speech from mels or text, compare vocoders.",
        discussion: """
            Exit codes: 0 success, 64 wrong usage, 65 bad data, 66 missing input, 73 output cannot be created, 74 reading or writing \
            failed, 129, 130 and 143 interrupted by a signal (training saves a checkpoint first).
            """,
        version: version,
        subcommands: [
            TrainCommand.self,
            TrainVoiceCommand.self,
            SynthCommand.self,
            SayCommand.self,
            CompareCommand.self,
            MelCommand.self,
            InfoCommand.self,
            ImportCommand.self,
            BenchCommand.self,
        ]
    )

    /// Runs the command; a `FileError` ends it with one sentence and its exit code, and other errors as the argument parser words them.
    static func main() {
        // A closed pipe is then a failed write, with a sentence and an exit code.
        signal(SIGPIPE, SIG_IGN)
        // A standard stream that is closed must not become that of a file that is opened later; what uses it fails.
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) }
        TemporaryFiles.removeAtSignals()
        // Letters after one hyphen would be options of one letter each, so that any with an h would ask for help.
        let arguments = CommandLine.arguments.dropFirst().prefix { $0 != "--" }
        if let unclear = arguments.first(where: { $0.count > 2 && $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.dropFirst().contains("h") && $0 != "-h" }) {
            printError("vocoder: \(unclear): begins with a hyphen and is no option; put -- before names and texts that begin with one.")
            exit(withError: ExitCode(64))
        }
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        if let name = (arguments.first == "help" ? arguments.dropFirst() : arguments).first, !name.hasPrefix("-"), name != "help", !names.contains(name) {
            printError("vocoder: there is no command \(name); these are: \(names.joined(separator: ", ")).")
            exit(withError: ExitCode(64))
        }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as FileError {
            printError(error)
            exit(withError: ExitCode(error.exitCode))
        } catch {
            // Help and versions are asked for; a full disk or a closed pipe must not pass for their having been read.
            let text = fullMessage(for: error)
            let code = exitCode(for: error)
            if code == .success, !text.isEmpty {
                do { try printOutput(text + "\n") } catch {
                    printError(error)
                    exit(withError: ExitCode(error.exitCode))
                }
                exit(withError: ExitCode.success)
            }
            exit(withError: error)
        }
    }
}
