public import Files
import Platform
public import Spectra
import Tensors

/// What a user says of a model that its checkpoint does not.
public struct ImportOptions: Sendable {
    /// The mels it takes, made of those of its authors; nil for the authors' own, whose sample rate is then a guess.
    public var convention: (@Sendable (_ authors: MelConvention) throws(MelConventionError) -> MelConvention)?
    /// Whether the user gave the sample rate itself.
    public var hasSampleRate: Bool
    /// Whether the sample rate is no guess: it, or whose mels these are, was given.
    public var knowsSampleRate: Bool
    /// Whether the model makes digital silence of digital silence; without, it gives what its own program gives.
    public var silenceGate: Bool

    public init(
        hasSampleRate: Bool = false, knowsSampleRate: Bool = false, silenceGate: Bool = false,
        convention: (@Sendable (_ authors: MelConvention) throws(MelConventionError) -> MelConvention)? = nil
    ) {
        (self.hasSampleRate, self.knowsSampleRate) = (hasSampleRate, hasSampleRate || knowsSampleRate)
        (self.silenceGate, self.convention) = (silenceGate, convention)
    }
}

/// A model that was made of another program's checkpoint.
public struct ImportedModel {
    public let model: Model
    /// The program whose checkpoint it was.
    public let origin: String
    /// `MODEL.md`.
    public let description: String
    /// Sentences about what was assumed, and where the weights were found.
    public let notes: [String]

    /// Reads a checkpoint of PyTorch; no code in it is executed.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where it is no checkpoint, or one of no generator in ``generatorKinds``.
    public static func read(at path: String, _ options: ImportOptions = ImportOptions()) throws(FileError) -> ImportedModel {
        let checkpoint = try TorchCheckpoint.read(at: path)
        let byteCount = try contents(ofFile: path).count
        // MelGAN comes last: it says of what is no generator of any kind why that is so.
        for kind in generatorKinds.reversed() {
            if let imported = try kind.imported(from: checkpoint, path: path, byteCount: byteCount, options) { return imported }
        }
        throw FileError(.badData, path, "holds no generator of a known kind.")
    }
}

extension MelGANConfiguration {
    public static func imported(
        from checkpoint: TorchCheckpoint, path: String, byteCount: Int, _ options: ImportOptions
    ) throws(FileError) -> ImportedModel? {
        let imported = try importGenerator(from: checkpoint, path: path)
        let model = try Model(imported, options, path: path)
        let file = URL(fileURLWithPath: path).lastPathComponent
        var notes: [String] = []
        if let place = imported.place { notes.append("the generator's weights were found under '\(place)'") }
        if !imported.otherPlaces.isEmpty {
            notes.append("other generators are in it, and left out: \(imported.otherPlaces.map { "'\($0)'" }.joined(separator: ", "))")
        }
        if !options.knowsSampleRate {
            notes.append(
                "its sample rate is not in the checkpoint: \(model.configuration.convention.sampleRate) Hz, its authors', is a guess")
        }
        return ImportedModel(
            model: model, origin: imported.source.rawValue,
            description: imported.description(of: model, file: file, byteCount: byteCount, isGuess: !options.knowsSampleRate), notes: notes)
    }
}

extension Model {
    /// Makes a model of an imported generator, with its authors' mel convention or that of `options`, and the hop that its
    /// upsampling gives.
    ///
    /// - Parameter path: The checkpoint, which errors name.
    /// - Throws: `FileError.badData` if the weights have sizes that no vocoder can have, the convention of `options` has another hop or
    ///   band count, or none is given and the hop makes the authors' sample rate unlikely.
    public init(_ imported: ImportedGenerator, _ options: ImportOptions = ImportOptions(), path: String) throws(FileError) {
        let generatorConfiguration = MelGANConfiguration(
            inputBands: imported.inputBands, baseChannels: imported.baseChannels, upsampling: imported.upsampling,
            residualBlocks: imported.residualBlocks, inputOffset: imported.inputOffset, inputScale: imported.inputScale)
        if let validationError = generatorConfiguration.validationError {
            throw FileError(.badData, path, "cannot be imported: \(validationError).")
        }
        guard let preset = MelConvention.preset(imported.conventionName) else {
            preconditionFailure("no preset \(imported.conventionName)")
        }
        let convention: MelConvention
        let hop = generatorConfiguration.hopLength
        var isUnlikely = false
        do throws(MelConventionError) {
            var stated = try options.convention?(preset) ?? preset
            if !options.hasSampleRate, hop != preset.hopLength { isUnlikely = true }
            if stated.hopLength != hop { stated = try stated.overriding(hopLength: hop) }
            if stated.bandCount != imported.inputBands { stated = try stated.overriding(bandCount: imported.inputBands) }
            convention = stated
        } catch {
            throw FileError(
                .badData, path,
                "is a generator of \(imported.inputBands) bands and a hop of \(hop), which no mel has (\(error.description))")
        }
        if isUnlikely {
            throw FileError(
                .badData, path,
                "has a hop of \(hop) samples, where \(preset.hopLength) at \(preset.sampleRate) Hz is its authors', so it was hardly trained at "
                    + "their sample rate, and a checkpoint does not say at which",
                [.stateSampleRate(usual: Self.usualSampleRates[hop])])
        }
        var configuration = ModelConfiguration(convention: convention, generator: generatorConfiguration)
        configuration.silenceGate = options.silenceGate
        var random = SplitMix64(seed: 0)
        var generator = MelGANGenerator(generatorConfiguration, using: &random)
        try generator.load(imported.arrays, path: path)
        self.init(configuration: configuration, generator: generator)
    }

    /// The sample rates in Hz at which these hops are common: 10 to 12.5 ms.
    private static let usualSampleRates = [
        80: 8_000, 100: 8_000, 160: 16_000, 200: 16_000, 220: 22_050, 240: 24_000, 275: 22_050, 300: 24_000, 320: 32_000, 441: 44_100,
        480: 48_000, 512: 44_100, 600: 48_000,
    ]
}

extension ImportedGenerator {
    /// The text of `MODEL.md` for the model made from this generator.
    ///
    /// - Parameters:
    ///   - file: The checkpoint's name.
    ///   - byteCount: The checkpoint's size.
    ///   - isGuess: Whether the sample rate is not known.
    public func description(of model: Model, file: String, byteCount: Int, isGuess: Bool) -> String {
        let convention = model.configuration.convention
        let scaling =
            inputOffset == 0 && inputScale == 1
            ? "" : "The generator's input is (mel + \(inputOffset)) x \(inputScale), as its authors' code has it.\n"
        return """
            # An imported MelGAN vocoder

            The generator of `\(file)` (\(byteCount) bytes), a checkpoint of \(source.rawValue).

            \(model.generator.parameterCount) numbers; \(inputBands) bands in, \
            \(baseChannels << upsampling.count) channels, upsampling \(upsampling.map(String.init).joined(separator: " x ")), \
            \(residualBlocks) residual blocks a stage.

            Its mels: \(convention.valueSummary), \(convention.sampleRate) Hz, hop \(convention.hopLength), transform \
            \(convention.fftSize), \(convention.bandCount) bands from \(convention.lowestFrequency) to \
            \(convention.highestFrequency) Hz. A checkpoint does not say at which rate it was trained: \
            this one \(isGuess ? "is a guess, its authors' own" : "was given at the import").
            \(scaling)
            What it was trained on, that data's licence and its quality are not in the checkpoint: add them here.

            """
    }
}
