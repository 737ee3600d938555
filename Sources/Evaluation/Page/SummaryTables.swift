extension Report {
    /// A table of the means with their intervals, one column for each system, and the definition of each metric.
    var summaryHTML: String {
        let heads = summaries.map { "<th scope=\"col\">\(escaped($0.system))</th>" }.joined()
        let rows = Metric.all.map { metric in
            let cells = summaries.map { summary in
                let value = summary.estimates[metric].map { $0.html(decimals: metric.decimals) }
                return "<td>\(value ?? "<b>&#8211;</b>")</td>"
            }
            return "<tr><th scope=\"row\">\(metric.headingHTML)</th>\(cells.joined())</tr>"
        }
        let frechet = summaries.map { summary in
            "<td><b>\(summary.frechetDistance.map { fixed($0.distance, 1) } ?? "&#8211;")</b></td>"
        }
        let silence = summaries.map { "<td><b>\($0.silenceLevel.map { signed(fixed($0, 1)) } ?? "&#8211;")</b></td>" }
        let artefacts = summaries.map { "<td class=\"artefacts\">\(escaped($0.artefactCounts.sentence))</td>" }
        let terms = Metric.all.map { "<dt>\(escaped($0.title))</dt><dd>\(escaped($0.definition))</dd>" }
        let maxima = Metric.all.filter(\.isHigherBetter).map(\.title).joined(separator: " and ")
        let interval = recordings.count > 1 ? ", in small print the 95 % bootstrap interval (seed \(seed))" : ""
        return """
            <section class="summary">
            <h2>Summary</h2>
            <p>Mean over \(recordings.count) recording\(recordings.count == 1 ? "" : "s") \
            at \(sampleRate) Hz\(interval); nearer to 0 is better, for \(maxima) nearer to 1. \
            \(frechetFloor.map { escaped($0.floorSentence) } ?? "")</p>
            <div class="scroll"><table>
            <thead><tr><th></th>\(heads)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            <tr><th scope="row">Fr&#233;chet</th>\(frechet.joined())</tr>
            <tr><th scope="row">silence <small>dBFS</small></th>\(silence.joined())</tr>
            <tr><th scope="row">artefacts</th>\(artefacts.joined())</tr>
            </tbody></table></div>
            <details><summary>What is measured</summary><dl>\(terms.joined())\(Self.frechetTerm)</dl></details>
            </section>
            """
    }
}

extension Report {
    fileprivate static var frechetTerm: String {
        "<dt>Fr&#233;chet</dt><dd>Fr&#233;chet distance of two normal distributions, those of 13 MFCC with deltas and "
            + "delta-deltas over all speech frames (within 40 dB of the loud level, 16 kHz, 10 ms), equally many of both.</dd>"
            + "<dt>silence</dt><dd>The loudest 10 ms of what a vocoder makes of half a second of digital silence before and after the "
            + "first recording; below &#8722;80 dB is silent.</dd>"
            + "<dt>artefacts</dt><dd>Tonal lines at multiples of the frame rate, clicks, noise in digital silence, clipping, and "
            + "levels off by more than 0.5 dB, or by 2 dB for half a second; artefacts that the original has too do not count.</dd>"
    }
}

extension Score {
    /// A list of every metric of one system on one recording.
    var html: String {
        let cells = Metric.all.map { metric in
            let value = self[metric].map { signed(fixed($0, metric.decimals)) } ?? "&#8211;"
            return "<div><dt>\(metric.headingHTML)</dt><dd>\(value)</dd></div>"
        }
        return #"<dl class="scores">\#(cells.joined())</dl>"# + artefactsHTML
    }
}

extension Score {
    /// A list of the artefacts, each a button that plays it.
    private var artefactsHTML: String {
        guard !artefacts.isEmpty else { return "" }
        let items = artefacts.map { artefact in
            #"<li><button class="artefact" type="button" data-time="\#(fixed(artefact.start, 3))">\#(escaped("\(artefact)"))"#
                + "</button></li>"
        }
        return #"<ul class="artefacts">\#(items.joined())</ul>"#
    }
}

extension Metric {
    fileprivate var headingHTML: String {
        escaped(title) + (unit.isEmpty ? "" : " <small>\(escaped(unit))</small>")
    }
}

extension Estimate {
    fileprivate func html(decimals: Int) -> String {
        let value = "<b>\(signed(fixed(mean, decimals)))</b>"
        guard let low, let high else { return value }
        return "\(value) <small>\(signed(fixed(low, decimals))) &#8230; \(signed(fixed(high, decimals)))</small>"
    }
}

/// A number with a minus sign instead of a hyphen.
private func signed(_ number: String) -> String {
    number.hasPrefix("-") ? "&#8722;" + number.dropFirst() : number
}
