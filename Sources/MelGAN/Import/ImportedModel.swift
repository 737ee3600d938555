public import Files
import Platform
import Spectra
import Tensors

/// A model that was made of another program's checkpoint.
public struct ImportedModel {
    public let model: Model
    /// The program whose checkpoint it was.
    public let origin: String
    /// `MODEL.md`.
    public let description: String

    /// Reads a checkpoint of PyTorch; no code in it is executed.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where it is no checkpoint, or one of no generator in ``generatorKinds``.
    public static func read(at path: String) throws(FileError) -> ImportedModel {
        let checkpoint = try TorchCheckpoint.read(at: path)
        let byteCount = try contents(ofFile: path).count
        // MelGAN comes last: it says of what is no generator of any kind why that is so.
        for kind in generatorKinds.reversed() {
            if let imported = try kind.imported(from: checkpoint, path: path, byteCount: byteCount) { return imported }
        }
        throw FileError(.badData, path, "holds no generator of a known kind.")
    }
}

extension MelGANConfiguration {
    public static func imported(
        from checkpoint: TorchCheckpoint, path: String, byteCount: Int
    ) throws(FileError) -> ImportedModel? {
        let imported = try importGenerator(from: checkpoint, path: path)
        let model = try Model(imported, path: path)
        let file = URL(fileURLWithPath: path).lastPathComponent
        return ImportedModel(
            model: model, origin: imported.source.rawValue,
            description: imported.description(of: model, file: file, byteCount: byteCount))
    }
}

extension Model {
    /// Makes a model of an imported generator, with its authors' mel convention and the hop that its upsampling gives.
    ///
    /// - Parameter path: The checkpoint, which errors name.
    /// - Throws: `FileError.badData` if the weights have sizes that no vocoder can have.
    public init(_ imported: ImportedGenerator, path: String) throws(FileError) {
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
        do throws(MelConventionError) {
            convention = try preset.overriding(
                hopLength: hop == preset.hopLength ? nil : hop,
                bandCount: imported.inputBands == preset.bandCount ? nil : imported.inputBands)
        } catch {
            throw FileError(
                .badData, path,
                "is a generator of \(imported.inputBands) bands and a hop of \(hop), which no mel has (\(error.description))")
        }
        let configuration = ModelConfiguration(convention: convention, generator: generatorConfiguration)
        var random = SplitMix64(seed: 0)
        var generator = MelGANGenerator(generatorConfiguration, using: &random)
        try generator.load(imported.arrays, path: path)
        self.init(configuration: configuration, generator: generator)
    }
}

extension ImportedGenerator {
    /// The text of `MODEL.md` for the model made from this generator.
    ///
    /// - Parameters:
    ///   - file: The checkpoint's name.
    ///   - byteCount: The checkpoint's size.
    public func description(of model: Model, file: String, byteCount: Int) -> String {
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
            \(convention.highestFrequency) Hz. A checkpoint does not say at which rate it was trained; \
            this is its authors' own.
            \(scaling)
            What it was trained on, that data's licence and its quality are not in the checkpoint: add them here.

            """
    }
}
