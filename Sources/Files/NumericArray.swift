/// An array of numbers read from a file, or to be written to one.
public struct NumericArray: Sendable, Equatable {
    /// Lengths of the axes, outermost first; empty for a single number.
    public var shape: [Int]
    /// Row-major: the last axis varies fastest.
    public var values: [Float]
    /// How the file stored the numbers, for reports; files are always written as `float32`.
    public var storedType: ScalarType

    /// - Precondition: `values` holds exactly the elements of `shape`.
    public init(shape: [Int], values: [Float], storedType: ScalarType = .float32) {
        precondition(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
            "\(values.count) values do not fill the shape \(shape)")
        self.shape = shape
        self.values = values
        self.storedType = storedType
    }

    /// Whether a value is NaN or infinite.
    public var hasNonFinite: Bool {
        // An exponent of all ones, gathered without a branch so that the loop vectorises.
        var found: UInt32 = 0
        for value in values {
            found |= (value.bitPattern & 0x7F80_0000) == 0x7F80_0000 ? 1 : 0
        }
        return found != 0
    }
}

/// The number of elements of `shape`, or nil where a length is negative or the product of the non-zero lengths
/// does not fit: a shape that lies.
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
