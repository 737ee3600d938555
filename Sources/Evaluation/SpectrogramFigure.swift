import Platform

extension SpectrogramImage {
    /// SVG: the picture inside axes of time (s) and frequency (kHz), and a line for the play head.
    func figure(title: String) -> String {
        let plot = Plot()
        var lines = [
            #"<svg class="spectrogram" viewBox="0 0 \#(plot.totalWidth) \#(plot.totalHeight)" role="img" "#
                + #"data-duration="\#(duration)" data-left="\#(plot.left)" data-width="\#(plot.width)" "#
                + #"xmlns="http://www.w3.org/2000/svg">"#,
            "<title>Spectrogram: \(escaped(title))</title>",
            #"<image x="\#(plot.left)" y="\#(plot.top)" width="\#(plot.width)" height="\#(plot.height)" "#
                + #"preserveAspectRatio="none" href="data:image/png;base64,\#(png.base64EncodedString())"/>"#,
        ]
        lines += frequencyAxis(plot) + timeAxis(plot)
        lines.append(
            #"<line class="head" x1="\#(plot.left)" x2="\#(plot.left)" y1="\#(plot.top)" y2="\#(plot.bottom)"/></svg>"#)
        return lines.joined(separator: "\n")
    }

    private func frequencyAxis(_ plot: Plot) -> [String] {
        let step = tickStep(for: highestFrequency / 1000, atMost: 6)
        let ticks = ticks(upTo: highestFrequency / 1000, step: step).flatMap { value in
            let y = fixed(Double(plot.bottom) - value * 1000 / highestFrequency * Double(plot.height), 1)
            return [
                #"<line class="tick" x1="\#(plot.left - 4)" x2="\#(plot.left)" y1="\#(y)" y2="\#(y)"/>"#,
                #"<text x="\#(plot.left - 6)" y="\#(y)" dy="0.35em" text-anchor="end">\#(label(value, step))</text>"#,
            ]
        }
        let middle = plot.top + plot.height / 2
        return ticks + [
            #"<text x="11" y="\#(middle)" text-anchor="middle" transform="rotate(-90 11 \#(middle))">kHz</text>"#
        ]
    }

    private func timeAxis(_ plot: Plot) -> [String] {
        guard duration > 0 else { return [] }
        let step = tickStep(for: duration, atMost: 7)
        let ticks = ticks(upTo: duration, step: step).flatMap { value in
            let x = fixed(Double(plot.left) + value / duration * Double(plot.width), 1)
            return [
                #"<line class="tick" x1="\#(x)" x2="\#(x)" y1="\#(plot.bottom)" y2="\#(plot.bottom + 4)"/>"#,
                #"<text x="\#(x)" y="\#(plot.bottom + 16)" text-anchor="middle">\#(label(value, step))</text>"#,
            ]
        }
        return ticks + [
            #"<text x="\#(plot.totalWidth - 2)" y="\#(plot.bottom + 16)" text-anchor="end">s</text>"#
        ]
    }

    private func ticks(upTo end: Double, step: Double) -> [Double] {
        (0...Int(end / step + 1e-9)).map { Double($0) * step }
    }

    private func label(_ value: Double, _ step: Double) -> String {
        fixed(value, step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3)
    }
}

/// Where the picture lies in its figure, in the units of the figure.
private struct Plot {
    let left = 36
    let top = 6
    let width = 430
    let height = 190
    var bottom: Int { top + height }
    var totalWidth: Int { left + width + 14 }
    var totalHeight: Int { bottom + 20 }
}

/// The least of 1, 2, 5, 10, … thousandths that divides `extent` into no more than `count` parts.
func tickStep(for extent: Double, atMost count: Int) -> Double {
    var decade = 0.001
    while true {
        for factor in [1.0, 2, 5] where extent / (factor * decade) <= Double(count) { return factor * decade }
        decade *= 10
    }
}
