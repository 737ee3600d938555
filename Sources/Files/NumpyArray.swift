public import Platform

extension NumericArray {
    /// The array of the `.npy` file at `path`: versions 1 to 3; floating point of 2, 4 or 8 bytes, integers and
    /// booleans of any width, either byte order; row-major or column-major (`fortran_order`).
    ///
    /// NaN and infinity are read as they are; see ``hasNonFinite``.
    ///
    /// - Throws: `FileError.badData` if the file is damaged or does not contain numbers.
    public static func readNumpy(at path: String) throws(FileError) -> NumericArray {
        try NumericArray(numpy: try contents(ofFile: path), path: path)
    }

    /// The array in `data`, the contents of a `.npy` file; errors name the file `path`.
    public init(numpy data: Data, path: String) throws(FileError) {
        let header = try NumpyHeader(data, path: path)
        guard let (type, isBigEndian) = header.scalarType else {
            throw FileError(
                .badData, path,
                "holds \(header.contentsDescription) (dtype '\(header.descriptor)') where numbers were expected; "
                    + "save it with numpy.save(path, array.astype('float32')).")
        }
        let payload = try header.payload(of: data, elementByteCount: type.byteCount, path: path)
        let stored = payload.withUnsafeBytes { bytes in
            type.floats(in: bytes, count: header.elementCount, isBigEndian: isBigEndian)
        }
        let values = header.isFortranOrder ? rowMajor(fromColumnMajor: stored, shape: header.shape) : stored
        self.init(shape: header.shape, values: values, storedType: type)
    }

    /// The contents of a `.npy` file of version 1 that holds this array as little-endian `float32`.
    public func numpyData() -> Data {
        var data = numpyHeader(descriptor: "<f4", shape: shape)
        data.reserveCapacity(data.count + values.count * 4)
        data.appendLittleEndian(values)
        return data
    }

    /// Writes this array to `path` as `.npy`; see ``numpyData()``.
    public func writeNumpy(to path: String) throws(FileError) {
        try replaceFile(at: path, contents: numpyData())
    }
}

extension NumpyHeader {
    /// The bytes of the elements, which must fill the rest of the file exactly.
    func payload(of data: Data, elementByteCount: Int, path: String) throws(FileError) -> Data {
        let present = data.count - dataOffset
        let (expected, overflows) = elementCount.multipliedReportingOverflow(by: elementByteCount)
        guard !overflows, expected <= present else {
            throw FileError(
                .badData, path,
                "is cut short: an array of shape \(shape) and dtype '\(descriptor)' was announced, "
                    + "and only \(present) bytes of it are there.")
        }
        guard expected == present else {
            throw FileError(
                .badData, path,
                "holds \(present - expected) bytes beyond its array of shape \(shape) and dtype '\(descriptor)'.")
        }
        return data.dropFirst(dataOffset)
    }

    fileprivate var contentsDescription: String {
        switch descriptor.drop(while: { "<>|=".contains($0) }).first {
        case "O": "Python objects"
        case "U", "S", "a": "text"
        case "c": "complex numbers"
        case "M", "m": "dates or times"
        case "V": "raw bytes"
        default: "elements of an unknown kind"
        }
    }
}

/// The beginning of a `.npy` file of version 1, padded so that the numbers begin at a multiple of 64 bytes.
func numpyHeader(descriptor: String, shape: [Int]) -> Data {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(lengths)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var data = Data(NumpyHeader.magic + [1, 0])
    data.append(contentsOf: [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)])
    data.append(contentsOf: header.utf8)
    return data
}

extension Data {
    mutating func appendLittleEndian(_ values: [Float]) {
        #if _endian(little)
            values.withUnsafeBytes { append(contentsOf: $0) }
        #else
            values.map(\.bitPattern.littleEndian).withUnsafeBytes { append(contentsOf: $0) }
        #endif
    }
}

/// `values` of a column-major array of `shape` in row-major order.
private func rowMajor(fromColumnMajor values: [Float], shape: [Int]) -> [Float] {
    guard shape.count > 1, !values.isEmpty else { return values }
    var strides: [Int] = []
    var stride = 1
    for length in shape {
        strides.append(stride)
        stride *= length
    }
    return StridedView(shape: shape, strides: strides, offset: 0).gather(from: values)
}
