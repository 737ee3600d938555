extension [Artefact.Kind: Int] {
    /// How many of each kind.
    package static func counting(_ artefacts: [Artefact]) -> Self {
        artefacts.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    }

    /// `2 clicks, 1 tonal line`; `none`.
    package var sentence: String {
        let parts = Artefact.Kind.allCases.compactMap { kind in
            self[kind].map { "\($0) x \(kind.title)" }
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension Report {
    /// Faults of one contestant that are printed; the report has them all.
    private static let shownFaults = 10

    /// What artefacts each contestant has, and where the first ones are.
    var faultLines: String {
        summaries.map { summary in
            var lines = ["artefacts of \(summary.contestant): \(summary.artefactCounts.sentence)"]
            let faults = recordings.flatMap { recording in
                recording.scores.filter { $0.contestant == summary.contestant }.flatMap(\.artefacts).map {
                    "  \(recording.name): \($0)"
                }
            }
            lines += faults.prefix(Self.shownFaults)
            if faults.count > Self.shownFaults {
                lines.append("  and \(faults.count - Self.shownFaults) more, in --output's report.json")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
