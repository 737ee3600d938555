import ArgumentParser
import Files
import Platform

@main
struct VocoderProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocoder",
        abstract: "A MelGAN neural vocoder: train a voice, turn mels into speech, compare.",
        discussion: """
            Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 missing input, 73 cannot create, 74 reading or writing failed, \
            130 and 143 interrupted (with a checkpoint saved).
            """,
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

    /// Mistakes of the world end in one sentence and their exit code; everything else is the parser's to say.
    static func main() {
        // A reader that went away is a failed write like any other, with a sentence and an exit code.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as FileError {
            printError("vocoder: \(error)")
            exit(withError: ExitCode(error.exitCode))
        } catch {
            exit(withError: error)
        }
    }
}
