import Files

/// The sizes of a generator, read from the names and shapes of its weights.
///
/// | module of melgan-neurips' `nn.Sequential`, for stages i and blocks j | index |
/// |---|---|
/// | input convolution k7 | 1 |
/// | transposed convolution of stage i | 3 + i (2 + blocks) |
/// | block j of stage i | 4 + i (2 + blocks) + j |
/// | output convolution k7 | 4 + stages (2 + blocks) |
struct GeneratorLayout: Equatable {
    var inputBands: Int
    var baseChannels: Int
    var upsampling: [Int]
    var residualBlocks: Int

    /// Reads the sizes from the names and shapes of `arrays`.
    init(of arrays: [String: NumericArray], path: String) throws(FileError) {
        var modules: Set<Int> = []
        var blocks: Set<Int> = []
        for name in arrays.keys {
            let parts = name.split(separator: ".")
            guard parts.count >= 3, parts[0] == "model", let module = Int(parts[1]), module >= 0 else { continue }
            modules.insert(module)
            if parts[2] == "block" || parts[2] == "shortcut" { blocks.insert(module) }
        }
        let stages = modules.count - blocks.count - 2
        guard (1...12).contains(stages), !blocks.isEmpty, blocks.count % stages == 0 else {
            throw FileError(
                .badData, path,
                "is not a complete MelGAN generator: \(modules.count) modules were found, \(blocks.count) of them residual "
                    + "blocks, which do not divide into stages.")
        }
        residualBlocks = blocks.count / stages
        let input = try Self.directions(arrays, 1, path)
        inputBands = input.shape[1]
        baseChannels = input.shape[0] >> stages
        upsampling = []
        for stage in 0..<stages {
            let kernel = try Self.directions(arrays, 3 + stage * (2 + residualBlocks), path).shape[2]
            guard kernel >= 2, kernel.isMultiple(of: 2) else {
                throw FileError(
                    .badData, path,
                    "has an upsampling kernel of \(kernel) taps in stage \(stage); twice the factor was expected.")
            }
            upsampling.append(kernel / 2)
        }
    }

    private static func directions(
        _ arrays: [String: NumericArray], _ module: Int, _ path: String
    ) throws(FileError) -> NumericArray {
        let name = "model.\(module).weight_v"
        guard let array = arrays[name], array.shape.count == 3, array.shape.allSatisfy({ $0 > 0 }) else {
            let found = arrays[name].map { "has the shape \($0.shape)" } ?? "is missing"
            throw FileError(.badData, path, "is not a complete MelGAN generator: '\(name)' \(found).")
        }
        return array
    }

    /// The shape of every parameter of the generator, by name.
    var shapes: [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        func add(_ name: String, _ shape: [Int], outputs: Int) {
            shapes[name + ".weight_v"] = shape
            shapes[name + ".weight_g"] = [shape[0], 1, 1]
            shapes[name + ".bias"] = [outputs]
        }
        let stride = 2 + residualBlocks
        var channels = baseChannels << upsampling.count
        add("model.1", [channels, inputBands, 7], outputs: channels)
        for (stage, factor) in upsampling.enumerated() {
            let half = channels / 2
            // A transposed convolution's weight is [inputs, outputs, taps], and its magnitude g has an entry for each input.
            add("model.\(3 + stage * stride)", [channels, half, 2 * factor], outputs: half)
            for block in 0..<residualBlocks {
                let name = "model.\(4 + stage * stride + block)"
                add(name + ".block.2", [half, half, 3], outputs: half)
                add(name + ".block.4", [half, half, 1], outputs: half)
                add(name + ".shortcut", [half, half, 1], outputs: half)
            }
            channels = half
        }
        add("model.\(4 + upsampling.count * stride)", [1, channels, 7], outputs: 1)
        return shapes
    }

    /// Throws an error unless the names and shapes of `arrays` are exactly ``shapes``.
    func check(_ arrays: [String: NumericArray], path: String) throws(FileError) {
        let shapes = shapes
        let missing = shapes.keys.filter { arrays[$0] == nil }.sorted()
        let unexpected = arrays.keys.filter { shapes[$0] == nil }.sorted()
        guard missing.isEmpty, unexpected.isEmpty else {
            let parts = [Self.listed("missing", missing), Self.listed("unexpected", unexpected)]
            throw FileError(
                .badData, path,
                "does not fit a generator of \(upsampling.count) stages and \(residualBlocks) blocks a stage: "
                    + parts.compactMap(\.self).joined(separator: "; ") + ".")
        }
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) where arrays[name]!.shape != shape {
            throw FileError(
                .badData, path, "holds '\(name)' of shape \(arrays[name]!.shape) where \(shape) was expected.")
        }
    }

    private static func listed(_ what: String, _ names: [String]) -> String? {
        if names.isEmpty { return nil }
        let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "\(what) \(names.prefix(3).map { "'\($0)'" }.joined(separator: ", "))\(rest)"
    }
}
