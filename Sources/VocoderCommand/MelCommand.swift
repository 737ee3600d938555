public import ArgumentParser
import Audio
import Files
import Platform
public import Spectra

struct MelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mel",
        abstract: "Compute mel-spectrograms of recordings.",
        discussion: """
            The mel of one recording is written to a file; those of several, or of a folder (searched recursively), to a folder. \
            Sound is mixed to mono and resampled to the sample rate of the mel. A .npz or .safetensors file stores the mel with its \
            convention (sample rate, FFT, window, hop, bands, logarithm); a .npy file stores the numbers alone.
            """)

    @Argument(help: "Recordings or folders of recordings, then the .npy, .npz or .safetensors file or the folder to write.")
    var paths: [String]

    @OptionGroup var options: MelConventionOptions

    @Option(help: "Order of the axes.")
    var layout = MelLayout.bandsFirst

    @Option(help: "File format of the mels in a folder.")
    var format = MelFormat.npy

    @Option(help: "Threads.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print one JSON object per recording.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        guard paths.count >= 2 else { throw ValidationError("Name at least one recording and the file or folder for its mel.") }
        guard !paths.contains("-") else {
            throw ValidationError("-: mels are read from and written to files; /dev/stdin and /dev/stdout name the streams.")
        }
        if json, paths.last == "/dev/stdout" { throw ValidationError("--json prints to standard output, where the mel goes.") }
        guard threads >= 1 else { throw ValidationError("--threads \(threads): at least one is needed.") }
        _ = try options.convention()
    }

    func run() throws {
        let extractor = MelExtractor(try options.convention(), threadCount: threads)
        let extractions = try MelExtraction.all(of: paths.dropLast(), into: paths.last!, format: format)
        if !quiet { for note in try MelExtraction.leftOut(of: paths.dropLast()) { printError(note) } }
        try forEachFile(extractions) { failures in
            "\(failures) of \(extractions.count) recordings could not be converted to mels."
        } _: { extraction throws(FileError) in
            try report(try extraction.run(with: extractor, layout: layout), extractor.convention)
        }
    }

    private func report(_ outcome: MelExtraction.Outcome, _ convention: MelConvention) throws(FileError) {
        if json {
            try printJSON(
                MelReport(
                    recording: outcome.extraction.recording, mel: outcome.extraction.mel, frames: outcome.frameCount,
                    bands: convention.bandCount, sound: outcome.preparation.description, remarks: outcome.preparation.remarks,
                    convention: convention))
        } else if !quiet {
            let changes = outcome.preparation.isUnchanged ? [] : [outcome.preparation.description]
            let remarks = (changes + outcome.preparation.remarks).joined(separator: "; ")
            let remark = remarks.isEmpty ? "" : " (\(remarks))"
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
    var remarks: [String]
    var convention: MelConvention
}

extension MelLayout: ExpressibleByArgument {}
extension MelFormat: ExpressibleByArgument {}
