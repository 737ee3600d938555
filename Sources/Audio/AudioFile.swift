import CSndFile
public import Files
import Platform

/// A sound file as read: the mean of its channels at the file's sample rate, and the file's properties.
public struct AudioFile: Sendable, Equatable {
    public let waveform: Waveform
    public let properties: SoundProperties

    /// Reads anything libsndfile reads, from the file or pipe at `path`, or from standard input where that is
    /// `-`. The streams of a chained Ogg file are read one after the other, at the rate of the first. Where a header leaves the length
    /// open, the sound is read to the end of what is there; ``SoundProperties/remarks`` tell.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is no such file; `.badData` if it is empty, is no sound, is truncated (its header
    ///   promises more than is there), has no samples, contains NaN or infinity, has channels that cancel one another, or floating-point
    ///   samples that were not scaled to ±1; `.inputOutput` if reading fails.
    public init(at path: String) throws(FileError) {
        let streamed = path == "-" ? try standardInput() : try streamContents(at: path)
        var bytes = if let streamed { streamed } else { try contents(ofFile: path) }
        let name = path == "-" ? "standard input" : path
        guard !bytes.isEmpty else {
            throw FileError(.badData, name, "is empty (0 bytes) where a sound was expected.")
        }
        let tags = HeaderBytes(bytes).endOfLeadingTags
        let isTagged = tags > 0 && tags < bytes.count && bytes[tags] != 0xFF
        if isTagged { bytes = Data(bytes[tags...]) }
        let joined = HeaderBytes(bytes).joinedFiles
        if joined == nil, let truncation = Truncation(of: bytes) {
            throw FileError(
                .badData, name,
                "is cut short: \(truncation.presentByteCount) of the \(truncation.promisedByteCount) bytes of sound its "
                    + "header promises are there; copy it again from its source.")
        }
        var decoded = DecodedSound(named: name, byteCount: bytes.count)
        let unread = HeaderBytes(bytes).unreadByteCount
        if unread > 0 { decoded.remarks.append("\(unread) bytes after the end that its header gives were not read") }
        if let joined {
            decoded.remarks = []
            decoded.remark(onStreams: joined.count)
            for file in joined {
                let file = Data(bytes[file])
                if Truncation(of: file) != nil { throw FileError(.badData, name, "is of \(joined.count) files that were joined, of which one is cut short; split it.") }
                try decoded.append(try SoundFile(reading: MemoryStream(Array(OpenLength(of: file)?.bytes ?? file)), named: name))
            }
        } else if let completed = OpenLength(of: bytes) {
            if completed.wasOpen {
                decoded.remarks.append("its header does not give the length of the sound, which was read to the end of the file")
            }
            try decoded.append(try SoundFile(reading: MemoryStream(Array(completed.bytes)), named: name))
        } else if let pages = OggPages(of: bytes), pages.links.count > 1 || !pages.hasEnd {
            decoded.endIsMissing = !pages.hasEnd
            if !pages.hasEnd { decoded.remarks.append("its last page is not marked as the end, as where a recording was stopped") }
            decoded.remark(onStreams: pages.links.count)
            for link in pages.links {
                try decoded.append(try SoundFile(reading: MemoryStream(Array(bytes[link])), named: name))
            }
        } else if let encoded = EncodedStreams(of: bytes), encoded.streams != [.init(range: bytes.indices)] {
            if encoded.streams.contains(where: \.isCutShort) {
                throw FileError(
                    .badData, name,
                    "is cut short or damaged: the sound breaks off before its last frame is whole; copy it again from its source.")
            }
            decoded.remark(onStreams: encoded.streams.count)
            for stream in encoded.streams {
                try decoded.append(
                    try SoundFile(reading: MemoryStream(stream.prefix + Array(bytes[stream.range])), named: name), frameCount: stream.frameCount)
            }
        } else if let sound = HeaderBytes(bytes).withoutWhatFollows {
            try decoded.append(try SoundFile(reading: MemoryStream(Array(sound)), named: name))
        } else if streamed == nil, !isTagged {
            try decoded.append(try SoundFile(reading: path))
        } else {
            try decoded.append(try SoundFile(reading: MemoryStream(Array(bytes)), named: name))
        }
        (waveform, properties) = try decoded.finished()
    }

    /// The duration in seconds that the header of the file at `path` gives; nil where it gives none or cannot be read.
    public static func duration(at path: String) -> Double? {
        guard let file = try? SoundFile(reading: path), let frameCount = file.promisedFrameCount, file.info.samplerate > 0 else { return nil }
        return Double(frameCount) / Double(file.info.samplerate)
    }
}

/// A sound while its streams are decoded: one, or several of a chain.
private struct DecodedSound {
    let name: String
    /// Of the whole file.
    private let byteCount: Int
    var remarks: [String] = []
    /// Whether an Ogg stream is not marked as ended.
    var endIsMissing = false
    private var samples: [Float] = []
    private var meter = LevelMeter(fullScale: 1)
    /// Of the first stream.
    private var names = (container: "", encoding: "")
    private var channelCount = 0
    private var sampleRate = 0
    private var isFloatingPoint = false

    init(named name: String, byteCount: Int) { (self.name, self.byteCount) = (name, byteCount) }

    mutating func remark(onStreams count: Int) {
        if count > 1 { remarks.append("its \(count) streams were read one after the other") }
    }

