import Evaluation
import Files
import Platform

/// DistillMOS, what listeners would say of a sound from 1 to 5, estimated without its original. It is a network in Python, which the package's
/// `Scripts/mos` installs and runs.
struct OpinionScores {
    /// The mean of the originals and of each system, in the order of the report.
    let means: [(system: String, estimate: Estimate)]

    private struct Line: Decodable {
        let mos: Double
    }

    /// Rates all sounds that `compare` wrote to a folder.
    ///
    /// - Parameter report: The comparison's report.
    /// - Throws: `FileError`: `.missingInput` where the package's script is not to be found, `.badData` where it fails.
    init(of report: Report, in folder: String, seed: UInt64) throws(FileError) {
        let systems = ["original"] + report.summaries.map(\.system)
        var means: [(String, Estimate)] = []
        for system in systems {
            let files = report.recordings.map { "\(folder)/\($0.name)/\(system.replacing("/", with: "-")).wav" }
            if let estimate = Estimate(of: try Self.scores(of: files), seed: seed) { means.append((system, estimate)) }
        }
        self.means = means
    }

    /// The scores of files, in order.
    static func scores(of files: [String]) throws(FileError) -> [Double] {
        var scores: [Double] = []
        for start in stride(from: 0, to: files.count, by: 200) {
            let part = Array(files[start..<min(files.count, start + 200)])
            scores += try ScriptOutput.lines(of: "mos", part, count: part.count, as: Line.self).map(\.mos)
        }
        return scores
    }

    /// A line for people.
    var sentence: String {
        func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
        let original = means.first?.estimate.mean ?? 0
        let parts = means.map { system, estimate in
            let interval = estimate.low.flatMap { low in estimate.high.map { " [\(rounded(low)), \(rounded($0))]" } } ?? ""
            let gap = system == "original" ? "" : ", \(rounded(estimate.mean - original)) from the originals"
            return "\(system) \(rounded(estimate.mean))\(interval)\(gap)"
        }
        return "DistillMOS, estimated without the original, 1 to 5: " + parts.joined(separator: "; ") + "\n"
    }

    /// By system, as JSON.
    var json: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // Finite numbers and strings only: encoding them cannot fail.
        return try! encoder.encode(Dictionary(uniqueKeysWithValues: means.map { ($0.system, $0.estimate) }))
    }
}
