public import Files

/// The mel of a `.npy`, `.npz` or `.safetensors` file, checked.
public struct MelFile: Sendable, Equatable {
    public let path: String
    /// `[time, band]`, row-major; all finite.
    public let values: [Float]
    public let bandCount: Int
    /// The convention that the file carries; nil if it carries none.
    public let convention: MelConvention?
    /// The shape of the array in the file.
    public let storedShape: [Int]
    public let storedType: StoredType
    public let layout: MelLayout

    /// The bytes that a `.npy` file begins with.
    public static let numpyMagic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    public var frameCount: Int { values.count / bandCount }
    public var fingerprint: MelFingerprint { MelFingerprint(values: values, bandCount: bandCount) }

    /// Reads the mel at `path`, whose format is recognised by its first bytes; `-` is standard input (`.npy` only).
    ///
    /// - Parameters:
    ///   - layout: The order of the axes; by default it is recognised by the axis with the band count.
    ///   - bandCount: The expected band count of a mel that carries no convention.
    ///   - prefix: Bytes that have already been read from standard input.
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

/// The order of the axes of a stored mel.
public enum MelLayout: String, Sendable, CaseIterable, Codable {
    /// `[bands, frames]`, or `[1, bands, frames]`: the programs built on PyTorch.
    case bandsFirst = "bands-first"
    /// `[frames, bands]`: ParallelWaveGAN, ESPnet, FastSpeech 2.
    case timeFirst = "time-first"
}

/// The band counts of presets, and other common ones, by which the axes of a bare mel are recognised.
private let presetBandCounts: Set<Int> = [80, 100]
private let otherBandCounts: Set<Int> = [20, 40, 60, 64, 96, 120, 128, 160, 256]

extension MelLayout {
    /// The layout of an array with two axes of lengths `shape`.
    ///
    /// - Parameters:
    ///   - stated: The layout that the user states; it is then not guessed.
    ///   - bandCount: The band count, if it is known from the file's convention or a model's.
    /// - Throws: `FileError.badData` if both axes or neither can be the bands.
    static func layout(
        ofShape shape: [Int], stated: MelLayout?, bandCount: Int?, path: String
    ) throws(FileError) -> MelLayout {
        if let stated { return stated }
        let candidates = bandCount.map { [Set([$0])] } ?? [presetBandCounts, otherBandCounts]
        for counts in candidates {
            switch (counts.contains(shape[0]), counts.contains(shape[1])) {
            case (true, false): return .bandsFirst
            case (false, true): return .timeFirst
            case (true, true):
                throw FileError(
                    .badData, path,
                    "holds \(shape[0]) x \(shape[1]) numbers, and either axis may be the bands",
                    [.stateLayout])
            case (false, false): continue
            }
        }
        let expected = bandCount.map { "\($0) bands" } ?? "an axis of 80 or 100 bands"
        throw FileError(
            .badData, path,
            "holds \(shape[0]) x \(shape[1]) numbers where \(expected) were expected", [.stateLayout])
    }
}
