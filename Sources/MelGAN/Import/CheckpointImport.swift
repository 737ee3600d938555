public import Files

/// A generator's weights from another project's checkpoint, and the configuration and mel convention that they imply.
public struct ImportedGenerator: Sendable, Equatable {
    /// The project whose parameter names the checkpoint uses.
    public enum Source: String, Sendable {
        case melganNeurips = "melgan-neurips"
        case seungwonpark
    }

    public var source: Source
    /// `weight_g`, `weight_v` and `bias` of every layer under melgan-neurips' names, such as `model.4.block.2.weight_v`.
    public var arrays: [String: NumericArray]
    public var inputBands: Int
    /// The channels of the last stage; each earlier stage has twice as many as the next.
    public var baseChannels: Int
    /// Half the kernel length of each transposed convolution, first stage first.
    public var upsampling: [Int]
    /// The number of residual blocks in each stage.
    public var residualBlocks: Int
    /// The preset of the mels that the generator was trained on.
    public var conventionName: String
    /// The generator's input is `(mel + inputOffset) * inputScale`.
    public var inputOffset: Float
    public var inputScale: Float
}

/// Reads the generator of a melgan-neurips (`netG.pt`, `best_netG.pt`) or seungwonpark checkpoint.
///
/// melgan-neurips saves a bare state dictionary, seungwonpark one under `model_g` beside the optimisers'. Both
/// spellings of weight norm, plain weights after its removal, and `module.` prefixes of parallel training are
/// understood.
///
/// - Parameter path: The file that errors name.
/// - Throws: `FileError`, `.badData` naming missing, unexpected and misshapen weights, or the kind of checkpoint.
public func importGenerator(from checkpoint: TorchCheckpoint, path: String) throws(FileError) -> ImportedGenerator {
    guard !checkpoint.tensors.isEmpty else {
        let found = checkpoint.opaque.first.map { "an object of the class '\($0.name)'" } ?? "no tensors"
        throw FileError(
            .badData, path,
            "holds \(found) where a state dictionary was expected; save the module's state_dict() instead.")
    }
    let roots = Set(checkpoint.tensors.map { $0.path.count > 1 ? $0.path[0] : "" })
    if checkpoint.tensors.contains(where: { $0.path.starts(with: ["model", "generator"]) }) {
        throw parallelWaveGAN(path)
    }
    for root in ["model_g", "state_dict", "generator", "netG"] where roots.contains(root) {
        return try importGenerator(from: checkpoint.stateDictionary(under: [root]), path: path)
    }
    return try importGenerator(from: checkpoint.stateDictionary(), path: path)
}

/// Reads the generator of a state dictionary with melgan-neurips' or seungwonpark's names.
///
/// - Throws: The errors of ``importGenerator(from:path:)-(TorchCheckpoint,_)``.
public func importGenerator(
    from stateDictionary: [String: NumericArray], path: String
) throws(FileError) -> ImportedGenerator {
    let arrays = try weightNormArrays(of: withoutParallelPrefix(stateDictionary), path: path)
    let source: ImportedGenerator.Source
    if arrays.keys.contains(where: { $0.hasPrefix("model.disc_") || $0.hasPrefix("discriminators.") }) {
        throw FileError(.badData, path, "holds a discriminator; import the generator (netG.pt or best_netG.pt).")
    } else if arrays.keys.contains(where: { $0.hasPrefix("melgan.") }) {
        throw parallelWaveGAN(path)
    } else if arrays.keys.contains(where: { $0.hasPrefix("generator.") }) {
        source = .seungwonpark
    } else if arrays.keys.contains(where: { $0.hasPrefix("model.") }) {
        source = .melganNeurips
    } else {
        let example = stateDictionary.keys.min().map { "'\($0)'" } ?? "nothing"
        throw FileError(
            .badData, path,
            "is no MelGAN generator: names like 'model.1.weight_g' or 'generator.1.weight_g' were expected, "
                + "and \(example) was found.")
    }
    if let name = arrays.keys.sorted().first(where: { arrays[$0]!.hasNonFinite }) {
        throw FileError(.badData, path, "holds NaN or infinity in '\(name)'; the training that wrote it had diverged.")
    }
    let renamed = source == .seungwonpark ? referenceNames(ofSeungwonpark: arrays) : arrays
    let layout = try GeneratorLayout(of: renamed, path: path)
    try layout.check(renamed, path: path)
    // seungwonpark's generator scales Tacotron 2's natural-log mels itself (model/generator.py, `forward`).
    let scalesInput = source == .seungwonpark
    return ImportedGenerator(
        source: source, arrays: renamed, inputBands: layout.inputBands, baseChannels: layout.baseChannels,
        upsampling: layout.upsampling, residualBlocks: layout.residualBlocks,
        conventionName: scalesInput ? "tacotron2" : "melgan", inputOffset: scalesInput ? 5 : 0,
        inputScale: scalesInput ? 0.2 : 1)
}

private func parallelWaveGAN(_ path: String) -> FileError {
    FileError(
        .badData, path,
        "is a checkpoint of ParallelWaveGAN, whose mels are scaled by statistics it does not hold; "
            + "melgan-neurips and seungwonpark checkpoints can be imported.")
}
