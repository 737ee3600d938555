import ArgumentParser
import Spectra

/// The options that describe a mel convention.
struct MelConventionOptions: ParsableArguments {
    static let presetNames = MelConvention.presets.map(\.name).joined(separator: ", ")

    @Option(
        help:
            "Mel settings of a known vocoder: \(Self.presetNames) (\(MelConvention.melgan.name)). The options below change them.")
    var preset: String?

    @Option(help: "Sample rate in Hz; it also sets --fmax to half of it, and from 32 kHz longer frames.")
    var sampleRate: Int?

    @Option(help: "Hop length in samples.")
    var hop: Int?

    @Option(help: "FFT size in samples; even.")
    var fft: Int?

    @Option(help: "Window length in samples; at most the FFT size.")
    var window: Int?

    @Option(help: "Number of mel bands.")
    var bands: Int?

    @Option(help: "Lower edge of the lowest band in Hz.")
    var fmin: Double?

    @Option(help: "Upper edge of the highest band in Hz.")
    var fmax: Double?

    /// Whether any of these options was given.
    var isGiven: Bool {
        preset != nil || fmin != nil || fmax != nil || [sampleRate, hop, fft, window, bands].contains { $0 != nil }
    }

    /// The convention that the options describe.
    ///
    /// - Throws: `ValidationError` (exit code 64) for an unknown preset, or settings that do not fit together.
    func convention() throws -> MelConvention {
        let base = try base() ?? .melgan
        do { return try convention(from: base) } catch { throw ValidationError(error.description) }
    }

    /// The preset that was named; nil where none was.
    ///
    /// - Throws: `ValidationError` for an unknown one.
    func base() throws -> MelConvention? {
        guard let preset else { return nil }
        guard let base = MelConvention.preset(preset) else {
            throw ValidationError("There is no preset '\(preset)'; the presets are \(Self.presetNames).")
        }
        return base
    }

    /// The convention that the options but `--preset` make of `base`.
    func convention(from base: MelConvention) throws(MelConventionError) -> MelConvention {
        try base.overriding(
            sampleRate: sampleRate, fftSize: fft, windowLength: window, hopLength: hop, bandCount: bands,
            lowestFrequency: fmin, highestFrequency: fmax)
    }
}
