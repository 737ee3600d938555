public import Files

/// A mel as a file holds it: `.npy`, `.npz` or `.safetensors`, checked.
public struct MelFile: Sendable, Equatable {
    public let path: String
    /// `[time, band]`, row-major; all finite.
    public let values: [Float]
    public let bandCount: Int
    /// The convention that the file carries, or nil.
    public let convention: MelConvention?
    /// How the file stores the numbers.
    public let storedShape: [Int]
    public let storedType: StoredType
    public let layout: MelLayout

    /// What a `.npy` file begins with.
    public static let numpyMagic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    public var frameCount: Int { values.count / bandCount }
    public var fingerprint: MelFingerprint { MelFingerprint(values: values, bandCount: bandCount) }

    /// Reads the mel at `path`, whose format its first bytes tell; `-` is standard input (`.npy` only).
    ///
    /// - Parameters:
    ///   - layout: the order of the axes where the user knows it; by default the axis with the band count tells.
    ///   - bandCount: the band count where one is expected of a mel that carries no convention.
    ///   - prefix: what has been read of standard input already.
    /// - Throws: `FileError`, `.badData` for anything but a mel: damaged, no or several arrays, not two axes, no frames, not
    ///   floating point, NaN or infinity, axes that cannot be told apart.
    public init(
        at path: String, layout: MelLayout? = nil, bandCount: Int? = nil, after prefix: [UInt8] = []
    ) throws(FileError) {
        let stored = try StoredMel(at: path, after: prefix)
        let path = path == "-" ? "standard input" : path
        let array = stored.array
        try Self.check(array, path)
        let shape = array.shape.count == 3 ? Array(array.shape.dropFirst()) : array.shape
        let chosen = try MelLayout.layout(
            ofShape: shape, stated: layout ?? stored.layout, bandCount: stored.convention?.bandCount ?? bandCount,
            path: path)
        self.path = path
        self.layout = chosen
        self.bandCount = chosen == .bandsFirst ? shape[0] : shape[1]
        if let convention = stored.convention, convention.bandCount != self.bandCount {
            throw FileError(
                .badData, path,
                "holds \(self.bandCount) bands, but the convention it carries has \(convention.bandCount).")
        }
        convention = stored.convention
        storedShape = array.shape
        storedType = array.storedType
        values = chosen == .timeFirst ? array.values : transposed(array.values, rows: shape[0], columns: shape[1])
    }

    private static func check(_ array: NumericArray, _ path: String) throws(FileError) {
        let shape = array.shape, shapeInWords = shape.map(String.init).joined(separator: " x ")
        guard shape.count == 2 || shape.count == 3 && shape[0] == 1 else {
            let found = shape.count == 3 ? "a batch of \(shape[0]) arrays" : "an array with \(shape.count) axes"
            throw FileError(
                .badData, path,
                "holds \(found) (\(shapeInWords)) where one mel was expected: bands x frames or frames x bands.")
        }
        guard [.float16, .bfloat16, .float32, .float64].contains(array.storedType) else {
            throw FileError(
                .badData, path,
                "holds numbers of type \(array.storedType.rawValue) where a mel's floating point was expected.")
        }
        guard !array.values.isEmpty else {
            throw FileError(.badData, path, "holds no frames (its shape is \(shapeInWords)).")
        }
        guard !array.hasNonFinite else {
            let count = array.values.count { !$0.isFinite }
            throw FileError(
                .badData, path,
                "holds \(count) values that are NaN or infinite, of \(array.values.count); all must be finite numbers.")
        }
    }
}

/// `[columns, rows]` from `[rows, columns]`.
func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { result, filled in
        for column in 0..<columns {
            for row in 0..<rows { result[column * rows + row] = values[row * columns + column] }
        }
        filled = values.count
    }
}
