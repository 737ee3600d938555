import CSndFile
import Files
import Platform

/// A sound while its streams are decoded: one, or several of a chain.
struct DecodedSound {
    let name: String
    /// Of the whole file.
    private let byteCount: Int
    private var remarks: [String] = []
    /// Whether an Ogg stream is not marked as ended.
    var endIsMissing = false
    private var samples: [Float] = []
    private var meter = LevelMeter(fullScale: 1)
    /// Of the first stream.
    private var names = (container: "", encoding: "")
    private var channelCount = 0
    private var sampleRate = 0
    /// The greatest peak of the streams of floating point.
    private var floatingPointPeak: Float = 0

    init(named name: String, byteCount: Int) { (self.name, self.byteCount) = (name, byteCount) }

    /// Adds a clause, once for all streams.
    mutating func remark(_ clause: String) {
        if !remarks.contains(clause) { remarks.append(clause) }
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
        }
        var levels = LevelMeter(fullScale: fullScale(ofFormat: file.info.format))
        let (mono, failure) = mixedSamples(of: file, into: &levels)
        meter.add(levels)
        if [SF_FORMAT_FLOAT, SF_FORMAT_DOUBLE].contains(Int(file.info.format) & SF_FORMAT_SUBMASK) {
            floatingPointPeak = max(floatingPointPeak, levels.peak)
        }
        if let failure { throw FileError(.badData, name, "is damaged after \(failure.frameCount) samples (libsndfile: \(failure.reason)).") }
        try check(file, frameCount: mono.count)
        if let frameCount, frameCount != mono.count {
            throw FileError(
                .badData, name,
                "is damaged: \(mono.count) of the \(frameCount) samples that its frames count could be decoded; copy it again from its source.")
        }
        if Int(file.info.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_RAW {
            remark("it has no header, and was read as \(file.formatNames.encoding) at \(file.info.samplerate) Hz because of its name")
        }
        let rate = Int(file.info.samplerate)
        samples += rate == sampleRate ? mono : Waveform(samples: mono, sampleRate: rate).resampled(to: sampleRate).samples
    }

    private mutating func check(_ file: borrowing SoundFile, frameCount: Int) throws(FileError) {
        guard let promised = file.promisedFrameCount else {
            remark("its header does not give the length of the sound, which was read to the end of the file")
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
        if floatingPointPeak > 16 {
            throw FileError(
                .badData, name,
                "holds floating-point samples up to \(floatingPointPeak), where full scale is 1; they seem to be integers that were not scaled: "
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

/// The mean of the channels, read block by block: a damaged header may promise more than memory holds. The failure is of the block that
/// begins after so many samples: of FLAC a frame whose check sum is wrong is replaced by silence, and the next block forgets it. What is
/// behind the sound may fail too, in a block that is not full.
private func mixedSamples(
    of file: borrowing SoundFile, into meter: inout LevelMeter
) -> (samples: [Float], failure: (frameCount: Int, reason: String)?) {
    let channelCount = Int(file.info.channels)
    var block = [Float](repeating: 0, count: max(1, 65_536 / channelCount) * channelCount)
    var mono: [Float] = []
    mono.reserveCapacity(Int(min(max(0, file.info.frames), 1 << 24)))
    while true {
        let frameCount = file.readFrames(into: &block)
        let isPart = frameCount > 0 && frameCount * channelCount < block.count
        if !isPart, let reason = file.failure { return (mono, (mono.count, reason)) }
        guard frameCount > 0 else { return (mono, nil) }
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

