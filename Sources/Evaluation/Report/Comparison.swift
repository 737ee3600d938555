public import Audio
public import Files
import Platform

/// A comparison of systems on recordings.
///
/// With an output folder, each recording gets a folder in it with `original.wav` and a file for each system; beside
/// these are `index.html`, a ``ComparisonPage``, and `report.json`.
public struct Comparison {
    public enum Event: Sendable {
        /// Recording `number` of `count` is next.
        case began(name: String, number: Int, count: Int)
        /// A recording was mixed to mono or resampled.
        case prepared(name: String, Preparation)
        /// A recording is left out, because it or what a system made of it cannot be read.
        case rejected(FileError)
    }

    public let systems: [VocodingSystem]
    /// The rate in Hz at which everything is measured: the highest of the systems' rates.
    public let sampleRate: Int
    public let output: String?
    public let seed: UInt64
    /// The check of each system.
    private let checks: [ArtefactCheck]

    /// - Parameters:
    ///   - systems: one or more; equal names get numbers.
    ///   - output: the output folder, created where there is none; nil writes nothing.
    ///   - seed: the seed of the bootstrap.
    public init(systems: [VocodingSystem], output: String? = nil, seed: UInt64 = 0) {
        precondition(!systems.isEmpty, "a comparison of no systems")
        var taken: Set<String> = ["original"]
        self.systems = systems.map { $0.renamed(distinct($0.name, from: &taken)) }
        checks = systems.map { ArtefactCheck(sampleRate: $0.sampleRate, hopLength: $0.hopLength) }
        sampleRate = systems.map(\.sampleRate).max()!
        self.output = output
        self.seed = seed
    }

    /// Runs every system on every recording, one after the other so that the times are meaningful.
    ///
    /// - Returns: the report, without recordings where all were rejected; then nothing is written.
    /// - Throws: `FileError`: `.cannotCreate` and `.inputOutput` where the output cannot be written.
    public func report(
        of recordings: RecordingList, onEvent: (Event) -> Void = { _ in }
    ) throws(FileError) -> Report {
        if let output {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
            guard names.isEmpty || names.contains("report.json") else {
                throw FileError(.cannotCreate, output, "holds files that are no earlier comparison; name a new folder.")
            }
            try createFolder(at: output)
        }
        let evaluator = Evaluator(sampleRate: sampleRate)
        var page = ComparisonPage(title: "Vocoder comparison")
        var results: [Report.Recording] = []
        var speech = SpeechFrames()
        var silenceLevels: [String: Double]?
        for (index, entry) in recordings.entries.enumerated() {
            onEvent(.began(name: entry.name, number: index + 1, count: recordings.entries.count))
            let made: (original: Waveform, outputs: [SystemOutput], artefacts: [[Artefact]])
            do throws(FileError) {
                made = try outputs(for: entry, onEvent)
            } catch {
                onEvent(.rejected(error))
                continue
            }
            let evaluations = evaluator.evaluations(of: made.outputs, against: made.original)
            speech.add(evaluations)
            let scores = zip(evaluations, made.artefacts).map { evaluation, artefacts in
                var score = evaluation.score
                score.artefacts = artefacts
                return score
            }
            if silenceLevels == nil { silenceLevels = try levelsOfSilence(made.original) }
            results.append(Report.Recording(name: entry.name, duration: made.original.duration, scores: scores))
            try write(made.original, made.outputs, scores, name: entry.name, page: &page)
        }
        let report = Report(
            recordings: results, sampleRate: sampleRate, seed: seed, frechetDistances: speech.distances,
            frechetFloor: speech.floor, silenceLevels: silenceLevels ?? [:])
        if let output, !results.isEmpty {
            try replaceFile(at: "\(output)/report.json", contents: report.json)
            try replaceFile(at: "\(output)/index.html", contents: Data(page.html(report: report).utf8))
        }
        return report
    }

    /// What every system makes of a recording, at the comparison's rate, and the artefacts in it.
    private func outputs(
        for entry: RecordingList.Entry, _ onEvent: (Event) -> Void
    ) throws(FileError) -> (original: Waveform, outputs: [SystemOutput], artefacts: [[Artefact]]) {
        let (original, preparation) = try readWaveform(at: entry.path, sampleRate: sampleRate)
        if !preparation.isUnchanged { onEvent(.prepared(name: entry.name, preparation)) }
        var outputs: [SystemOutput] = []
        var artefacts: [[Artefact]] = []
        for (system, check) in zip(systems, checks) {
            let input = system.sampleRate == sampleRate ? original : original.resampled(to: system.sampleRate)
            let made = try system.output(entry.name, input)
            // Tonal lines are at fractions of the rate at which it was made.
            artefacts.append(
                check.artefacts(in: made.waveform.resampled(to: system.sampleRate), reference: .original(input)))
            let waveform = made.waveform.resampled(to: sampleRate)
            outputs.append(SystemOutput(system: system.name, waveform: waveform, seconds: made.seconds))
        }
        return (original, outputs, artefacts)
    }

    /// The level in dB of what each vocoder makes of digital silence before and after speech; folders have none.
    private func levelsOfSilence(_ original: Waveform) throws(FileError) -> [String: Double] {
        var result: [String: Double] = [:]
        for (system, check) in zip(systems, checks) where system.isVocoder {
            let probe = check.silenceProbe(of: original.resampled(to: system.sampleRate))
            let made = try system.output("silence", probe).waveform.resampled(to: system.sampleRate)
            result[system.name] = check.silenceLevel(of: made, probe: probe)
        }
        return result
    }

    private func write(
        _ original: Waveform, _ outputs: [SystemOutput], _ scores: [Score], name: String, page: inout ComparisonPage
    ) throws(FileError) {
        guard let output else { return }
        let folder = "\(output)/\(name)"
        try createFolder(at: folder)
        let reference = SpectrogramImage.reference(for: original)
        var samples: [ComparisonPage.Sample] = []
        for (index, shown) in ([SystemOutput(system: "original", waveform: original)] + outputs).enumerated() {
            let path = "\(folder)/\(shown.system.replacing("/", with: "-")).wav"
            try shown.waveform.write(to: path)
            // FLAC holds the same 16 bits in half the bytes of the page.
            let small = "\(folder)/.page.flac"
            defer { try? FileManager.default.removeItem(atPath: small) }
            try shown.waveform.write(to: small, format: .int16)
            samples.append(
                ComparisonPage.Sample(
                    name: shown.system,
                    spectrogram: SpectrogramImage(
                        of: shown.waveform, reference: reference, pixelsPerSecond: 120, binsPerPixel: 2),
                    sound: try contents(ofFile: small), mediaType: "audio/flac",
                    score: index == 0 ? nil : scores[index - 1]))
        }
        page.add(recording: name, duration: original.duration, samples: samples)
    }
}

extension VocodingSystem {
    /// This system with another name.
    func renamed(_ name: String) -> VocodingSystem {
        var copy = self
        copy.name = name
        return copy
    }
}
