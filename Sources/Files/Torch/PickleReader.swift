/// Reads a pickle without executing code.
///
/// A pickle names Python functions to call. The reader knows the results of PyTorch's rebuild functions and takes everything else as an
/// opaque value. It supports the operations of protocols 2 to 5 (`pickletools`), each of which consumes at least one byte and adds a
/// bounded amount of data, so that time and memory are linear in the file's length.
struct PickleReader {
    let bytes: [UInt8]
    var position: Int
    /// The file that errors name.
    let path: String
    var heap: PickleHeap

    private(set) var stack: [PickleValue] = []
    /// The heights of the stack at which marks were set.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    init(_ bytes: [UInt8], from position: Int = 0, path: String, heap: PickleHeap = PickleHeap()) {
        self.bytes = bytes
        self.position = position
        self.path = path
        self.heap = heap
    }

    /// Reads the pickle at `position` and returns its value; `position` is then after its end.
    mutating func run() throws(FileError) -> PickleValue {
        stack = []
        marks = []
        memo = [:]
        while true {
            let code = try byte()
            if code == UInt8(ascii: ".") { return try pop() }
            if try executeNumber(code) { continue }
            if try executeText(code) { continue }
            if try executeContainer(code) { continue }
            if try executeMemo(code) { continue }
            if try executeCall(code) { continue }
            throw FileError(
                .badData, path,
                "holds a pickle with the operation 0x\(String(code, radix: 16)) at byte \(position - 1), "
                    + "which torch does not write; it is damaged or another program's.")
        }
    }

    func damaged(_ what: String) -> FileError {
        FileError(.badData, path, "is damaged: its pickle \(what) at byte \(position).")
    }
}

// MARK: - Stack and memo

extension PickleReader {
    mutating func push(_ value: PickleValue) { stack.append(value) }

    mutating func pop() throws(FileError) -> PickleValue {
        // Values below the innermost mark cannot be popped.
        guard stack.count > marks.last ?? 0 else { throw damaged("takes from an empty stack") }
        return stack.removeLast()
    }

    /// The topmost value, which stays on the stack.
    func top() throws(FileError) -> PickleValue {
        guard stack.count > marks.last ?? 0 else { throw damaged("takes from an empty stack") }
        return stack[stack.count - 1]
    }

    /// Pops the innermost mark and everything above it.
    mutating func popMark() throws(FileError) -> [PickleValue] {
        guard let height = marks.popLast() else { throw damaged("ends a group that was not begun") }
        defer { stack.removeSubrange(height...) }
        return Array(stack[height...])
    }

    /// Executes an operation on the stack or the memo; false if `code` is another operation.
    private mutating func executeMemo(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case 0x80: _ = try byte()  // PROTO
        case 0x95: try skip(8)  // FRAME
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): _ = try popMark()
        case UInt8(ascii: "2"): push(try top())
        case UInt8(ascii: "q"): memo[Int(try byte())] = try top()
        case UInt8(ascii: "r"): memo[try count(4)] = try top()
        case 0x94: memo[memo.count] = try top()  // MEMOIZE
        case UInt8(ascii: "h"): push(try remembered(Int(try byte())))
        case UInt8(ascii: "j"): push(try remembered(try count(4)))
        default: return false
        }
        return true
    }

    private func remembered(_ index: Int) throws(FileError) -> PickleValue {
        guard let value = memo[index] else { throw damaged("recalls a value it never stored") }
        return value
    }
}

