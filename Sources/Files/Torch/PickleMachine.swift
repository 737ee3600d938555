/// Executes the operations of a pickle on values that are only data.
///
/// Python's pickle names functions to call; this machine knows what torch's own rebuild functions would return and
/// takes everything else for an opaque value. Operations are those of protocols 2 to 5 (`pickletools`), each
/// consuming at least one byte and adding a bounded amount, so work and memory are linear in the file's length.
struct PickleMachine {
    let bytes: [UInt8]
    var position: Int
    /// The file that errors name.
    let path: String
    var heap: PickleHeap

    private(set) var stack: [PickleValue] = []
    /// Heights of the stack at which a mark was set.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    init(_ bytes: [UInt8], from position: Int = 0, path: String, heap: PickleHeap = PickleHeap()) {
        self.bytes = bytes
        self.position = position
        self.path = path
        self.heap = heap
    }

    /// Runs the pickle at `position`, which is left behind its end; the value it leaves on the stack.
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

extension PickleMachine {
    mutating func push(_ value: PickleValue) { stack.append(value) }

    mutating func pop() throws(FileError) -> PickleValue {
        // Nothing below the innermost mark may be taken.
        guard stack.count > marks.last ?? 0 else { throw damaged("takes from an empty stack") }
        return stack.removeLast()
    }

    /// The topmost value, which stays.
    func top() throws(FileError) -> PickleValue {
        guard stack.count > marks.last ?? 0 else { throw damaged("takes from an empty stack") }
        return stack[stack.count - 1]
    }

    /// Everything above the innermost mark, and the mark.
    mutating func popMark() throws(FileError) -> [PickleValue] {
        guard let height = marks.popLast() else { throw damaged("ends a group that was not begun") }
        defer { stack.removeSubrange(height...) }
        return Array(stack[height...])
    }

    /// Whether `code` concerns the stack or the memo; if so it has been executed.
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
