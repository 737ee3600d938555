import Files

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a model's files say of it: its configuration as written, and its tensors.
struct ModelDescription: Encodable {
    struct Tensors: Encodable {
        var file: String
        var tensorCount: Int
        var parameterCount: Int
        var metadata: [String: String]
    }

    var configuration: [String: String] = [:]
    var weights: [Tensors] = []

    /// The model in a folder with a `config.json` and weights in `.safetensors` files.
    init(ofFolder folder: String) throws(FileError) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        let weightNames = names.filter { $0.hasSuffix(".safetensors") && !$0.hasPrefix(".") }
        guard names.contains("config.json") || !weightNames.isEmpty else {
            throw FileError(.badData, folder, "is a folder without config.json or .safetensors files, so it is no model.")
        }
        if names.contains("config.json") {
            configuration = try Self.configuration(at: folder + "/config.json")
        }
        for name in weightNames { add(try SafeTensors.read(at: folder + "/" + name), named: name) }
    }

    init(of file: SafeTensors, configuration: [String: String]?) {
        self.configuration = configuration ?? [:]
        add(file, named: "weights")
    }

    private mutating func add(_ file: SafeTensors, named name: String) {
        weights.append(
            Tensors(
                file: name, tensorCount: file.tensors.count,
                parameterCount: file.tensors.values.reduce(0) { $0 + $1.values.count }, metadata: file.metadata))
    }

    private static func configuration(at path: String) throws(FileError) -> [String: String] {
        let data = try contents(ofFile: path)
        do {
            return try JSONDecoder().decode([String: JSONText].self, from: data).mapValues(\.text)
        } catch {
            throw FileError(.badData, path, "is no JSON object where a model's configuration was expected.")
        }
    }

    /// A line for every part of the configuration and every file of weights.
    var lines: [String] {
        var lines = ["model"]
        lines += configuration.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        for file in weights {
            lines.append("\(file.file): \(file.tensorCount) tensors, \(file.parameterCount) numbers")
            lines += file.metadata.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.prefix(300))" }
        }
        return lines
    }
}

/// Any JSON value, as text on one line.
private struct JSONText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.singleValueContainer().decode([String: JSONText].self) {
            text = "{" + object.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
        } else if let array = try? decoder.singleValueContainer().decode([JSONText].self) {
            text = "[" + array.map(\.text).joined(separator: ", ") + "]"
        } else {
            text = try Self.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> String {
        if container.decodeNil() { return "null" }
        if let value = try? container.decode(Bool.self) { return "\(value)" }
        if let value = try? container.decode(Int.self) { return "\(value)" }
        if let value = try? container.decode(Double.self) { return "\(value)" }
        return try container.decode(String.self)
    }
}
