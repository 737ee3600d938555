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
    /// What the names of the weights begin with in the checkpoint, such as `state_dict.generator`; nil for nothing.
    public var place: String?
    /// Where other generators are in the checkpoint.
    public var otherPlaces: [String] = []
}

/// Reads the generator of a melgan-neurips (`netG.pt`, `best_netG.pt`) or seungwonpark checkpoint.
///
/// melgan-neurips saves a bare state dictionary, seungwonpark one under `model_g` beside the optimisers'; trainers such as Lightning
/// put it under `state_dict` with a prefix before every name. It is looked for anywhere. Both spellings of weight norm, plain
/// weights after its removal, and `module.` prefixes of parallel training are understood.
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
    let all = withoutParallelPrefix(checkpoint.stateDictionary())
    let places = generatorPlaces(in: all.keys)
    if places.isEmpty || places[0].place.isEmpty { return try importGenerator(from: all, path: path) }
    // Other networks may look like one, or lie in the same place.
    var found: [ImportedGenerator] = []
    var refusal: FileError?
    for (place, root) in places {
        let arrays = Dictionary(
            uniqueKeysWithValues: all.compactMap { name, array in
                name.hasPrefix(place + root) ? (String(name.dropFirst(place.count)), array) : nil
            })
        do throws(FileError) {
            var imported = try importGenerator(from: arrays, path: path)
            imported.place = String(place.dropLast())
            found.append(imported)
        } catch { refusal = refusal ?? error }
    }
    guard var first = found.first else { throw refusal! }
    first.otherPlaces = found.dropFirst().compactMap(\.place)
    return first
}

/// What may stand before the names of a generator's weights, such as `state_dict.generator.`, and what those begin with, the likeliest
/// first. Averages of weights come after the weights themselves.
private func generatorPlaces(in names: some Sequence<String>) -> [(place: String, root: String)] {
    var places: [String: String] = [:]
    for name in names {
        for root in ["model.", "generator."] {
            for weight in ["weight", "weight_g", "weight_v", "parametrizations.weight.original0"] where name.hasSuffix(root + "1." + weight) {
                let place = String(name.dropLast(root.count + 2 + weight.count))
                if place.isEmpty || place.hasSuffix(".") { places[place] = root }
            }
        }
    }
    let averages = ["ema", "avg", "average", "shadow", "swa"]
    func rank(_ place: String) -> (Int, Int, String) {
        let words = place.lowercased().split { !$0.isLetter }
        return (words.contains { word in averages.contains { word.hasPrefix($0) } } ? 1 : 0, place.count, place)
    }
    return places.sorted { rank($0.key) < rank($1.key) }.map { ($0.key, $0.value) }
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
    } else if arrays.keys.contains(where: { ("." + $0).contains(".melgan.") }) {
        throw parallelWaveGAN(path)
    } else if arrays.keys.contains(where: { $0.hasPrefix("generator.") }) {
        source = .seungwonpark
    } else if arrays.keys.contains(where: { $0.hasPrefix("model.") }) {
        source = .melganNeurips
    } else {
        throw noGenerator(stateDictionary, path)
    }
    if let name = arrays.keys.sorted().first(where: { arrays[$0]!.hasNonFinite }) {
        throw FileError(.badData, path, "holds NaN or infinity in '\(name)'; the training that wrote it had diverged.")
    }
    let prefix = source == .seungwonpark ? "generator." : "model."
    guard arrays.keys.contains(where: { $0.hasPrefix(prefix) && $0.dropFirst(prefix.count).first?.isNumber == true }) else {
        throw noGenerator(stateDictionary, path)
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

private func noGenerator(_ stateDictionary: [String: NumericArray], _ path: String) -> FileError {
    let example = stateDictionary.keys.min().map { "'\($0)'" } ?? "nothing"
    let isHiFiGAN = stateDictionary.keys.contains { $0.contains("ups.0.") } && stateDictionary.keys.contains { $0.contains("resblocks.0.") }
    return FileError(
        .badData, path,
        isHiFiGAN
            ? "is a generator of HiFi-GAN's kind (\(example)), and only MelGAN's can be imported."
            : "holds no MelGAN generator: names that end like 'model.1.weight_g' or 'generator.1.weight_g' were expected, "
                + "and \(example) was found.")
}

private func parallelWaveGAN(_ path: String) -> FileError {
    FileError(
        .badData, path,
        "is a checkpoint of ParallelWaveGAN, whose mels are scaled by statistics it does not hold; "
            + "melgan-neurips and seungwonpark checkpoints can be imported.")
}
