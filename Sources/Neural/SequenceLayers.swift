public import Kernels
public import Tensors

/// A convolution layer with an odd kernel over zero-padded packed signals; with a kernel of 1 a linear layer.
public struct PackedConvolution: Parameterised {
    /// `[output, input, kernel]`.
    public var weight: Parameter
    public var bias: Parameter

    /// Weights are drawn uniformly from ±1/√fan-in; biases are 0.
    public init(
        _ name: String, from inputs: Int, to outputs: Int, kernel: Int = 1, using generator: inout some RandomNumberGenerator
    ) {
        let bound = 1 / Float(inputs * kernel).squareRoot()
        weight = Parameter(name + ".weight", .even([outputs, inputs, kernel], within: bound, using: &generator))
        bias = Parameter(name + ".bias", .zeros([outputs]))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&weight)
        try visit(&bias)
    }

    /// The layer with its weights packed, ready to run.
    public func prepared() -> SequenceConvolution { SequenceConvolution(weight.value, bias: bias.value) }
}

extension Tape {
    /// A convolution over packed signals.
    ///
    /// - Parameter rectifies: Whether a ReLU comes last.
    public func convolution(
        _ input: Variable, by layer: PackedConvolution, _ layout: SignalLayout, rectifies: Bool = false
    ) -> Variable {
        let product = layer.prepared()
        let result = Variable(product.output(of: input.value, layout, rectifies: rectifies), needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeOwnGradient() else { return }
            layout.clearMargins(of: gradient)
            if rectifies { Elementwise.multiplyByLeakyReLUGradient(gradient, output: result.value, negativeSlope: 0) }
            let parts = product.weightGradient(input: input.value, gradient: gradient)
            add(parts.weights, to: layer.weight)
            add(parts.bias, to: layer.bias)
            if input.needsGradient { input.accumulate(product.inputGradient(from: gradient, layout)) }
        }
        return result
    }
}

/// Layer normalization with a weight and a bias for each channel; the number of channels is a multiple of 16.
public struct LayerNorm: Parameterised {
    public var weight: Parameter
    public var bias: Parameter

    public init(_ name: String, channels: Int) {
        weight = Parameter(name + ".weight", .filled([channels], with: 1))
        bias = Parameter(name + ".bias", .zeros([channels]))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&weight)
        try visit(&bias)
    }

    /// The normalized rows of packed signals.
    public func output(of input: Tensor, _ layout: SignalLayout) -> Tensor {
        LayerNormalization.output(of: input, layout, weight: weight.value, bias: bias.value).output
    }
}

extension Tape {
    /// Layer normalization of every row.
    public func normalized(_ input: Variable, by layer: LayerNorm, _ layout: SignalLayout) -> Variable {
        let forward = LayerNormalization.output(
            of: input.value, layout, weight: layer.weight.value, bias: layer.bias.value)
        let result = Variable(forward.output, needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeOwnGradient() else { return }
            layout.clearMargins(of: gradient)
            let gradients = LayerNormalization.gradients(
                from: gradient, normalized: forward.normalized, scales: forward.scales, weight: layer.weight.value)
            add(gradients.weight, to: layer.weight)
            add(gradients.bias, to: layer.bias)
            if input.needsGradient { input.accumulate(gradients.input) }
        }
        return result
    }
}

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
