public import Platform

/// An HTML page to look at and listen to: each recording beside what the systems made of it.
///
/// Sounds and pictures are inside the page, so that it needs no server and no other files. All versions of one recording play in
/// step, so that switching from one to the next happens in mid-word, and a blind test tells whether two of them can be
/// told apart (``ComparisonPage/blindTestHTML``). The page is well-formed XML too.
public struct ComparisonPage: Sendable {
    /// One version of a recording: the original, or what a system made of it.
    public struct Sample: Sendable {
        public let name: String
        public let spectrogram: SpectrogramImage
        /// The bytes of a sound file.
        public let sound: Data
        /// The media type of `sound`: `audio/wav`, `audio/flac`, …
        public let mediaType: String
        /// The score of the system; nil for the original.
        public let score: Score?

        public init(name: String, spectrogram: SpectrogramImage, sound: Data, mediaType: String, score: Score?) {
            self.name = name
            self.spectrogram = spectrogram
            self.sound = sound
            self.mediaType = mediaType
            self.score = score
        }
    }

    let title: String
    /// In the place of what stands under a version without a score.
    private static let referenceMark = "<!--reference-->"
    private var sections: [String] = []

    public init(title: String) {
        self.title = title
    }

    /// Adds a recording: the original first, then what each system made of it.
    public mutating func add(recording name: String, duration: Double, samples: [Sample]) {
        var lines = [
            #"<section class="recording" data-name="\#(escaped(name))">"#,
            "<h2>\(escaped(name)) <small>\(fixed(duration, 2)) s</small></h2>",
            #"<div class="controls"><button class="play" type="button" aria-label="Play or pause">&#9654;</button>"#,
        ]
        for (index, sample) in samples.enumerated() {
            lines.append(
                #"<button class="choice" type="button" data-index="\#(index)"><kbd>\#(index + 1)</kbd> "#
                    + "\(escaped(sample.name))</button>")
        }
        lines.append(#"<output class="time">0.00 s</output></div>"#)
        lines.append(#"<div class="samples">"#)
        lines += samples.map(html(of:))
        lines.append("</div></section>")
        sections.append(lines.joined(separator: "\n"))
    }

    /// The page, with the summary of `report` above the recordings.
    public func html(report: Report) -> String { html(summary: report.summaryHTML + "\n" + Self.blindTestHTML) }

    /// - Parameters:
    ///   - summary: What stands above the recordings.
    ///   - reference: What stands under a version without a score.
    func html(summary: String, reference: String = #"<p class="reference">the reference</p>"#) -> String {
        """
        <!DOCTYPE html>
        <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>\(escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <header>
        <h1>\(escaped(title))</h1>
        <p>Play a recording, then switch between its versions while it plays: all keep the same position.
        Click into a spectrogram to hear that version from there, on an artefact to hear it. Keys: <kbd>space</kbd> plays and pauses,
        <kbd>1</kbd> to <kbd>9</kbd> switch, <kbd>&#8592;</kbd> and <kbd>&#8594;</kbd> move by half a second.</p>
        </header>
        <main>
        \(summary)
        \(Self.legend)
        \(sections.joined(separator: "\n").replacing(Self.referenceMark, with: reference))
        </main>
        <script>//<![CDATA[
        \(Self.script)
        //]]></script>
        </body>
        </html>

        """
    }

    private func html(of sample: Sample) -> String {
        """
        <figure>
        <figcaption>\(escaped(sample.name))</figcaption>
        \(sample.spectrogram.figure(title: sample.name))
        <audio controls="controls" preload="none" src="data:\(sample.mediaType);base64,\(sample.sound.base64EncodedString())"></audio>
        \(sample.score.map(\.html) ?? Self.referenceMark)
        </figure>
        """
    }

    private static var legend: String {
        let stops = stride(from: 0, through: 255, by: 15).map { index in
            let rgb = ColourMap.bytes[3 * index..<3 * index + 3].map { "\($0)" }.joined(separator: ",")
            return "rgb(\(rgb))"
        }
        return """
            <p class="legend">&#8722;\(fixed(SpectrogramImage.range, 0)) dB
            <span style="background:linear-gradient(to right,\(stops.joined(separator: ",")))"></span>
            0 dB, the loudest point of the original</p>
            """
    }
}

/// `text` escaped for HTML and XML, attributes included; control characters, which are not allowed, become U+FFFD.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

extension ComparisonPage {
    static let style = """

        :root { color-scheme: light dark; --ink: #1d1b20; --paper: #fbfaf8; --line: #d8d4cf; --soft: #6b6670; --accent: #7a3fa0; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e9e6ea; --paper: #17151a; --line: #3a3640; --soft: #a09aa6; --accent: #c79be6; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1600px; padding: 1.5rem 2rem 4rem; color: var(--ink); background: var(--paper);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.5rem; margin: 0; }
        h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        small { color: var(--soft); font-size: .8em; font-weight: 400; }
        header p { color: var(--soft); max-width: 72ch; margin: .4rem 0 1.5rem; }
        kbd { font: .8em ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; border: 1px solid var(--line);
          border-radius: 3px; padding: 0 .35em; }
        .summary p { margin: 0 0 .6rem; color: var(--soft); }
        [hidden] { display: none !important; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .22rem 1.2rem .22rem 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child { font-weight: 400; }
        td { vertical-align: baseline; }
        td b { display: inline-block; min-width: 4.2em; text-align: right; font-weight: 400; }
        td small { padding-left: .4em; }
        td.artefacts { white-space: normal; max-width: 16em; font-size: .9em; }
        details { margin: .8rem 0; color: var(--soft); max-width: 100ch; }
        details dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        details dd { margin: 0; }
        .legend { color: var(--soft); font-size: .85rem; margin: 1rem 0; }
        .legend span { display: inline-block; width: 12rem; height: .8em; margin: 0 .5em; vertical-align: -1px; }
        .recording { border-top: 1px solid var(--line); padding: 1.2rem 0 1.4rem; }
        .controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .8rem; }
        button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 5px;
          padding: .2rem .8rem; cursor: pointer; }
        button:hover { border-color: var(--accent); }
        button.play { min-width: 3rem; color: var(--accent); border-color: var(--accent); }
        button.choice[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--paper); }
        button.choice[aria-pressed="true"] kbd { border-color: currentColor; }
        .time { color: var(--soft); font-variant-numeric: tabular-nums; margin-left: .5rem; }
        .samples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 1rem 1.4rem; }
        figure { margin: 0; max-width: 640px; min-width: 0; }
        figcaption { font-weight: 600; }
        .chosen figcaption { color: var(--accent); }
        .spectrogram { display: block; width: 100%; height: auto; cursor: crosshair; }
        .spectrogram text { font-size: 12px; fill: var(--soft); }
        .spectrogram .tick { stroke: var(--soft); stroke-width: 1; }
        .spectrogram .head { stroke: #fff; stroke-width: 1.5; opacity: .55; }
        .chosen .spectrogram .head { stroke: #4dffc3; opacity: 1; }
        audio { width: 100%; }
        .scores { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .1rem .9rem;
          margin: .3rem 0 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
        .scores div { display: flex; justify-content: space-between; gap: .4rem; border-bottom: 1px dotted var(--line); }
        .scores dt { color: var(--soft); white-space: nowrap; }
        .scores dd { margin: 0; }
        ul.artefacts { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .85rem; }
        button.artefact { border: 0; padding: .1rem 0; text-align: left; color: #b3261e; }
        button.artefact:hover { text-decoration: underline; }
        @media (prefers-color-scheme: dark) { button.artefact { color: #ff8a80; } }
        .abx { border-top: 1px solid var(--line); margin-top: 1.2rem; padding-top: 1.2rem; }
        .abx p { color: var(--soft); margin: 0 0 .6rem; max-width: 90ch; }
        .abx label { color: var(--soft); }
        .abx select, .abx input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
          border-radius: 5px; padding: .15rem .4rem; }
        .abx .number { color: var(--ink); font-weight: 600; }
        .abx .outcome { color: var(--ink); }
        .abx .answer { border-color: var(--accent); }
        .abx .answer:disabled { opacity: .4; border-color: var(--line); cursor: default; }
        .abx .warning { color: #b3261e; }
        .blind .summary, .blind .legend, .blind .recording, .blind header p { display: none; }
        .reference { color: var(--soft); font-size: .85rem; margin: .3rem 0 0; }

        """
}
