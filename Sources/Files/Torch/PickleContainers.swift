// The operations that build and fill lists, tuples, sets and dictionaries.
extension PickleMachine {
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
