extension Report {
    /// Tables for a terminal: a line for each recording and system, then the means with their 95 % intervals, then
    /// the artefacts of each system.
    ///
    /// - Parameter place: where the artefacts that are not printed are listed.
    public func table(otherArtefactsIn place: String = "report.json") -> String {
        var parts = [recordingTable]
        if recordings.count > 1 { parts.append(summaryTable) }
        parts.append(artefactLines(othersIn: place))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var recordingTable: String {
        var rows = [
            ["recording", "system"] + Metric.all.map(\.title), ["", ""] + Metric.all.map(\.unit),
        ]
        for recording in recordings {
            for (index, score) in recording.scores.enumerated() {
                let cells = Metric.all.map { metric in
                    score[metric].map { fixed($0, metric.decimals) } ?? "-"
                }
                rows.append([index == 0 ? recording.name : "", score.system] + cells)
            }
        }
        return aligned(rows, leftColumns: 2)
    }

    private var summaryTable: String {
        var rows = [["mean of \(recordings.count) [95 %]"] + summaries.map(\.system)]
        for metric in Metric.all {
            let cells = summaries.map { $0.estimates[metric].map { $0.text(decimals: metric.decimals) } ?? "-" }
            rows.append([metric.heading] + cells)
        }
        rows.append(
            ["Fréchet"] + summaries.map { $0.frechetDistance.map { fixed($0.distance, 1) } ?? "-" })
        if summaries.contains(where: { $0.silenceLevel != nil }) {
            rows.append(["silence, dBFS"] + summaries.map { $0.silenceLevel.map { fixed($0, 1) } ?? "-" })
        }
        return aligned(rows, leftColumns: 1) + (frechetFloor.map { "\n\($0.floorSentence)" } ?? "")
    }
}

extension FrechetDistance {
    /// The sentence that states this as the floor of a report.
    var floorSentence: String {
        "Fréchet: one half of the originals is \(fixed(distance, 1)) from the other (\(frameCount) frames each)."
    }
}

extension Metric {
    /// The title, with the unit after a comma.
    var heading: String { unit.isEmpty ? title : "\(title), \(unit)" }
}

extension Estimate {
    /// The mean with its interval, such as `3.89 [3.71, 4.05]`.
    func text(decimals: Int) -> String {
        guard let low, let high else { return fixed(mean, decimals) }
        return "\(fixed(mean, decimals)) [\(fixed(low, decimals)), \(fixed(high, decimals))]"
    }
}

/// `value` rounded to so many digits after the decimal point.
func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let digits = String(Int64(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// Columns as wide as their widest cell, two spaces apart; the first ones flush left, numbers flush right.
func aligned(_ rows: [[String]], leftColumns: Int) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
        let cells = row.enumerated().map { column, cell in
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return column < leftColumns ? cell + padding : padding + cell
        }
        let line = cells.joined(separator: "  ")
        return line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? ""
    }.joined(separator: "\n")
}

extension Report {
    /// How many artefacts of a system are printed; the report lists all of them.
    private static let printedArtefacts = 10

    /// How many artefacts each system has, and what and where the first ones are.
    ///
    /// - Parameter place: where those that are not printed are listed.
    func artefactLines(othersIn place: String) -> String {
        summaries.map { summary in
            var lines = ["artefacts of \(summary.system): \(summary.artefactCounts.sentence)"]
            let artefacts = recordings.flatMap { recording in
                recording.scores.filter { $0.system == summary.system }.flatMap(\.artefacts).map {
                    "  \(recording.name): \($0)"
                }
            }
            lines += artefacts.prefix(Self.printedArtefacts)
            if artefacts.count > Self.printedArtefacts {
                lines.append("  and \(artefacts.count - Self.printedArtefacts) more, in \(place)")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
