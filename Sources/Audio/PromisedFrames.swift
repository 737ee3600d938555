import CSndFile

extension SoundFile {
    /// Whether a file of `byteCount` bytes can hold as many samples as its header promises. Of some formats libsndfile decodes what is
    /// promised whether it is there or not, so that 41 bytes become a recording of minutes.
    func canHoldItsFrames(inByteCount byteCount: Int) -> Bool {
        // These compress without a bound: silence of any length takes next to nothing.
        if [SF_FORMAT_FLAC, SF_FORMAT_OGG, SF_FORMAT_MPEG].contains(Int(info.format) & SF_FORMAT_TYPEMASK) { return true }
        let bits: Int64 =
            switch Int(info.format) & SF_FORMAT_SUBMASK {
            case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8, SF_FORMAT_ULAW, SF_FORMAT_ALAW: 8
            case SF_FORMAT_PCM_16: 16
            case SF_FORMAT_PCM_24: 24
            case SF_FORMAT_PCM_32, SF_FORMAT_FLOAT: 32
            case SF_FORMAT_DOUBLE: 64
            case SF_FORMAT_ALAC_16, SF_FORMAT_ALAC_20, SF_FORMAT_ALAC_24, SF_FORMAT_ALAC_32: 0
            // Predictive codes of speech, of at least 1.6 bits a sample.
            default: 1
            }
        guard let promised = promisedFrameCount else { return true }
        return Int64(promised / 8) * bits * Int64(info.channels) <= Int64(byteCount)
    }
}
