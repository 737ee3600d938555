import Files
import Kernels
import MelGAN
import Spectra
import Tensors

/// A vocoder that a command was told to use. Here the commands know vocoders by name; all else knows the protocol.
struct VocoderChoice {
    /// What reports call it.
    let name: String
    /// The convention that its mels must have; nil for a vocoder that is made for the convention of each mel.
    let convention: MelConvention?
    private let make: (MelConvention) -> any Vocoder
    /// The vocoder of the last mel: filters and plans are kept while the convention stays.
    private var made: (any Vocoder)?

    init(_ model: Model, name: String, precision: ScalarType) {
        let synthesizer = Synthesizer(model, precision: precision)
        (self.name, convention) = (name, synthesizer.convention)
        make = { _ in synthesizer }
    }

    private init(name: String, make: @escaping (MelConvention) -> any Vocoder) {
        (self.name, self.make, convention) = (name, make, nil)
    }

    static func griffinLim(iterations: Int = 60, momentum: Float = 0.99, seed: UInt64 = 0) -> VocoderChoice {
        VocoderChoice(name: "griffin-lim") { convention in
            GriffinLim(
                convention: convention, iterations: iterations, momentum: momentum, seed: seed,
                threadCount: Parallel.threadCount)
        }
    }

    /// The vocoder for mels of its own convention, or of `convention` where it has none.
    mutating func vocoder(for convention: MelConvention) -> any Vocoder {
        let convention = self.convention ?? convention
        if let made, made.convention == convention { return made }
        let vocoder = make(convention)
        made = vocoder
        return vocoder
    }

    /// The mel of a file in a convention that the vocoder takes, and a sentence where it was converted or its convention assumed.
    ///
    /// - Parameter stated: The mel's convention by the user's word, where the file carries none.
    /// - Throws: `FileError.badData` where the mel does not fit the vocoder, or its convention cannot be told.
    func mel(of file: MelFile, stated: MelConvention?) throws(FileError) -> (mel: MelSpectrogram, note: String?) {
        if let convention { return try file.fitted(to: convention, stated: stated) }
        let (mel, note) = try file.recognised(stated: stated)
        if mel.convention.framing == .centred, mel.frameCount < 2 {
            throw FileError(
                .badData, file.path, "has a single centred frame, which spans no sound; two or more were expected.")
        }
        return (mel, note)
    }
}
