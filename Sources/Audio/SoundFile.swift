import CSndFile
import Files

/// The owner of a libsndfile handle, which it closes.
struct SoundFile: ~Copyable {
    private let handle: OpaquePointer
    /// Kept alive for the callbacks.
    private let stream: (any VirtualStream)?
    let info: SF_INFO

    /// Opens the regular file at `path`. By name, because libsndfile knows some headerless formats by their ending.
    init(reading path: String) throws(FileError) {
        var info = SF_INFO()
        guard let handle = sf_open(path, Int32(SFM_READ), &info) else { throw Self.refusal(of: path) }
        self.handle = handle
        self.stream = nil
        self.info = info
    }

    /// Opens a sound held in memory; `path` is for messages.
    init(reading stream: MemoryStream, named path: String) throws(FileError) {
        var info = SF_INFO()
        guard let handle = Self.open(stream, Int32(SFM_READ), &info) else { throw Self.refusal(of: path) }
        self.handle = handle
        self.stream = stream
        self.info = info
    }

    /// Begins writing a mono sound; `path` is for messages.
    ///
    /// - Throws: `FileError.cannotCreate` if libsndfile cannot write the format at this sample rate.
    init(writing stream: some VirtualStream, format: Int, sampleRate: Int, named path: String) throws(FileError) {
        var info = SF_INFO()
        info.format = Int32(format)
        info.channels = 1
        info.samplerate = Int32(sampleRate)
        guard let handle = Self.open(stream, Int32(SFM_WRITE), &info) else {
            let reason = String(cString: sf_strerror(nil))
            throw FileError(
                .cannotCreate, path, "this format cannot be written at \(sampleRate) Hz (libsndfile: \(reason)).")
        }
        self.handle = handle
        self.stream = stream
        self.info = info
        // The peak chunk of floating-point files contains the time of day, so the same sound would not give the same file.
        sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, 0)
    }

    deinit {
        sf_close(handle)
    }

    /// Ends the file: libsndfile encodes what is still buffered and completes the header.
    consuming func finish() {}

    /// Reads up to `buffer.count / channels` interleaved frames; returns how many, 0 at the end.
    func readFrames(into buffer: inout [Float]) -> Int {
        Int(sf_readf_float(handle, &buffer, Int64(buffer.count / Int(info.channels))))
    }

    func write(_ samples: UnsafeBufferPointer<Int16>) -> Int {
        Int(sf_write_short(handle, samples.baseAddress, Int64(samples.count)))
    }

    /// Writes integer samples whose significant bits are the upper ones of 32.
    func write(_ samples: UnsafeBufferPointer<Int32>) -> Int {
        Int(sf_write_int(handle, samples.baseAddress, Int64(samples.count)))
    }

    func write(_ samples: UnsafeBufferPointer<Float>) -> Int {
        Int(sf_write_float(handle, samples.baseAddress, Int64(samples.count)))
    }

    /// The number of frames that the header gives; nil where it gives none, for which libsndfile has the greatest number or one below 0.
    var promisedFrameCount: Int? {
        (0..<Int64.max / 2).contains(info.frames) ? Int(info.frames) : nil
    }

    /// libsndfile's message about the last failure, or nil if there was none.
    var failure: String? {
        sf_error(handle) == SF_ERR_NO_ERROR ? nil : String(cString: sf_strerror(handle))
    }

    /// libsndfile's names of the container and of the encoding within it.
    var formatNames: (container: String, encoding: String) {
        (
            name(of: info.format & Int32(SF_FORMAT_TYPEMASK), Int32(SFC_GET_FORMAT_INFO)),
            name(of: info.format & Int32(SF_FORMAT_SUBMASK), Int32(SFC_GET_FORMAT_INFO))
        )
    }

    private func name(of format: Int32, _ command: Int32) -> String {
        var description = SF_FORMAT_INFO(format: format, name: nil, extension: nil)
        sf_command(handle, command, &description, Int32(MemoryLayout<SF_FORMAT_INFO>.size))
        return description.name.map { String(cString: $0) } ?? "unknown"
    }

    private static func open<Stream: VirtualStream>(
        _ stream: Stream, _ mode: Int32, _ info: inout SF_INFO
    ) -> OpaquePointer? {
        var callbacks = Stream.callbacks
        return sf_open_virtual(&callbacks, mode, &info, Unmanaged.passUnretained(stream).toOpaque())
    }

    private static func refusal(of path: String) -> FileError {
        let reason = String(cString: sf_strerror(nil))
        // The library says so of what it took for an MP3 and cannot read, though the file is there.
        let isFalse = reason.hasPrefix("File does not exist")
        return FileError(
            .badData, path,
            "is no sound that can be read\(isFalse ? "" : " (libsndfile: \(reason))"); WAV, FLAC, Ogg, Opus, MP3, AIFF and others would be."
        )
    }
}
