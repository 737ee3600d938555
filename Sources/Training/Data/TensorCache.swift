import Tensors
import Dispatch
import Files
import Platform
import Synchronization

/// Tensors that were computed from a corpus, in a safetensors file that is memory-mapped: computed once, and again where the file is
/// missing, damaged or of other data.
///
/// The file's metadata has the `key`, which stands for everything that decides the tensors, and the `checksum`: the sum, over the
/// tensors, of the CRC-32C of their bytes combined with that of their names. All is checked when the file is opened.
struct TensorCache: Sendable {
    private let file: SafeTensorsFile

    /// The cache at `path` where there is a whole one with this `key`; otherwise `fill` writes it.
    ///
    /// - Parameters:
    ///   - what: What a sentence calls the tensors, such as "sources".
    ///   - names: The tensors that `fill` may append, which tells how much room the file's header needs.
    /// - Throws: `FileError`: `.cannotCreate` or `.inputOutput` if the file cannot be written; also the errors of `fill`.
    init(
        at path: String, key: String, what: String, names: [String], fill: (inout Writer) throws(FileError) -> Void
    ) throws(FileError) {
        if let known = Self(at: path, key: key) {
            self = known
            return
        }
        try createFolder(at: FolderPath.parent(of: path))
        removeAbandonedFiles(besides: path)
        var writer = try Writer(at: path, names)
        try fill(&writer)
        try writer.finish(key: key)
        guard let written = Self(at: path, key: key) else {
            throw FileError(
                .inputOutput, path, "the cache of \(what) does not read back as it was written; check the disk.")
        }
        self = written
    }

    private init?(at path: String, key: String) {
        guard let file = try? SafeTensorsFile(at: path), file.metadata["key"] == key else { return nil }
        let checksums = Array(file.names).parallelMap { name in file.withBytes(of: name) { Self.checksum(of: $0, name) } }
        guard file.metadata["checksum"] == String(checksums.reduce(0, &+)) else { return nil }
        self.file = file
    }

    private static func checksum(of bytes: UnsafeRawBufferPointer, _ name: String) -> UInt32 {
        CRC32C(of: bytes).value ^ CRC32C(of: Array(name.utf8)).value
    }

    /// How many values the tensor called `name` has; nil where there is none.
    func count(of name: String) -> Int? { file.shape(of: name)?.reduce(1, *) }

    /// The values of the tensor called `name`, which there is, in a range of its row-major order.
    func values(of name: String, in range: Range<Int>) -> [Float] { file.values(of: name, in: range) }

    /// What was appended as JSON under `name`; nil where it is something else.
    func decoded<Value: Decodable>(_ name: String, as _: Value.Type) -> Value? {
        guard file.shape(of: name) != nil else { return nil }
        return try? JSONDecoder().decode(Value.self, from: file.withBytes(of: name) { Data($0) })
    }
}

extension TensorCache {
    /// Fills the file of a cache, which appears when it is whole.
    struct Writer: ~Copyable {
        private let path: String
        private var file: SafeTensorsWriter
        private var checksum: UInt32 = 0

        fileprivate init(at path: String, _ names: [String]) throws(FileError) {
            self.path = path
            file = try SafeTensorsWriter(at: path, headerRoom: names.reduce(512) { $0 + $1.utf8.count + 100 })
        }

        mutating func append(_ name: String, shape: [Int], _ values: [Float]) throws(FileError) {
            try file.append(name, shape: shape, values)
            checksum &+= values.withUnsafeBytes { TensorCache.checksum(of: $0, name) }
        }

        /// Appends a value as JSON, as a tensor of bytes.
        mutating func append(_ name: String, json value: some Encodable) throws(FileError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            guard let json = try? encoder.encode(value) else {
                throw FileError(
                    .inputOutput, path, "the index of the cache cannot be written: a number in it is not finite.")
            }
            try file.append(name, bytes: json)
            checksum &+= json.withUnsafeBytes { TensorCache.checksum(of: $0, name) }
        }

