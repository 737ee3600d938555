import Kernels
import Tensors

/// What `bench` found, to be printed.
struct BenchReport: Encodable {
    struct Row: Encodable {
        let name: String
        let detail: String
        let precision: String?
        let runs: Int
        let medianSeconds: Double
        let lowerQuartile: Double
        let upperQuartile: Double
        /// Seconds of sound for each of computing.
        let timesRealTime: Double
        let gigaflops: Double?
        let shareOfPeak: Double?
    }

    let machine: BenchMachine
    /// The folder, or nil for random weights.
    let model: String?
    /// What a matrix product reached, by the type of its numbers: the median of all its runs, in gigaflops.
    let peaks: [String: Double]
    let rows: [Row]

    init(_ measurements: [BenchMeasurement], model: String?) {
        machine = .current
        self.model = model
        let byType = Dictionary(grouping: measurements) { ($0.work.precision ?? .float32).rawValue }
        peaks = byType.mapValues { median($0.flatMap(\.runs).map(\.peak)) / 1e9 }
        rows = measurements.map { measurement in
            Row(
                name: measurement.work.name, detail: measurement.work.detail,
                precision: measurement.work.precision?.rawValue, runs: measurement.runs.count,
                medianSeconds: measurement.medianSeconds, lowerQuartile: measurement.quartiles.lower,
                upperQuartile: measurement.quartiles.upper, timesRealTime: measurement.timesRealTime,
                gigaflops: measurement.rate.map { $0 / 1e9 }, shareOfPeak: measurement.shareOfPeak)
        }
    }

    /// A table with a head and what it says.
    var text: String {
        let versions = machine.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let products = peaks.sorted { $0.key < $1.key }.map { "\($0.key) \(digits($0.value)) GFLOP/s" }
        var lines = [
            "\(machine.processor), \(machine.cores) cores, \(machine.threads) threads; "
                + machine.features.joined(separator: " "),
            versions.joined(separator: ", "),
            model.map { "model \($0)" } ?? "an untrained model of the paper's size",
            "product of two \(BenchPeak.size) x \(BenchPeak.size) matrices by oneDNN: \(products.joined(separator: ", "))",
            "",
        ]
        let head = ["work", "median", "half of the runs in", "x real time", "GFLOP/s", "of product", "what"]
        lines += aligned([head] + rows.map(\.cells))
        return lines.joined(separator: "\n") + "\n"
    }
}

extension BenchReport.Row {
    fileprivate var cells: [String] {
        [
            name, time(medianSeconds), "\(time(lowerQuartile)) to \(time(upperQuartile))", digits(timesRealTime),
            gigaflops.map(digits) ?? "", shareOfPeak.map { "\(digits(100 * $0)) %" } ?? "", detail,
        ]
    }
}

/// Three digits that count, and all before the point.
private func digits(_ value: Double) -> String {
    let places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    var (scaled, power) = (value, 1.0)
    for _ in 0..<places { (scaled, power) = (scaled * 10, power * 10) }
    let rounded = scaled.rounded() / power
    return places == 0 ? String(Int(rounded)) : String(rounded)
}

private func time(_ seconds: Double) -> String {
    seconds < 1 ? "\(digits(1000 * seconds)) ms" : "\(digits(seconds)) s"
}

/// Rows with columns below each other: the first and the last to the left, the others to the right.
private func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
        let cells = row.indices.map { column in
            let padding = String(repeating: " ", count: widths[column] - row[column].count)
            return column == 0 ? row[column] + padding : column == row.count - 1 ? row[column] : padding + row[column]
        }
        return cells.joined(separator: "  ")
    }
}
