import Platform

/// What the first bytes of a `.npy` file say (NumPy Enhancement Proposal 1, versions 1 to 3).
struct NumpyHeader: Equatable {
    /// NumPy's array protocol string, such as `<f4`.
    var descriptor: String
    /// Column-major: the first axis varies fastest.
    var isFortranOrder: Bool
    var shape: [Int]
    /// The product of `shape`, which fits.
    var elementCount: Int
    /// Where the numbers begin.
    var dataOffset: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    init(_ data: Data, path: String) throws(FileError) {
        let prefix = [UInt8](data.prefix(12))
        guard prefix.starts(with: Self.magic) else {
            throw FileError(.badData, path, "is not a NumPy array: it does not begin with the mark of a .npy file.")
        }
        guard prefix.count == 12 else { throw FileError(.badData, path, "ends within the header of its NumPy array.") }
        guard (1...3).contains(prefix[6]) else {
            throw FileError(
                .badData, path, "is a .npy file of version \(prefix[6]), and versions 1 to 3 are known.")
        }
        // Version 1 counts the header in two bytes, the others in four.
        let lengthBytes = prefix[6] == 1 ? prefix[8..<10] : prefix[8..<12]
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        let dataOffset = lengthBytes.endIndex + length
        guard dataOffset <= data.count else {
            throw FileError(.badData, path, "ends within the header of its NumPy array.")
        }
        // numpy.load itself refuses more than 10,000 bytes; structured types never come near the bound here.
        guard length <= 65_536,
            case .dictionary(let entries)? = PythonLiteral(
                data.dropFirst(lengthBytes.endIndex).prefix(length))
        else { throw FileError(.badData, path, "has a .npy header that is no Python dictionary.") }
        try self.init(entries, dataOffset: dataOffset, path: path)
    }

    private init(_ entries: [String: PythonLiteral], dataOffset: Int, path: String) throws(FileError) {
        guard case .boolean(let isFortranOrder)? = entries["fortran_order"],
            case .sequence(let lengths)? = entries["shape"], let type = entries["descr"]
        else {
            throw FileError(.badData, path, "has a .npy header without 'descr', 'fortran_order' or 'shape'.")
        }
        guard case .text(let descriptor) = type else {
            throw FileError(
                .badData, path, "holds records of several fields, not numbers; save one field with numpy.save.")
        }
        var shape: [Int] = []
        for length in lengths {
            guard case .integer(let length) = length, length >= 0 else {
                throw FileError(.badData, path, "has a .npy header whose shape is no list of lengths.")
            }
            shape.append(length)
        }
        guard shape.count <= 64, let elementCount = Files.elementCount(of: shape) else {
            throw FileError(.badData, path, "has a .npy header whose shape \(shape) is impossibly large.")
        }
        self.descriptor = descriptor
        self.isFortranOrder = isFortranOrder
        self.shape = shape
        self.elementCount = elementCount
        self.dataOffset = dataOffset
    }

    /// The scalar type and its byte order, or nil where the array does not hold numbers this library reads.
    var scalarType: (type: StoredType, isBigEndian: Bool)? {
        let code = descriptor.drop { "<>|=".contains($0) }
        guard let type = Self.scalarTypes[String(code)] else { return nil }
        return (type, descriptor.hasPrefix(">"))
    }

    private static let scalarTypes: [String: StoredType] = [
        "f2": .float16, "f4": .float32, "f8": .float64,
        "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
        "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .boolean,
    ]
}
