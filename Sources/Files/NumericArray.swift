/// An array of numbers read from a file, or to be written to one.
public struct NumericArray: Sendable, Equatable {
    /// Lengths of the axes, outermost first; empty for a single number.
    public var shape: [Int]
    /// Row-major: the last axis varies fastest.
    public var values: [Float]
    /// The type of the numbers in the file, for reports; files are always written as `float32`.
    public var storedType: StoredType

    /// - Precondition: `values` holds exactly the elements of `shape`.
    public init(shape: [Int], values: [Float], storedType: StoredType = .float32) {
        precondition(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
            "\(values.count) values do not fill the shape \(shape)")
        self.shape = shape
        self.values = values
        self.storedType = storedType
    }

    /// Whether a value is NaN or infinite.
    public var hasNonFinite: Bool {
        // The exponent is all ones. The loop has no branch, so that it is vectorised.
        var found: UInt32 = 0
        for value in values {
            found |= (value.bitPattern & 0x7F80_0000) == 0x7F80_0000 ? 1 : 0
        }
        return found != 0
    }
}

/// The number of elements of `shape`, or nil if a length is negative or the product of the non-zero lengths overflows.
func elementCount(of shape: [Int]) -> Int? {
    var product = 1
    for length in shape where length != 0 {
        guard length > 0 else { return nil }
        let (next, overflows) = product.multipliedReportingOverflow(by: length)
        if overflows { return nil }
        product = next
    }
    return shape.contains(0) ? 0 : product
}

/// Which elements of a flat storage an array of any strides consists of.
struct StridedView {
    var shape: [Int]
    /// Elements from one index to the next along each axis; not negative.
    var strides: [Int]
    var offset: Int

    /// One past the last element of the storage that the view reaches, or nil where that does not fit.
    ///
    /// - Precondition: no length is negative and the strides are as many as the lengths.
    var upperBound: Int? {
        if shape.contains(0) { return 0 }
        var last = offset
        for (length, stride) in zip(shape, strides) {
            guard stride >= 0 else { return nil }
            let (span, spanOverflows) = (length - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflows) = last.addingReportingOverflow(span)
            if spanOverflows || sumOverflows { return nil }
            last = sum
        }
        return last == .max ? nil : last + 1
    }

    /// The view's elements in row-major order.
    ///
    /// - Precondition: `upperBound` is within `storage`.
    func gather(from storage: [Float]) -> [Float] {
        let count = shape.reduce(1, *)
        guard count > 0 else { return [] }
        guard let rowLength = shape.last, let rowStride = strides.last else { return [storage[offset]] }
        if isRowMajor { return Array(storage[offset..<(offset + count)]) }
        return [Float](unsafeUninitializedCapacity: count) { elements, initialisedCount in
            var index = [Int](repeating: 0, count: shape.count)
            var start = offset
            var written = 0
            while written < count {
                for column in 0..<rowLength { elements[written + column] = storage[start + column * rowStride] }
                written += rowLength
                // Advance the outer axes like an odometer.
                var axis = shape.count - 2
                while axis >= 0 {
                    index[axis] += 1
                    start += strides[axis]
                    if index[axis] < shape[axis] { break }
                    start -= strides[axis] * shape[axis]
                    index[axis] = 0
                    axis -= 1
                }
            }
            initialisedCount = count
        }
    }

    private var isRowMajor: Bool {
        var expected = 1
        for (length, stride) in zip(shape, strides).reversed() where length != 1 {
            if stride != expected { return false }
            expected *= length
        }
        return true
    }
}
