import Platform

/// The streams of a FLAC or MP3 file: one, or several that were joined end to end, of which libsndfile reads the first alone.
struct EncodedStreams {
    struct Stream: Equatable {
        let range: Range<Int>
        /// The number of samples of each channel, where the stream's last frame tells it and its header does not.
        var frameCount: Int?
        /// Whether the stream ends before it should.
        var isCutShort = false
        /// What the stream needs before it, so that all of it is decoded.
        var prefix: [UInt8] = []
    }

    var streams: [Stream] = []
    /// Clauses about what lies between the streams and behind them.
    var remarks: [String] = []

    init() {}

    /// Nil where `original` is neither.
    init?(of original: Data) {
        let header = HeaderBytes(original)
        let start = header.endOfLeadingTags
        if header.begins("fLaC", at: start) {
            self = Self.flac(header, from: start)
        } else if header.promisedSound == nil, header.fileKind(at: start) == nil, let mp3 = Self.mp3(header, from: start) {
            self = mp3
        } else {
            return nil
        }
    }
}
