import ArgumentParser
import Files
import MelGAN
import Platform

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Convert a PyTorch checkpoint of another MelGAN to a model.",
        discussion: """
            Reads the generator of checkpoints of melgan-neurips (netG.pt, best_netG.pt) and seungwonpark/melgan, written by old or \
            new versions of PyTorch. Only tensors are read; no code in the file is executed.
            """)

    @Argument(help: "The checkpoint file.")
    var checkpoint: String

    @Option(name: .shortAndLong, help: "The folder to write the model to.")
    var output: String

    @Flag(help: "Replace a model that is already there.")
    var force = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        let isTaken = [Model.configurationFile, Model.generatorFile].contains {
            FileManager.default.fileExists(atPath: output + "/" + $0)
        }
        if isTaken, !force {
            throw FileError(.cannotCreate, output, "already holds a model; name another folder, or replace it with --force.")
        }
        let imported = try ImportedModel.read(at: checkpoint)
        try imported.model.write(to: output, description: imported.description)
        let written = try ModelDescription(ofFolder: output)
        if json { try printJSON(written) }
        guard !quiet, !json else { return }
        printError("\(checkpoint): a generator of \(imported.origin), imported to \(output)")
        for line in written.lines { printError("  " + line) }
    }
}