// Reading bytes, and the operations that push numbers and texts.
extension PickleReader {
    mutating func byte() throws(FileError) -> UInt8 {
        guard position < bytes.count else { throw FileError(.badData, path, "is cut short within its pickle.") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func skip(_ count: Int) throws(FileError) { _ = try take(count) }

    mutating func take(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else {
            throw FileError(.badData, path, "is cut short within its pickle.")
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// A little-endian count of `width` bytes.
    mutating func count(_ width: Int) throws(FileError) -> Int {
        let value = try take(width).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let count = Int(exactly: value) else { throw damaged("announces more bytes than can be") }
        return count
    }

    mutating func text(_ count: Int) throws(FileError) -> String {
        String(decoding: try take(count), as: UTF8.self)
    }

    /// The text up to the end of the line, which is consumed.
    mutating func line() throws(FileError) -> String {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else {
            throw FileError(.badData, path, "is cut short within its pickle.")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    mutating func executeNumber(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case UInt8(ascii: "N"): push(.none)
        case 0x88: push(.boolean(true))
        case 0x89: push(.boolean(false))
        case UInt8(ascii: "J"): push(.integer(Int(Int32(truncatingIfNeeded: try count(4)))))
        case UInt8(ascii: "K"): push(.integer(Int(try byte())))
        case UInt8(ascii: "M"): push(.integer(try count(2)))
        case 0x8A: push(integer(try take(Int(try byte()))))  // LONG1
        case 0x8B: push(integer(try take(try count(4))))  // LONG4
        case UInt8(ascii: "G"):
            let pattern = try take(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            push(.real(Double(bitPattern: pattern)))
        default: return false
        }
        return true
    }

    mutating func executeText(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case UInt8(ascii: "X"): push(.text(try text(try count(4))))
        case 0x8C: push(.text(try text(Int(try byte()))))  // SHORT_BINUNICODE
        case 0x8D: push(.text(try text(try count(8))))  // BINUNICODE8
        // Python 2 strings, which old checkpoints contain.
        case UInt8(ascii: "U"): push(.text(try text(Int(try byte()))))
        case UInt8(ascii: "T"): push(.text(try text(try count(4))))
        case UInt8(ascii: "C"): push(.bytes(Array(try take(Int(try byte())))))
        case UInt8(ascii: "B"): push(.bytes(Array(try take(try count(4)))))
        case 0x8E, 0x96: push(.bytes(Array(try take(try count(8)))))  // BINBYTES8, BYTEARRAY8
        default: return false
        }
        return true
    }

    /// Little-endian two's complement of any length.
    private func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
        guard bytes.count <= 8 else { return .largeInteger(Array(bytes)) }
        let sign: Int = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
        return .integer(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) })
    }
}

// The operations that build and fill lists, tuples, sets and dictionaries.
extension PickleReader {
    mutating func executeContainer(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case UInt8(ascii: "]"), UInt8(ascii: ")"), 0x8F: push(heap.sequence([]))  // 0x8F: EMPTY_SET
        case UInt8(ascii: "l"), UInt8(ascii: "t"), 0x91: push(heap.sequence(try popMark()))  // 0x91: FROZENSET
        case 0x85, 0x86, 0x87: try makeTuple(Int(code) - 0x84)
        case UInt8(ascii: "}"): push(heap.dictionary())
        case UInt8(ascii: "d"):
            let pairs = try popMark()
            push(heap.dictionary())
            try insert(pairs)
        case UInt8(ascii: "a"): try append([try pop()])
        case UInt8(ascii: "e"), 0x90: try append(try popMark())  // 0x90: ADDITEMS
        case UInt8(ascii: "s"):
            let value = try pop()
            try insert([try pop(), value])
        case UInt8(ascii: "u"): try insert(try popMark())
        default: return false
        }
        return true
    }

    private mutating func makeTuple(_ count: Int) throws(FileError) {
        var elements: [PickleValue] = []
        for _ in 0..<count { elements.append(try pop()) }
        push(heap.sequence(elements.reversed()))
    }

    private mutating func append(_ elements: [PickleValue]) throws(FileError) {
        switch try top() {
        case .sequence(let index): heap.sequences[index] += elements
        case .opaque: break
        default: throw damaged("appends to what is no list")
        }
    }

    private mutating func insert(_ pairs: [PickleValue]) throws(FileError) {
        guard pairs.count.isMultiple(of: 2) else { throw damaged("sets a key without a value") }
        switch try top() {
        case .dictionary(let index):
            for pair in stride(from: 0, to: pairs.count, by: 2) {
                heap.dictionaries[index].append((pairs[pair], pairs[pair + 1]))
            }
        case .opaque: break
        default: throw damaged("sets keys of what is no dictionary")
        }
    }
}
