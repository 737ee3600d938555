import Files
import Platform

/// What one of the package's scripts prints, as lines of JSON.
enum ScriptOutput {
    /// Runs `Scripts/NAME` with these arguments.
    ///
    /// - Parameter input: A file for its standard input; nil for none.
    /// - Throws: `FileError`: `.missingInput` where the package's script is not to be found, `.badData` where it fails or prints other than
    ///   `count` lines.
    static func lines<Line: Decodable>(
        of name: String, _ arguments: [String] = [], input: String? = nil, count: Int, as type: Line.Type
    ) throws(FileError) -> [Line] {
        let script = try path(of: name)
        func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
        let command = ([script] + arguments).map(quoted).joined(separator: " ") + (input.map { " < " + quoted($0) } ?? "")
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
            throw FileError(.badData, script, "did not judge the sounds; its message above says why.")
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }
        guard lines.count == count else {
            throw FileError(.badData, script, "judged \(lines.count) of \(count) sounds.")
        }
        return lines
    }

    /// The script of the package that this program was built in.
    private static func path(of name: String) throws(FileError) -> String {
        var above = programPath.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        while let folder = above, folder.path != "/" {
            let script = folder.path + "/Scripts/" + name
            if FileManager.default.fileExists(atPath: script) { return script }
            above = folder.deletingLastPathComponent()
        }
        throw FileError(
            .missingInput, "Scripts/\(name)", "is not in a folder above this program; it judges sounds where the package was built.")
    }
}