    /// Decodes a stream and appends it.
    ///
    /// - Parameter frameCount: How many samples a channel has, where it is known though the header does not give it.
    mutating func append(_ file: consuming SoundFile, frameCount: Int? = nil) throws(FileError) {
        guard (1_000...1_000_000).contains(file.info.samplerate) else {
            throw FileError(
                .badData, name, "claims a rate of \(file.info.samplerate) Hz; 1000 to 1000000 Hz was expected.")
        }
        guard file.canHoldItsFrames(inByteCount: byteCount) else {
            throw FileError(
                .badData, name,
                "is damaged or cut short: its header promises \(file.info.frames) samples, which its \(byteCount) bytes cannot hold; "
                    + "copy it again from its source.")
        }
        if channelCount == 0 {
            (names, channelCount, sampleRate) = (file.formatNames, Int(file.info.channels), Int(file.info.samplerate))
            meter = LevelMeter(fullScale: fullScale(ofFormat: file.info.format))
            isFloatingPoint = [SF_FORMAT_FLOAT, SF_FORMAT_DOUBLE].contains(Int(file.info.format) & SF_FORMAT_SUBMASK)
        }
        let mono = mixedSamples(of: file, into: &meter)
        try check(file, frameCount: mono.count)
        if let frameCount, frameCount != mono.count {
            throw FileError(
                .badData, name,
                "is damaged: \(mono.count) of the \(frameCount) samples that its frames count could be decoded; copy it again from its source.")
        }
        if Int(file.info.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_RAW {
            remarks.append("it has no header, and was read as \(file.formatNames.encoding) at \(file.info.samplerate) Hz because of its name")
        }
        let rate = Int(file.info.samplerate)
        samples += rate == sampleRate ? mono : Waveform(samples: mono, sampleRate: rate).resampled(to: sampleRate).samples
    }

    private mutating func check(_ file: borrowing SoundFile, frameCount: Int) throws(FileError) {
        if let failure = file.failure {
            throw FileError(.badData, name, "is damaged after \(frameCount) samples (libsndfile: \(failure)).")
        }
        guard let promised = file.promisedFrameCount else {
            remarks.append("its header does not give the length of the sound, which was read to the end of the file")
            return
        }
        // The length of an MP3, and of an Ogg stream without its end, is an estimate, which may exceed what decodes.
        let isEstimated = endIsMissing || file.info.format & Int32(SF_FORMAT_TYPEMASK) == Int32(SF_FORMAT_MPEG)
        if frameCount < promised, !isEstimated {
            throw FileError(
                .badData, name,
                "is cut short: \(frameCount) of the \(promised) samples its header promises are there; "
                    + "copy it again from its source.")
        }
    }

    /// The whole sound, where it can be used.
    consuming func finished() throws(FileError) -> (Waveform, SoundProperties) {
        guard !samples.isEmpty else {
            throw FileError(.badData, name, "holds no samples: its header is whole, but the sound is 0 s long.")
        }
        guard meter.nonFiniteSampleCount == 0 else {
            throw FileError(
                .badData, name,
                "holds \(meter.nonFiniteSampleCount) samples that are NaN or infinite, of \(meter.sampleCount); "
                    + "every sample must be a finite number.")
        }
        // 16 is 24 dB beyond full scale, more than any mixing desk leaves; integers of 8 bits and more go beyond it.
        if isFloatingPoint, meter.peak > 16 {
            throw FileError(
                .badData, name,
                "holds floating-point samples up to \(meter.peak), where full scale is 1; they seem to be integers that were not scaled: "
                    + "divide them by 128, 32768 or 2147483648, as their size was 8, 16 or 32 bits.")
        }
        let monoPower = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
        let power = Double(meter.rootMeanSquare) * Double(meter.rootMeanSquare)
        // Of unrelated channels one part in as many as there are is left; codecs leave some of opposite ones.
        if channelCount > 1, power > 1e-7, monoPower < 0.01 * power / Double(channelCount) {
            throw FileError(
                .badData, name,
                "has \(channelCount) channels that cancel one another when they are mixed to one, since one is the other upside down; "
                    + "take one channel of it, or turn one around.")
        }
        let offset = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
        let properties = SoundProperties(
            container: names.container, encoding: names.encoding, channelCount: channelCount, sampleRate: sampleRate,
            frameCount: samples.count, clippedSampleCount: meter.clippedSampleCount, peak: meter.peak,
            rootMeanSquare: meter.rootMeanSquare, offset: Float(offset), remarks: remarks)
        return (Waveform(samples: samples, sampleRate: sampleRate), properties)
    }
}

/// The mean of the channels, read block by block: a damaged header may promise more than memory holds.
private func mixedSamples(of file: borrowing SoundFile, into meter: inout LevelMeter) -> [Float] {
    let channelCount = Int(file.info.channels)
    var block = [Float](repeating: 0, count: max(1, 65_536 / channelCount) * channelCount)
    var mono: [Float] = []
    mono.reserveCapacity(Int(min(max(0, file.info.frames), 1 << 24)))
    while true {
        let frameCount = file.readFrames(into: &block)
        guard frameCount > 0 else { return mono }
        meter.measure(block[..<(frameCount * channelCount)])
        if channelCount == 1 {
            mono.append(contentsOf: block[..<frameCount])
            continue
        }
        for frame in 0..<frameCount {
            var sum: Float = 0
            for channel in 0..<channelCount { sum += block[frame * channelCount + channel] }
            mono.append(sum / Float(channelCount))
        }
    }
}

/// The largest positive value of an integer encoding over its largest negative one; 1 for all others.
private func fullScale(ofFormat format: Int32) -> Float {
    switch Int(format & Int32(SF_FORMAT_SUBMASK)) {
    case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8: 127.0 / 128
    case SF_FORMAT_PCM_16: 32_767.0 / 32_768
    case SF_FORMAT_PCM_24: 8_388_607.0 / 8_388_608
    default: 1
    }
}

