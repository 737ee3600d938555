public import Files
import Platform

/// The unchecked contents of a mel file: one array and the texts stored with it.
struct StoredMel {
    var array: NumericArray
    var convention: MelConvention?
    var layout: MelLayout?

    /// The names under which files store the array, the convention (JSON) and the order of the axes.
    static let arrayName = "mel", conventionName = "convention", layoutName = "layout"

    private init(array: NumericArray) { self.array = array }

    /// - Parameter prefix: Bytes that have already been read from standard input.
    init(at path: String, after prefix: [UInt8]) throws(FileError) {
        let isStream = path == "-"
        let data = isStream ? Data(prefix) + (try standardInput()) : try contents(ofFile: path)
        let path = isStream ? "standard input" : path
        guard !data.isEmpty else { throw FileError(.badData, path, "is empty (0 bytes) where a mel was expected.") }
        let hint = Self.hint(data)
        if data.starts(with: MelFile.numpyMagic) {
            self.init(array: try NumericArray(numpy: data, path: path))
        } else if isStream {
            throw FileError(
                .badData, path,
                "is no .npy file\(hint.words); a mel as .npy was expected there" + (hint.remedies.isEmpty ? "." : ""), hint.remedies)
        } else if data.starts(with: Array("PK".utf8)) {
            let archive = try NumpyArchive.read(at: path)
            try self.init(archive.arrays, archive.texts, path)
        } else if path.hasSuffix(".safetensors") {
            let file = try SafeTensors.read(at: path)
            try self.init(file.tensors, file.metadata, path)
        } else {
            throw FileError(
                .badData, path,
                "is no .npy, .npz or .safetensors file\(hint.words); a mel in one of these was expected"
                    + (hint.remedies.isEmpty ? "." : ""),
                hint.remedies)
        }
    }

    private init(_ arrays: [String: NumericArray], _ texts: [String: String], _ path: String) throws(FileError) {
        guard let array = arrays[Self.arrayName] ?? (arrays.count == 1 ? arrays.first!.value : nil) else {
            let names = arrays.keys.sorted().prefix(5).joined(separator: ", ")
            throw FileError(
                .badData, path,
                arrays.isEmpty
                    ? "holds no array of numbers where a mel was expected; is it PyTorch's? Save it with numpy.save."
                    : "holds \(arrays.count) arrays (\(names)\(arrays.count > 5 ? ", …" : "")), none of them called "
                        + "'\(Self.arrayName)'.")
        }
        self.init(array: array)
        layout = texts[Self.layoutName].flatMap(MelLayout.init)
        guard let text = texts[Self.conventionName] else { return }
        do {
            let carried = try JSONDecoder().decode(MelConvention.self, from: Data(text.utf8))
            try carried.check()
            convention = carried
        } catch let error as MelConventionError {
            throw FileError(.badData, path, "carries a convention that contradicts itself: \(error.description)")
        } catch {
            throw FileError(.badData, path, "carries a convention that cannot be read; its JSON is damaged.")
        }
    }

    /// What a file of another kind is, as its first bytes tell, and what to do with it.
    private static func hint(_ data: Data) -> (words: String, remedies: [Remedy]) {
        let kinds: [(start: [UInt8], words: String, remedy: Remedy)] = [
            (Array("RIFF".utf8), " but a sound", .computeMel),
            (Array("fLaC".utf8), " but a sound", .computeMel),
            (Array("OggS".utf8), " but a sound", .computeMel),
            ([0x89, 0x48, 0x44, 0x46], " but HDF5", .instruction("save its 'feats' with numpy.save")),
            ([0x80, 0x02], " but a pickle, perhaps PyTorch's", .instruction("save the tensor with numpy.save")),
        ]
        return kinds.first { data.starts(with: $0.start) }.map { ($0.words, [$0.remedy]) } ?? ("", [])
    }
}

/// A file format of mels. `npz` and `safetensors` carry the convention, a bare `npy` does not.
public enum MelFormat: String, Sendable, CaseIterable {
    case npy, npz, safetensors

    /// The format named by the ending of `path`, or nil if it names none.
    public init?(ending path: String) {
        guard let dot = path.lastIndex(of: "."), let format = MelFormat(rawValue: path[path.index(after: dot)...].lowercased())
        else { return nil }
        self = format
    }
}

extension MelSpectrogram {
    /// Writes float32 numbers to `path` in the format its ending names: `.npy`, or `.npz` or `.safetensors`, whose array is
    /// called `mel` and which carry the texts `convention` (JSON) and `layout`.
    ///
    /// - Throws: `FileError`, `.cannotCreate` where the ending names no such format or the file cannot be created.
    public func write(to path: String, layout: MelLayout = .bandsFirst) throws(FileError) {
        guard let format = MelFormat(ending: path) ?? (isSpecialFile(path) ? .npy : nil) else {
            throw FileError(.cannotCreate, path, "a mel is written as .npy, .npz or .safetensors; end the name so.")
        }
        let array = stored(layout: layout)
        let texts = [StoredMel.conventionName: convention.json, StoredMel.layoutName: layout.rawValue]
        switch format {
        case .npy: try array.writeNumpy(to: path)
        case .npz: try NumpyArchive(arrays: [StoredMel.arrayName: array], texts: texts).write(to: path)
        case .safetensors: try SafeTensors(tensors: [StoredMel.arrayName: array], metadata: texts).write(to: path)
        }
    }

    /// This mel as an array with the axes of `layout`.
    public func stored(layout: MelLayout) -> NumericArray {
        switch layout {
        case .timeFirst: NumericArray(shape: [frameCount, bandCount], values: values)
        case .bandsFirst:
            NumericArray(
                shape: [bandCount, frameCount], values: transposed(values, rows: frameCount, columns: bandCount))
        }
    }
}

extension MelConvention {
    /// This convention as one line of JSON, keys sorted.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Encoding a convention of finite numbers cannot fail.
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
