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
