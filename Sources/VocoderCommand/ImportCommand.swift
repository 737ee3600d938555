import ArgumentParser
import Files
import MelGAN
import Platform
import Spectra

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Convert a PyTorch checkpoint of another MelGAN to a model.",
        discussion: """
            Reads the generator of checkpoints of melgan-neurips (netG.pt, best_netG.pt) and seungwonpark/melgan, written by old or \
            new versions of PyTorch, wherever in the file its weights are. Only tensors are read; no code in the file is executed.

            A checkpoint does not say which mels its generator takes. They are its authors' unless the options below say otherwise; the \
            sample rate must be given where the hop is not its authors'.
            """)

    @Argument(help: "The checkpoint file.")
    var checkpoint: String

    @Option(name: .shortAndLong, help: "The folder to write the model to.")
    var output: String

    @OptionGroup(title: "Mel (by default the authors')") var mel: MelConventionOptions

    @Option(help: "Make zeros of frames of digital silence, whatever the generator makes of them: on or off (off, as its own program does).")
    var silenceGate = Switch.off

    @Flag(help: "Replace a model that is already there.")
    var force = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws { _ = try mel.convention() }

    private var options: ImportOptions {
        get throws {
            guard mel.isGiven else { return ImportOptions(silenceGate: silenceGate == .on) }
            let (base, mel) = (try mel.base(), mel)
            return ImportOptions(hasSampleRate: mel.sampleRate != nil, knowsSampleRate: mel.preset != nil, silenceGate: silenceGate == .on) {
                (authors) throws(MelConventionError) in try mel.convention(from: base ?? authors)
            }
        }
    }

    func run() throws {
        let isTaken = [Model.configurationFile, Model.generatorFile, Model.descriptionFile].contains {
            FileManager.default.fileExists(atPath: output + "/" + $0)
        }
        if isTaken, !force {
            throw FileError(.cannotCreate, output, "already holds a model; name another folder, or replace it with --force.")
        }
        let imported = try ImportedModel.read(at: checkpoint, options)
        let made = imported.model.configuration.convention
        for (option, stated, found) in [("--hop", mel.hop, made.hopLength), ("--bands", mel.bands, made.bandCount)] {
            guard let stated, stated != found else { continue }
            throw FileError(.badData, checkpoint, "is a generator with \(option) \(found), and \(option) \(stated) was given; leave it out.")
        }
        try imported.model.write(to: output, description: imported.description)
        let written = try ModelDescription(ofFolder: output)
        if json { try printJSON(written) }
        guard !quiet, !json else { return }
        printError("\(checkpoint): a generator of \(imported.origin), imported to \(output)")
        for note in imported.notes { printError("  \(note)") }
        for line in written.lines { printError("  " + line) }
    }
}
