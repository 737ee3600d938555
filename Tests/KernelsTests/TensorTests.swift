import Tensors
import TestSupport
import Testing

@Suite struct TensorTests {
    let tensor = Tensor((0..<24).map(Float.init), shape: [4, 3, 2])

    @Test("Entries are views of a part of the batch")
    func entries() {
        let part = tensor.entries(1..<3)
        #expect(part.shape == [2, 3, 2] && part.values == (6..<18).map(Float.init))
        let last = part.entries(1..<2)
        #expect(last.values == (12..<18).map(Float.init))
        last.pointer(Float.self)[0] = -1
        #expect(tensor.values[12] == -1)
        let narrow = Tensor.zeros([4, 3, 2], .bfloat16)
        #expect(narrow.entries(2..<4).address == narrow.address + 24)
    }

    @Test("Another shape shows the same numbers in the same place")
    func reshaped() {
        let flat = tensor.entries(1..<4).reshaped([9, 2])
        #expect(flat.values == (6..<24).map(Float.init))
        #expect(flat.address == tensor.address + 24)
        #expect(tensor.batch == 4 && tensor.time == 3 && tensor.channels == 2 && tensor.count == 24)
    }

    /// Out of line, so that no reference that the caller makes later is made before.
    @inline(never)
    func isAlone(_ tensor: inout Tensor) -> Bool { tensor.isUnique() }

    @Test("A tensor is unique until something else looks at its storage")
    func uniqueness() {
        var first = Tensor.zeros([2, 2])
        let alone = isAlone(&first)
        #expect(alone, "with nothing else")
        do {
            let view = first.entries(0..<1)
            let seen = withExtendedLifetime(view) { !isAlone(&first) }
            #expect(seen, "with a view")
        }
        var copy = first.copied()
        let bothAlone = isAlone(&first) && isAlone(&copy)
        #expect(bothAlone && copy.address != first.address)
        copy.pointer(Float.self)[0] = 1
        #expect(first.values == [0, 0, 0, 0] && copy.values == [1, 0, 0, 0])
    }

    @Test("A copy of a view holds the view's numbers only", arguments: [ScalarType.float32, .bfloat16])
    func copies(type: ScalarType) {
        var numbers = SplitMix64(seed: 27)
        let whole = Tensor.random([3, 5, 7], type, using: &numbers)
        let copy = whole.entries(1..<2).copied()
        #expect(copy.shape == [1, 5, 7] && copy.type == type)
        #expect(copy.values == Array(whole.values[35..<70]))
    }
}