        fileprivate consuming func finish(key: String) throws(FileError) {
            let checksum = checksum
            try file.finish(metadata: ["key": key, "checksum": String(checksum)])
        }
    }
}

/// What stands for everything that decides the tensors of a cache: a hash of lines of text.
struct CacheKey {
    private var text: String

    /// - Parameter kind: The kind of the cache and the version of what computes it.
    init(_ kind: String) { text = kind }

    mutating func add(_ line: String) { text += "\n" + line }

    /// Adds a value, which consists of numbers and names; a number that JSON cannot hold is none that anything is computed with.
    mutating func add(json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        add(String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self))
    }

    /// 128 bits as text.
    var value: String { "\(SplitMix64.hash(text, seed: 1))-\(SplitMix64.hash(text, seed: 2))" }
}

/// A ``TensorCache`` with one tensor for each recording of a set that has one: its F0, its predicted mel, its source.
struct RecordingTensors: Sendable {
    private let cache: TensorCache

    /// The tensors of `recordings`, from the file at `path` where that is whole and has this `key`, or computed now.
    ///
    /// - Parameters:
    ///   - width: The length of a tensor's last axis, which its values are a multiple of; without it tensors have one axis.
    ///   - blockLength: How many recordings `compute` is given at a time.
    ///   - what: What a sentence calls the tensors, such as "sources".
    ///   - progress: Called after each block; not at all where the file serves.
    ///   - compute: The values for some recordings, in their order; nil for one that has none.
    init(
        of recordings: [Recording], at path: String, key: String, width: Int? = nil, blockLength: Int, what: String,
        progress: (_ done: Int, _ total: Int) -> Void,
        compute: ([Recording]) throws(FileError) -> [[Float]?]
    ) throws(FileError) {
        cache = try TensorCache(at: path, key: key, what: what, names: recordings.map(\.id)) { writer throws(FileError) in
            for start in stride(from: 0, to: recordings.count, by: blockLength) {
                let block = Array(recordings[start..<min(recordings.count, start + blockLength)])
                for (recording, values) in zip(block, try compute(block)) {
                    guard let values else { continue }
                    let shape = width.map { [values.count / $0, $0] } ?? [values.count]
                    try writer.append(recording.id, shape: shape, values)
                }
                progress(start + block.count, recordings.count)
            }
        }
    }

    /// How many values a recording has; nil where it has none.
    func count(of recording: Recording) -> Int? { cache.count(of: recording.id) }

    /// All values of a recording, which has some.
    func values(of recording: Recording) -> [Float] { values(of: recording, in: 0..<(count(of: recording) ?? 0)) }

    /// The values of the range; 0 beyond their ends.
    ///
    /// - Precondition: The recording has values.
    func values(of recording: Recording, in range: Range<Int>) -> [Float] {
        guard let count = count(of: recording) else { preconditionFailure("there are no values of \(recording.id)") }
        let held = range.clamped(to: 0..<count)
        if held == range { return cache.values(of: recording.id, in: range) }
        var values = [Float](repeating: 0, count: range.count)
        if held.isEmpty { return values }
        let start = held.lowerBound - range.lowerBound
        values.replaceSubrange(start..<start + held.count, with: cache.values(of: recording.id, in: held))
        return values
    }
}

extension Array where Element: Sendable {
    /// What `transform` makes of each element, by several threads; in the order of the elements.
    ///
    /// - Parameter threadCount: As many as there are processors where it is not given.
    func parallelMap<Result: Sendable>(threadCount: Int? = nil, _ transform: @Sendable (Element) -> Result) -> [Result] {
        let next = Atomic(0)
        let results = Mutex([Result?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(
            iterations: Swift.min(threadCount ?? ProcessInfo.processInfo.activeProcessorCount, count)
        ) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let result = transform(self[index])
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0.map { $0! } }
    }
}
