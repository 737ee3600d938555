/// The names that the first line of a listing gives to its columns, in public corpora and tools.
enum HeaderNames {
    static let recording: Set<String> = [
        "file", "file_name", "filename", "path", "audio", "audio_path", "audio_file", "audio_filepath", "wav", "wav_path", "wav_file",
        "wav_filename", "id", "utt_id", "utterance_id", "basename", "clip", "name", "recording",
    ]
    /// Those of a text with numbers and abbreviations written as words.
    static let normalizedText: Set<String> = [
        "normalized_text", "normalised_text", "normalized", "normalised", "normalized_transcription", "normalised_transcription",
        "normalized_transcript", "normalised_transcript", "clean_text", "text_cleaned",
    ]
    static let text: Set<String> = normalizedText.union([
        "text", "transcript", "transcription", "sentence", "raw_text", "raw_transcription", "caption", "words", "original_text",
    ])
    /// Those of ``text`` that may also name what is said of the recording.
    static let doubtfulText: Set<String> = ["caption", "words"]
    /// The place in a recording at which the text begins.
    static let beginning: Set<String> = ["offset", "start", "start_time", "begin", "begin_time", "segment_start"]
    /// Names of columns of numbers and labels that tell no speaker.
    static let other: Set<String> = [
        "", "no", "no.", "nr", "#", "index", "idx", "row", "n", "duration", "length", "seconds", "frames", "samples", "num_samples", "num_tokens", "num_words",
        "wav_filesize", "filesize", "size", "bitrate", "sample_rate", "sampling_rate", "sr", "channels", "snr", "age", "chapter", "chapter_id", "session",
        "book", "notes", "comment", "comments", "lang", "language", "locale", "split", "set", "emotion", "style", "accent", "accents", "dialect", "score", "wer", "cer",
        "up_votes", "down_votes", "end", "end_time", "date", "domain", "topic", "variant", "segment", "quality", "rating",
    ]
    static let speaker: Set<String> = [
        "speaker", "speaker_id", "speakerid", "speaker id", "speaker_name", "client_id", "spk", "spk_id", "spkr", "reader", "reader_id", "narrator",
        "voice", "character", "actor", "talker", "artist",
    ]

    /// Whether these can be the names of columns: one is of a recording or a text, and none is a sentence.
    static func areHeader(_ names: [String]) -> Bool {
        names.contains { recording.contains($0) || text.contains($0) } && names.allSatisfy { !$0.contains(" ") || text.union(speaker).contains($0) }
            && (names.count == 1 ? recording.contains(names[0]) : names.count { recording.union(text).union(speaker).contains($0) } > 1)
    }
}
