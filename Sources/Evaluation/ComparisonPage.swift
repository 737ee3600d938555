public import Platform

/// One page of HTML to look at and listen to: each recording beside what its contestants made of it.
///
/// Sounds and pictures are inside the page: it needs no server and nothing else. All versions of one recording run in
/// step, so that switching from one to the next happens in mid-word, and a blind test tells whether two of them can be
/// told apart (``ComparisonPage/blindTestHTML``). The page is well-formed XML too.
public struct ComparisonPage: Sendable {
    /// One thing to listen to.
    public struct Sample: Sendable {
        public let name: String
        public let spectrogram: SpectrogramImage
        /// A whole sound file.
        public let sound: Data
        /// Of `sound`: `audio/wav`, `audio/flac`, …
        public let mediaType: String
        /// nil for the original.
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
    private var sections: [String] = []

    public init(title: String) {
        self.title = title
    }

    /// Adds a row: the original first, then its contestants.
    public mutating func add(recording name: String, duration: Double, exhibits: [Sample]) {
        var lines = [
            #"<section class="recording" data-name="\#(escaped(name))">"#,
            "<h2>\(escaped(name)) <small>\(fixed(duration, 2)) s</small></h2>",
            #"<div class="controls"><button class="play" type="button" aria-label="Play or pause">&#9654;</button>"#,
        ]
        for (index, exhibit) in exhibits.enumerated() {
            lines.append(
                #"<button class="choice" type="button" data-index="\#(index)"><kbd>\#(index + 1)</kbd> "#
                    + "\(escaped(exhibit.name))</button>")
        }
        lines.append(#"<output class="time">0.00 s</output></div>"#)
        lines.append(#"<div class="exhibits">"#)
        lines += exhibits.map(html(of:))
        lines.append("</div></section>")
        sections.append(lines.joined(separator: "\n"))
    }

    /// The page, with the summary of `report` above the recordings.
    public func html(report: Report) -> String {
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
        \(report.summaryHTML)
        \(Self.blindTestHTML)
        \(Self.legend)
        \(sections.joined(separator: "\n"))
        </main>
        <script>//<![CDATA[
        \(Self.script)
        //]]></script>
        </body>
        </html>

        """
    }

    private func html(of exhibit: Sample) -> String {
        """
        <figure>
        <figcaption>\(escaped(exhibit.name))</figcaption>
        \(exhibit.spectrogram.figure(title: exhibit.name))
        <audio controls="controls" preload="none" src="data:\(exhibit.mediaType);base64,\(exhibit.sound.base64EncodedString())"></audio>
        \(exhibit.score.map(\.html) ?? #"<p class="reference">the reference</p>"#)
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

/// `text` as it may stand in HTML and XML, attributes included; control characters, which may not, become U+FFFD.
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
