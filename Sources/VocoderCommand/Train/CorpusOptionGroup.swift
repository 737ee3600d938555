public import ArgumentParser
public import Training

/// Options for a corpus: its listing, where the columns do not tell what they hold or name several speakers, and the noise in its recordings.
struct CorpusOptionGroup: ParsableArguments {
    @Option(help: "The column of the text in the corpus's listing, from 1; by default the column of sentences, which the report names.")
    var textColumn: Int?

    @Option(help: "The column of the speaker in the corpus's listing, from 1, or none; by default the column that looks so, which the report names.")
    var speakerColumn: String?

    @Option(help: "The speaker to train on, where the corpus's listing names several, or all; train takes all by default, train-voice, which makes a voice of several speakers of all, needs to be told.")
    var speaker: String?

    @Option(help: "Whether the room's noise is removed from recordings whose pauses are less than 55 dB below speech: auto or off (train-voice: auto; train: off).")
    var denoise: Denoising?

    /// nil where none is given.
    var options: ListingOptions? {
        let options = ListingOptions(
            textColumn: textColumn, speakerColumn: speakerColumn.map { $0 == "none" ? 0 : Int($0) ?? 0 }, speaker: speaker)
        return options == ListingOptions() ? nil : options
    }

    func validate() throws {
        try SessionOptions.validate([("--text-column", textColumn)])
        if let speakerColumn, speakerColumn != "none", Int(speakerColumn) ?? 0 < 1 {
            throw ValidationError("--speaker-column \(speakerColumn): the number of a column, from 1, or none was expected.")
        }
    }
}

extension Denoising: ExpressibleByArgument {}
