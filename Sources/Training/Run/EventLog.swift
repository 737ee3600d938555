public import Audio
public import Files
import Platform

/// The record of a training run: a TensorBoard event file, and `log.jsonl` with one JSON object a line.
///
/// Scalars go to both, sound and pictures to TensorBoard. Each record is appended by one system call. On resuming from a
/// checkpoint at step n, records of later steps, and an incomplete last one, are removed, so that nothing is there twice: write
/// the records of step n before its checkpoint.
public struct EventLog: ~Copyable {
    public let folder: String
    private let events: AppendedFile
    private let lines: AppendedFile
    private let clock: @Sendable () -> Double

    /// The file in which a sound is encoded before it is logged.
    static let temporarySound = ".sample.wav"

    /// Opens the log in `folder`, which is created where it does not exist, and removes the records of steps after `step`.
    ///
    /// - Parameters:
    ///   - step: Steps done; 0 for a run that begins.
    ///   - clock: Seconds since 1970.
    /// - Throws: `FileError` where the files cannot be read, created or truncated.
    public init(
        in folder: String, resumingAfter step: Int = 0,
        clock: @escaping @Sendable () -> Double = secondsSince1970
    ) throws(FileError) {
        try createFolder(at: folder)
        let eventPath = try Self.eventPath(in: folder, time: clock())
        let eventLength = try Self.length(of: eventPath, within: step, measuredBy: LogTruncation.eventBytes)
        let events = try AppendedFile(at: eventPath, cutTo: eventLength)
        if eventLength == 0 { try events.append(TFRecord.framed(TensorBoardEvent.fileVersion(time: clock()))) }
        let linePath = FolderPath.joined(folder, "log.jsonl")
        let lineLength = try Self.length(of: linePath, within: step, measuredBy: LogTruncation.lineBytes)
        let lines = try AppendedFile(at: linePath, cutTo: lineLength)
        self.folder = folder
        self.clock = clock
        self.events = events
        self.lines = lines
    }

    /// Logs `values` under their tags (such as `loss/generator`) at `step`. A value that is not finite is null in JSON.
    public func log(_ values: [(tag: String, value: Double)], step: Int) throws(FileError) {
        var event = TensorBoardEvent(time: clock(), step: step)
        for (tag, value) in values { event.add(tag, scalar: Float(value)) }
        try events.append(TFRecord.framed(event.message))
        let fields = values.map { (tag, value) in "\(JSONLine.quoted(tag)): \(value.isFinite ? "\(value)" : "null")" }
        let time = (event.time * 1000).rounded() / 1000
        try lines.append(
            Array("{\((["\"step\": \(step)", "\"time\": \(time)"] + fields).joined(separator: ", "))}\n".utf8))
    }

    /// Logs a sound under `tag` at `step`, as 16-bit WAV.
    public func log(_ tag: String, _ waveform: Waveform, step: Int) throws(FileError) {
        let temporary = FolderPath.joined(folder, Self.temporarySound)
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        try waveform.write(to: temporary, format: .int16)
        var event = TensorBoardEvent(time: clock(), step: step)
        event.add(
            tag, wav: Array(try contents(ofFile: temporary)), sampleRate: waveform.sampleRate,
            sampleCount: waveform.samples.count)
        try events.append(TFRecord.framed(event.message))
    }

    /// Logs a picture under `tag` at `step`: the bytes of an RGB PNG file of `width` by `height` pixels.
    public func log(_ tag: String, png: [UInt8], width: Int, height: Int, step: Int) throws(FileError) {
        var event = TensorBoardEvent(time: clock(), step: step)
        event.add(tag, png: png, width: width, height: height)
        try events.append(TFRecord.framed(event.message))
    }

    /// The newest event file in `folder`, or a name for the first.
    private static func eventPath(in folder: String, time: Double) throws(FileError) -> String {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw FileError(.missingInput, folder, "the folder may not be read; check its permissions.")
        }
        let newest = names.filter { $0.hasPrefix("events.out.tfevents.") }.max()
        return FolderPath.joined(folder, newest ?? "events.out.tfevents.\(Int(time)).vocoder")
    }

    /// How many bytes of the file at `path` hold records of steps up to `step`; 0 where there is no file.
    private static func length(
        of path: String, within step: Int, measuredBy measure: (UnsafeRawBufferPointer, Int) -> Int
    ) throws(FileError) -> Int {
        guard FileStamp(of: path) != nil else { return 0 }
        return try contents(ofFile: path).withUnsafeBytes { measure($0, step) }
    }
}

/// Seconds since 1970.
@Sendable public func secondsSince1970() -> Double { Date().timeIntervalSince1970 }

/// The part of a log that a run keeps when it resumes from an earlier step.
enum LogTruncation {
    /// Bytes of the leading complete TensorBoard records whose steps are at most `step`.
    static func eventBytes(of bytes: UnsafeRawBufferPointer, within step: Int) -> Int {
        TFRecord.visitMessages(in: bytes) { TensorBoardEvent.step(of: $0) <= step }
    }

    /// Bytes of the leading complete JSON lines whose `step` is at most `step`.
    static func lineBytes(of bytes: UnsafeRawBufferPointer, within step: Int) -> Int {
        struct Line: Decodable { let step: Int }
        let decoder = JSONDecoder()
        var kept = 0
        while let end = bytes[kept...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let line = try? decoder.decode(Line.self, from: Data(bytes[kept..<end])), line.step <= step else {
                break
            }
            kept = end + 1
        }
        return kept
    }
}

/// Text as JSON has it.
enum JSONLine {
    /// `text` in quotation marks, with reserved characters escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// A file that is only appended to. What is appended in one call reaches the system in one call, so that a killed program
/// leaves at most an incomplete last record.
struct AppendedFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Opens the file at `path`, or creates it, and truncates it to `length` bytes where that is given.
    ///
    /// - Throws: `FileError`: `.cannotCreate` where it cannot be opened, `.inputOutput` where it cannot be truncated.
    init(at path: String, cutTo length: Int? = nil) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be opened for writing (\(String(cString: strerror(errno)))).")
        }
        if let length, ftruncate(descriptor, off_t(length)) != 0 {
            throw FileError(
                .inputOutput, path, "cannot be cut to its first \(length) bytes (\(String(cString: strerror(errno)))).")
        }
    }

    deinit {
        close(descriptor)
    }

    func append(_ bytes: [UInt8]) throws(FileError) {
        if let failure = bytes.withUnsafeBytes({ writeAll($0, to: descriptor) }) {
            throw FileError.writing(path, errno: failure)
        }
    }
}
