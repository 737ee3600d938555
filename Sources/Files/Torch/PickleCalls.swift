// The operations that call Python functions, and the results of the known functions.
extension PickleReader {
    mutating func executeCall(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case UInt8(ascii: "c"):
            let module = try line()
            push(.global("\(module).\(try line())"))
        case 0x93:  // STACK_GLOBAL
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw damaged("names a class by what is no text")
            }
            push(.global("\(module).\(name)"))
        case UInt8(ascii: "R"), 0x81:  // REDUCE, NEWOBJ
            let arguments = try pop()
            push(try call(try pop(), arguments))
        case 0x92:  // NEWOBJ_EX
            _ = try pop()
            let arguments = try pop()
            push(try call(try pop(), arguments))
        case UInt8(ascii: "b"):  // BUILD: attributes, which no known value needs
            _ = try pop()
            _ = try top()
        case UInt8(ascii: "Q"): push(try persistent(try pop()))
        default: return false
        }
        return true
    }

    private mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws(FileError) -> PickleValue {
        guard let arguments = heap.elements(arguments) else { throw damaged("calls without arguments") }
        guard case .global(var name) = function else {
            if case .opaque = function { return function }
            throw damaged("calls what is no function")
        }
        var values = arguments
        // A subclass of Tensor: (function, class, its arguments, state).
        if name == "torch._tensor._rebuild_from_type_v2", arguments.count >= 3,
            case .global(let inner) = arguments[0], let innerArguments = heap.elements(arguments[2])
        {
            (name, values) = (inner, innerArguments)
        }
        switch name {
        case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3":
            return try tensor(values)
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
            guard let data = values.first else { throw damaged("makes a parameter of nothing") }
            return data
        case "torch.Size", "builtins.set", "builtins.frozenset", "__builtin__.set", "builtins.list":
            return values.first.map { heap.elements($0) != nil ? $0 : .opaque(name) } ?? heap.sequence([])
        case "collections.OrderedDict", "collections.defaultdict", "builtins.dict":
            return try dictionary(name, values)
        default: return scalar(name, values) ?? .opaque(name)
        }
    }

    /// A dictionary, possibly with an initial list of pairs, as Python 2 pickles ordered dictionaries.
    private mutating func dictionary(_ name: String, _ arguments: [PickleValue]) throws(FileError) -> PickleValue {
        let dictionary = heap.dictionary()
        guard case .dictionary(let index) = dictionary, let first = arguments.first,
            name != "collections.defaultdict", let pairs = heap.elements(first)
        else { return dictionary }
        for pair in pairs {
            guard let pair = heap.elements(pair), pair.count == 2 else {
                throw damaged("makes a dictionary of no pairs")
            }
            heap.dictionaries[index].append((pair[0], pair[1]))
        }
        return dictionary
    }

    /// NumPy scalars, and the encoding by which protocol 2 stores their bytes.
    private func scalar(_ name: String, _ arguments: [PickleValue]) -> PickleValue? {
        switch name {
        case "numpy.dtype":
            if case .text(let code)? = arguments.first { return .numpyType(code) }
        case "_codecs.encode":
            if case .text(let text)? = arguments.first {
                let scalars = text.unicodeScalars.map(\.value)
                if scalars.allSatisfy({ $0 < 256 }) { return .bytes(scalars.map { UInt8($0) }) }
            }
        case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar":
            if arguments.count == 2, case .numpyType(let code) = arguments[0], case .bytes(let bytes) = arguments[1] {
                return Self.numpyScalar(code, bytes)
            }
        default: break
        }
        return nil
    }

    private static func numpyScalar(_ code: String, _ bytes: [UInt8]) -> PickleValue? {
        let pattern = bytes.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        switch (code, bytes.count) {
        case ("f8", 8): return .real(Double(bitPattern: pattern))
        case ("f4", 4): return .real(Double(Float(bitPattern: UInt32(pattern))))
        case ("i8", 8): return .integer(Int(Int64(bitPattern: pattern)))
        case ("i4", 4): return .integer(Int(Int32(truncatingIfNeeded: pattern)))
        case ("b1", 1): return .boolean(pattern != 0)
        default: return nil
        }
    }
}

// PyTorch's persistent identifiers and tensor functions.
extension PickleReader {
    /// `("storage", class, key, device, count)`, and in a legacy file a sixth element: a view's `(key, offset, count)`.
    mutating func persistent(_ identifier: PickleValue) throws(FileError) -> PickleValue {
        guard let elements = heap.elements(identifier), elements.count >= 2, case .text(let kind) = elements[0] else {
            throw damaged("refers to what is no storage")
        }
        // Legacy files refer to the source of a pickled module this way.
        if kind == "module", case .global(let name) = elements[1] { return .opaque(name) }
        guard kind == "storage", elements.count >= 5, case .global(let className) = elements[1],
            let key = storageKey(elements[2]), case .integer(var count) = elements[4], count >= 0
        else { throw damaged("refers to a storage without type, key or length") }
        var offset = 0
        if elements.count >= 6, let view = heap.elements(elements[5]) {
            guard view.count == 3, case .integer(let start) = view[1], case .integer(let length) = view[2],
                start >= 0, length >= 0
            else { throw damaged("refers to a view of a storage without offset or length") }
            (offset, count) = (start, length)
        }
        heap.storages.append(
            TorchStorage(
                key: key, type: TorchStorage.scalarType(ofClass: className), className: className, count: count,
                offset: offset))
        return .storage(heap.storages.count - 1)
    }

    private func storageKey(_ value: PickleValue) -> String? {
        switch value {
        case .text(let key): key
        case .integer(let key): String(key)
        default: nil
        }
    }

    /// `(storage, offset, shape, strides, …)`; version 3 has the type of its numbers as the seventh argument.
    mutating func tensor(_ arguments: [PickleValue]) throws(FileError) -> PickleValue {
        guard arguments.count >= 4, case .storage(let index) = arguments[0] else {
            throw damaged("makes a tensor without a storage")
        }
        let storage = heap.storages[index]
        guard case .integer(let offset) = arguments[1], offset >= 0, let shape = heap.integers(arguments[2]),
            let strides = heap.integers(arguments[3]), shape.count == strides.count, shape.count <= 64,
            let elementCount = elementCount(of: shape)
        else { throw damaged("makes a tensor of an impossible shape") }
        var type = storage.type
        if storage.isUntyped, arguments.count >= 7, case .global(let name) = arguments[6] {
            type = TorchTensor.scalarType(ofName: name)
        }
        guard let type else { return .opaque(storage.className) }
        let view = StridedView(shape: shape, strides: strides, offset: offset)
        let available = storage.isUntyped ? storage.count / type.byteCount : storage.count
        guard let bound = view.upperBound, bound <= available else {
            throw damaged("makes a tensor of shape \(shape) that reaches beyond its storage of \(available) numbers")
        }
        heap.tensors.append(TorchTensor(storage: storage, type: type, view: view, elementCount: elementCount))
        return .tensor(heap.tensors.count - 1)
    }
}
