/// A value that a pickle builds, without any code of the pickle's being run.
///
/// Containers are references into a ``PickleHeap``, as in Python, where a list is filled after others already refer
/// to it. It also means that no value owns another: neither nesting nor cycles can exhaust the stack.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// An integer of more than 64 bits, little-endian.
    case largeInteger([UInt8])
    case real(Double)
    case text(String)
    case bytes([UInt8])
    /// A list, tuple or set.
    case sequence(Int)
    case dictionary(Int)
    /// A class or function by its dotted name; it is never looked up.
    case global(String)
    case storage(Int)
    case tensor(Int)
    /// NumPy's dtype by its code, such as `f8`.
    case numpyType(String)
    /// What something unknown would have made: the name of the class or function.
    case opaque(String)
}

/// Where the containers, storages and tensors of a pickle live.
struct PickleHeap {
    var sequences: [[PickleValue]] = []
    /// In order of insertion; a later pair replaces an earlier one of the same key.
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [TorchStorage] = []
    var tensors: [TorchTensor] = []

    mutating func sequence(_ elements: [PickleValue]) -> PickleValue {
        sequences.append(elements)
        return .sequence(sequences.count - 1)
    }

    mutating func dictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    func elements(_ value: PickleValue) -> [PickleValue]? {
        if case .sequence(let index) = value { sequences[index] } else { nil }
    }

    func integers(_ value: PickleValue) -> [Int]? {
        guard let elements = elements(value) else { return nil }
        var integers: [Int] = []
        for element in elements {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
