import Files
import Platform

/// Plays samples through a program that the system has for it: PipeWire's, PulseAudio's, ALSA's or SoX's.
///
/// What is written to standard output is heard while the player is there. It is a part of this process's group, so that Ctrl-C ends both.
struct SoundPlayer: ~Copyable {
    /// The programs in the order in which they are looked for, and how they are told to play 16-bit mono samples from standard input.
    private static let programs: [(name: String, arguments: @Sendable (Int) -> String)] = [
        ("pw-cat", { "--playback --rate \($0) --channels 1 --format s16 --raw -" }),
        ("paplay", { "--raw --rate=\($0) --channels=1 --format=s16le" }),
        ("aplay", { "-q -t raw -f S16_LE -c 1 -r \($0) -" }),
        ("play", { "-q -t raw -e signed -b 16 -L -c 1 -r \($0) -" }),
    ]

    private let name: String
    private let pipe: UnsafeMutablePointer<FILE>
    /// Where standard output went before.
    private let output: Int32

    /// Starts a player at this sample rate, and has standard output go to it.
    ///
    /// - Throws: `FileError.cannotCreate` where the system has none.
    init(sampleRate: Int) throws(FileError) {
        guard let program = Self.programs.first(where: { Self.isThere($0.name) }) else {
            throw FileError(
                .cannotCreate, "--play",
                "there is no program that plays sound (\(Self.programs.map(\.name).joined(separator: ", "))); install pipewire-bin, pulseaudio-utils or "
                    + "alsa-utils, or write the sound to a file.")
        }
        guard let pipe = popen("exec \(program.name) \(program.arguments(sampleRate))", "w") else {
            throw FileError(.cannotCreate, "--play", "\(program.name) could not be started (\(String(cString: strerror(errno)))).")
        }
        (name, self.pipe) = (program.name, pipe)
        output = dup(1)
        dup2(fileno(pipe), 1)
    }

    /// Waits until everything was heard, and has standard output go where it went before.
    ///
    /// - Throws: `FileError.inputOutput` where the player failed; its own message says why.
    consuming func finish() throws(FileError) {
        dup2(output, 1)
        close(output)
        let status = pclose(pipe)
        guard status == 0 else {
            throw FileError(.inputOutput, "--play", "\(name) could not play the sound; its message above says why.")
        }
    }

    private static func isThere(_ name: String) -> Bool {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return folders.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
}
