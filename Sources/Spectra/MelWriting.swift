public import Files
import Platform

/// A file format of mels. `npz` and `safetensors` carry the convention, a bare `npy` does not.
public enum MelFormat: String, Sendable, CaseIterable {
    case npy, npz, safetensors

    /// The format that the ending of `path` names, or nil.
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
        guard let format = MelFormat(ending: path) else {
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

    /// The contents of a `.npy` file of this mel.
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
        // A convention of finite numbers always encodes.
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
