import ArgumentParser

@main
struct Vocoder: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocoder",
        abstract: "A MelGAN neural vocoder: train a voice, turn mels into speech, compare.",
        subcommands: [
            MelCommand.self,
            InfoCommand.self,
        ]
    )
}
