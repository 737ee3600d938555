public import Files
import Platform

/// The forms timings are written in, named by the ending of a file.
public enum TimingFormat: String, CaseIterable, Sendable {
    case json
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles, each word with its time.
    case vtt
    /// Praat's, with tiers for sentences, words and phonemes.
    case textGrid = "TextGrid"

    /// By the ending of `path`, in any case; nil where it is none of these.
    public init?(path: String) {
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        guard let format = Self.allCases.first(where: { $0.rawValue.lowercased() == ending }) else {
            return nil
        }
        self = format
    }

    public static var endings: String { allCases.map { "." + $0.rawValue }.joined(separator: ", ") }
}

extension SpeechTimings {
    /// Writes the timings to `path`, whole or not at all.
    ///
    /// - Throws: `FileError`: `.cannotCreate`, or `.inputOutput` where writing fails.
    public func write(to path: String, as format: TimingFormat) throws(FileError) {
        let text =
            switch format {
            case .json: TimingTable(self).json
            case .srt: Subtitles(self).subRip
            case .vtt: Subtitles(self).webVTT
            case .textGrid: TextGrid(self).text
            }
        try replaceFile(at: path, contents: Data(text.utf8))
    }
}
