public import Kernels
public import Tensors

/// An embedding table, `[count, channels]`: a row of numbers for each of `count` values.
public struct Embedding: Parameterised {
    public var table: Parameter

    public var count: Int { table.value.shape[0] }

    /// Numbers are drawn uniformly with mean 0 and standard deviation 0.3.
    public init(_ name: String, count: Int, channels: Int, using generator: inout some RandomNumberGenerator) {
        table = Parameter(name + ".weight", .even([count, channels], within: 0.3 * 1.732_050_8, using: &generator))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&table)
    }

    /// Adds the rows for `values`, one for each row of the signals, to `sum`.
    ///
    /// - Parameter values: The values of all signals, one after the other; each is below ``count``.
    public func add(_ values: [Int], _ layout: SignalLayout, to sum: Tensor) {
        let channels = table.value.shape[1]
        precondition(
            values.count == layout.contentCount && values.allSatisfy { (0..<count).contains($0) },
            "\(values.count) values below \(count) for \(layout.contentCount) rows")
        let (from, to) = (table.value.pointer(Float.self), sum.pointer(Float.self))
        for (value, row) in zip(values, layout.contentRows) {
            for channel in 0..<channels { to[row * channels + channel] += from[value * channels + channel] }
        }
        withExtendedLifetime((table.value, sum)) {}
    }

    /// The gradient with respect to the table.
    func gradient(from gradient: Tensor, _ values: [Int], _ layout: SignalLayout) -> Tensor {
        let channels = table.value.shape[1]
        let result = Tensor.zeros(table.value.shape)
        let (from, to) = (gradient.pointer(Float.self), result.pointer(Float.self))
        for (value, row) in zip(values, layout.contentRows) {
            for channel in 0..<channels { to[value * channels + channel] += from[row * channels + channel] }
        }
        withExtendedLifetime((gradient, result)) {}
        return result
    }
}

extension Tape {
    /// The sum of several embeddings of the same signals' rows.
    public func embedded(_ parts: [(embedding: Embedding, values: [Int])], _ layout: SignalLayout) -> Variable {
        let sum = Tensor.zeros([1, layout.rowCount, parts[0].embedding.table.value.shape[1]])
        for part in parts { part.embedding.add(part.values, layout, to: sum) }
        let result = Variable(sum, needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeGradient() else { return }
            for part in parts {
                add(part.embedding.gradient(from: gradient, part.values, layout), to: part.embedding.table)
            }
        }
        return result
    }
}
