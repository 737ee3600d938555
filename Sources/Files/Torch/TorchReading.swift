// The two file formats of checkpoints.
extension TorchCheckpoint {
    /// Reads PyTorch's zip archive: `PREFIX/data.pkl`, the numbers in `PREFIX/data/KEY`, their order in `PREFIX/byteorder`.
    static func readArchive(at path: String, byteCount: Int) throws(FileError) -> TorchCheckpoint {
        let zip = try ZipReader(path: path)
        let pickles = zip.entries.filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
        guard let pickle = pickles.min(by: { $0.name.utf8.count < $1.name.utf8.count }) else {
            throw FileError(
                .badData, path, "is a zip archive without 'data.pkl': it is no checkpoint that torch.save wrote.")
        }
        let prefix = String(pickle.name.dropLast("data.pkl".count))
        var isBigEndian = false
        if let order = zip.entries.first(where: { $0.name == prefix + "byteorder" }) {
            isBigEndian = try zip.contents(of: order).starts(with: Array("big".utf8))
        }
        var entries: [String: ZipReader.Entry] = [:]
        for entry in zip.entries { entries[entry.name] = entry }
        var machine = PickleReader(try zip.contents(of: pickle), path: path)
        let root = try machine.run()
        let flattening = try TorchFlattening(root, in: machine.heap, path: path)
        return try assemble(flattening, fileByteCount: byteCount) { storage, type throws(FileError) in
            guard let entry = entries[prefix + "data/" + storage.key] else {
                throw FileError(.badData, path, "is damaged: it holds no numbers under '\(storage.key)'.")
            }
            let bytes = try zip.contents(of: entry)
            return bytes.withUnsafeBytes {
                type.floats(in: $0, count: $0.count / type.byteCount, isBigEndian: isBigEndian)
            }
        }
    }

    /// Reads PyTorch's format before 1.6: five pickles (a magic number, the version, the machine, the object, the keys of
    /// its storages), then each storage: its count in 8 bytes, and its numbers.
    static func readLegacy(_ bytes: [UInt8], path: String) throws(FileError) -> TorchCheckpoint {
        guard bytes.starts(with: [0x80]) else {
            throw FileError(
                .badData, path, "is no checkpoint that torch.save wrote: neither a zip archive nor a pickle.")
        }
        var machine = PickleReader(bytes, path: path)
        guard case .largeInteger(let magic) = try machine.run(),
            magic == [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        else { throw FileError(.badData, path, "is a pickle, but not one that torch.save wrote.") }
        // The next two pickles are the protocol version and the machine. PyTorch stores numbers little-endian on every machine.
        _ = try machine.run()
        _ = try machine.run()
        let root = try machine.run()
        let keys = try machine.run()
        let storages = try legacyStorages(keys, machine)
        let flattening = try TorchFlattening(root, in: machine.heap, path: path)
        return try assemble(flattening, fileByteCount: bytes.count) { storage, type throws(FileError) in
            guard let range = storages[storage.key] else {
                throw FileError(.badData, path, "is damaged: it holds no numbers under '\(storage.key)'.")
            }
            return bytes[range].withUnsafeBytes { type.floats(in: $0, count: $0.count / type.byteCount) }
        }
    }

    /// The range of the bytes of each storage.
    private static func legacyStorages(
        _ keys: PickleValue, _ machine: PickleReader
    ) throws(FileError) -> [String: Range<Int>] {
        var byteCounts: [String: Int] = [:]
        for storage in machine.heap.storages {
            if storage.isUntyped { byteCounts[storage.key] = 1 }
            if let type = storage.type { byteCounts[storage.key] = type.byteCount }
        }
        var machine = machine
        var ranges: [String: Range<Int>] = [:]
        for key in machine.heap.elements(keys) ?? [] {
            guard case .text(let key) = key, let byteCount = byteCounts[key] else {
                throw FileError(.badData, machine.path, "holds numbers of a type that is not read.")
            }
            let (length, overflows) = try machine.count(8).multipliedReportingOverflow(by: byteCount)
            guard !overflows else { throw machine.damaged("is followed by an impossible length") }
            let start = machine.position
            try machine.skip(length)
            ranges[key] = start..<machine.position
        }
        return ranges
    }

    /// Loads the storages that tensors refer to, each once, and gathers the tensors from them.
    private static func assemble(
        _ flattening: TorchFlattening, fileByteCount: Int,
        load: (TorchStorage, StoredType) throws(FileError) -> [Float]
    ) throws(FileError) -> TorchCheckpoint {
        struct Key: Hashable {
            var name: String
            var type: StoredType
        }
        var checkpoint = flattening.checkpoint
        var storages: [Key: [Float]] = [:]
        // Expanded views and shared storages multiply numbers. No valid checkpoint exceeds this bound.
        var budget = max(16 * fileByteCount, 1 << 20)
        for (place, tensor) in flattening.tensors {
            let name = place.joined(separator: ".")
            budget -= tensor.elementCount
            guard tensor.elementCount <= fileByteCount + 4096, budget >= 0 else {
                throw FileError(
                    .badData, flattening.path,
                    "is damaged: '\(name)' would be more numbers than a file of \(fileByteCount) bytes can mean.")
            }
            let key = Key(name: tensor.storage.key, type: tensor.type)
            if storages[key] == nil { storages[key] = try load(tensor.storage, tensor.type) }
            let numbers = storages[key]!
            var view = tensor.view
            let (offset, overflows) = view.offset.addingReportingOverflow(tensor.storage.offset)
            view.offset = offset
            guard !overflows, let bound = view.upperBound, bound <= numbers.count else {
                throw FileError(
                    .badData, flattening.path,
                    "is cut short: '\(name)' reaches beyond the \(numbers.count) numbers stored.")
            }
            let values = view.gather(from: numbers)
            checkpoint.tensors.append(
                (place, NumericArray(shape: view.shape, values: values, storedType: tensor.type)))
        }
        return checkpoint
    }
}
