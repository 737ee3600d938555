import Evaluation
import Files
import Platform

/// DistillMOS, what listeners would say of a sound from 1 to 5, estimated without its original. It is a network in Python, which the package's
/// `Scripts/mos` installs and runs.
struct OpinionScores {
    /// The mean of the originals and of each system, in the order of the report.
    let means: [(system: String, estimate: Estimate)]

    private struct Line: Decodable {
        let file: String
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
            var scores: [Double] = []
            for start in stride(from: 0, to: files.count, by: 200) {
                scores += try Self.scores(of: Array(files[start..<min(files.count, start + 200)]))
            }
            if let estimate = Estimate(of: scores, seed: seed) { means.append((system, estimate)) }
        }
        self.means = means
    }

    /// The scores of files, in order.
    private static func scores(of files: [String]) throws(FileError) -> [Double] {
        let script = try script()
        let command = ([script] + files).map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        guard let pipe = popen(command, "r") else {
            throw FileError(.inputOutput, script, "could not be started (\(String(cString: strerror(errno)))).")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[0..<count]
        }
        guard pclose(pipe) == 0 else {
            throw FileError(.badData, script, "did not rate the sounds; its message above says why.")
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Data($0) }
        let scores = lines.compactMap { try? JSONDecoder().decode(Line.self, from: $0).mos }
        guard scores.count == files.count else {
            throw FileError(.badData, script, "rated \(scores.count) of \(files.count) sounds.")
        }
        return scores
    }

    /// The script of the package that this program was built in.
    private static func script() throws(FileError) -> String {
        var above = programPath.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        while let folder = above, folder.path != "/" {
            let script = folder.path + "/Scripts/mos"
            if FileManager.default.fileExists(atPath: script) { return script }
            above = folder.deletingLastPathComponent()
        }
        throw FileError(
            .missingInput, "Scripts/mos", "is not in a folder above this program; --mos works where the package was built.")
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
