// What torch's persistent identifiers and tensor functions mean.
extension PickleMachine {
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
