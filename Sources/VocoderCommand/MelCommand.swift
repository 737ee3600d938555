public import ArgumentParser
import Audio
import Files
import Platform
public import Spectra

struct MelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mel",
        abstract: "Make mel-spectrograms of recordings.",
        discussion: """
            One recording goes to a file; several, or a folder (searched recursively), go to a folder. Sound is mixed to mono \
            and resampled where the convention asks for it. A .npz or .safetensors mel carries its convention; a bare .npy \
            does not.
            """)

    @Argument(help: "Recordings or folders of recordings, then the .npy, .npz or .safetensors file or the folder to write.")
    var paths: [String]

    @OptionGroup var options: MelConventionOptions

    @Option(help: "The order of the axes: \(MelLayout.allCases.map(\.rawValue).joined(separator: " or ")).")
    var layout = MelLayout.bandsFirst

    @Option(help: "The format of mels in a folder: \(MelFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = MelFormat.npy

    @Option(help: "Threads; by default one for every processor.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print one JSON object a recording.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        guard paths.count >= 2 else { throw ValidationError("Name at least one recording and where its mel goes.") }
        guard threads >= 1 else { throw ValidationError("--threads \(threads): at least one is needed.") }
        _ = try options.convention()
    }

    func run() throws {
        let extractor = MelExtractor(try options.convention(), threadCount: threads)
        let extractions = try MelExtraction.all(of: paths.dropLast(), into: paths.last!, format: format)
        var failures: [FileError] = []
        for extraction in extractions {
            do throws(FileError) {
                try report(try extraction.run(with: extractor, layout: layout), extractor.convention)
            } catch {
                // What cannot be written now cannot be written for the next recording either.
                if extractions.count == 1 || [.cannotCreate, .inputOutput].contains(error.kind) { throw error }
                failures.append(error)
                printError("vocoder: \(error)")
            }
        }
        guard let first = failures.first else { return }
        printError("vocoder: \(failures.count) of \(extractions.count) recordings could not be made mels.")
        throw ExitCode(first.exitCode)
    }

    private func report(_ outcome: MelExtraction.Outcome, _ convention: MelConvention) throws(FileError) {
        if json {
            try printJSON(
                MelReport(
                    recording: outcome.extraction.recording, mel: outcome.extraction.mel, frames: outcome.frameCount,
                    bands: convention.bandCount, sound: outcome.preparation.description, convention: convention))
        } else if !quiet {
            let remark = outcome.preparation.isUnchanged ? "" : " (\(outcome.preparation))"
            printError("\(outcome.extraction.recording): \(outcome.frameCount) frames to \(outcome.extraction.mel)\(remark)")
        }
    }
}

private struct MelReport: Encodable {
    var recording: String
    var mel: String
    var frames: Int
    var bands: Int
    var sound: String
    var convention: MelConvention
}

extension MelLayout: ExpressibleByArgument {}
extension MelFormat: ExpressibleByArgument {}
