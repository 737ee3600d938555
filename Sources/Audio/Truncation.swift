import Platform

/// The amount of sound that a truncated file's header promises, and how much of it is there.
///
/// libsndfile silently shortens a sound that extends beyond the end of the file, so that half a recording would be taken for a whole
/// one. IRCAM's, PVF and raw formats promise no length; FLAC fails on decoding, or is seen by ``EncodedStreams``
/// as MP3 is, and Ogg by ``OggPages``.
struct Truncation: Equatable {
    let promisedByteCount: Int
    let presentByteCount: Int

    /// Nil if the sound is complete or its format is not checked here.
    ///
    /// Up to 44 missing bytes are accepted, since some programs count the header as sound. Sizes of 0 and near 2^31 and 2^32 are
    /// written by programs that stream into a pipe and cannot fill in the length, and are not checked.
    init?(of bytes: Data) {
        let header = HeaderBytes(bytes)
        guard let sound = header.promisedSound, sound.size > 0, sound.start < bytes.count, sound.size > bytes.count - sound.start + 44,
            !(0x7FFF_EFFF...0x7FFF_FFFF).contains(sound.size), !(0xFFFF_EFFF...0xFFFF_FFFF).contains(sound.size)
        else { return nil }
        (promisedByteCount, presentByteCount) = (sound.size, bytes.count - sound.start)
    }
}
