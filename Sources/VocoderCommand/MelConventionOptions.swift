import ArgumentParser
import Spectra

/// The options that name a mel convention.
struct MelConventionOptions: ParsableArguments {
    static let presetNames = MelConvention.presets.map(\.name).joined(separator: ", ")

    @Option(help: "Whose mels: \(Self.presetNames); by default \(MelConvention.melgan.name)'s.")
    var preset: String?

    @Option(help: "Hz. The highest band, and from 32 kHz the frames, follow it.")
    var sampleRate: Int?

    @Option(help: "Samples from one frame to the next.")
    var hop: Int?

    @Option(help: "Samples of a frame; even.")
    var fft: Int?

    @Option(help: "Samples of the window; at most those of a frame.")
    var window: Int?

    @Option(help: "How many bands.")
    var bands: Int?

    @Option(help: "Hz: where the lowest band begins.")
    var fmin: Double?

    @Option(help: "Hz: where the highest band ends.")
    var fmax: Double?

    /// Whether any of these options was given.
    var isGiven: Bool {
        preset != nil || fmin != nil || fmax != nil || [sampleRate, hop, fft, window, bands].contains { $0 != nil }
    }

    /// The convention asked for; a `ValidationError` (exit code 64) where there is none such.
    func convention() throws -> MelConvention {
        let preset = preset ?? MelConvention.melgan.name
        guard let base = MelConvention.preset(preset) else {
            throw ValidationError("There is no preset '\(preset)'; the presets are \(Self.presetNames).")
        }
        do {
            return try base.overriding(
                sampleRate: sampleRate, fftSize: fft, windowLength: window, hopLength: hop, bandCount: bands,
                lowestFrequency: fmin, highestFrequency: fmax)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
