public import Kernels
import Tensors

/// A convolution with weight normalisation and bias, plain, transposed, strided or two-dimensional.
///
/// | parameter | shape |
/// |---|---|
/// | `weight_g` | `[rows, 1, 1]` |
/// | `weight_v` | `[output, input / groups, kernel]`; transposed: `[input, output, kernel]` |
/// | of two dimensions | `[rows, 1, 1, 1]` and `[output, input, bin kernel, frame kernel]` |
/// | `bias` | `[output]` |
public struct WeightNormConvolution: Parameterised {
    /// How the layer's weights become those of a convolution of stride 1.
    public enum Form: Hashable, Sendable {
        case plain(ConvolutionGeometry)
        case transposed(TransposedConvolutionGeometry)
        case strided(PolyphaseConvolution)
        /// Its input is packed by `Tape.packed(_:by:frames:)`.
        case planar(PlanarConvolution)

        /// A convolution of any kernel, stride, dilation, zero padding (on either side) and groups, PyTorch's `Conv1d`.
        public static func convolution(
            from inputChannels: Int, to outputChannels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Int = 0,
            groups: Int = 1
        ) -> Self {
            // A convolution of stride 1 has an adjoint of its kind only where it pads by no more than its reach.
            guard stride > 1 || padding > (kernel - 1) * dilation else {
                return .plain(
                    .init(
                        from: inputChannels, to: outputChannels, kernel: kernel, dilation: dilation, paddingLeft: padding,
                        paddingRight: padding, groups: groups))
            }
            return .strided(
                .init(
                    from: inputChannels, to: outputChannels, kernel: kernel, stride: stride, dilation: dilation,
                    paddingLeft: padding, paddingRight: padding, groups: groups))
        }

        /// A transposed convolution of any kernel, stride, padding and output padding, PyTorch's `ConvTranspose1d`.
        public static func transposedConvolution(
            from inputChannels: Int, to outputChannels: Int, kernel: Int, stride: Int, padding: Int = 0, outputPadding: Int = 0
        ) -> Self {
            .transposed(
                .init(
                    from: inputChannels, to: outputChannels, kernel: kernel, stride: stride, padding: padding,
                    outputPadding: outputPadding))
        }

        var weightShape: [Int] {
            switch self {
            case .plain(let geometry): geometry.weightShape
            case .transposed(let geometry): geometry.weightShape
            case .strided(let folding): folding.weightShape
            case .planar(let planar): planar.weightShape
            }
        }

        public var outputChannels: Int {
            switch self {
            case .plain(let geometry): geometry.outputChannels
            case .transposed(let geometry): geometry.outputChannels
            case .strided(let folding): folding.outputChannels
            case .planar(let planar): planar.outputChannels
            }
        }
    }

    public let form: Form
    public var magnitude: Parameter
    public var direction: Parameter
    public var bias: Parameter

    /// PyTorch's default: weights and biases even in ±1/√fan-in, magnitudes the directions' own lengths.
    ///
    /// The reference's `normal_(0, 0.02)` has no effect under its weight norm, so this is what it starts from too.
    public init(_ name: String, _ form: Form, using generator: inout some RandomNumberGenerator) {
        self.form = form
        let shape = form.weightShape
        let magnitudes = [shape[0]] + shape.dropFirst().map { _ in 1 }
        if generator is Unset {
            magnitude = Parameter(name + ".weight_g", Tensor(magnitudes))
            direction = Parameter(name + ".weight_v", Tensor(shape))
            bias = Parameter(name + ".bias", Tensor([form.outputChannels]))
            return
        }
        let length = shape.dropFirst().reduce(1, *)
        let bound = 1 / Float(length).squareRoot()
        let weights = evenNumbers(shape, bound, &generator)
        let norms = (0..<shape[0]).map { row in
            weights[row * length..<(row + 1) * length].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        }
        magnitude = Parameter(name + ".weight_g", Tensor(norms, shape: magnitudes))
        direction = Parameter(name + ".weight_v", Tensor(weights, shape: shape))
        bias = Parameter(
            name + ".bias",
            Tensor(evenNumbers([form.outputChannels], bound, &generator), shape: [form.outputChannels]))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&bias)
        try visit(&magnitude)
        try visit(&direction)
    }

    /// The weights the convolution runs with, weight norm applied.
    public func normalizedWeights() -> NormalizedWeights {
        NormalizedWeights(
            form, weights: WeightNorm.weights(direction: direction.value, magnitude: magnitude.value), bias: bias.value)
    }

    /// As ``effectiveWeights()``, of a convolution whose margins are rows of its input.
    public func unpaddedWeights() -> NormalizedWeights {
        let padded = normalizedWeights()
        var geometry = padded.convolution.geometry
        (geometry.paddingLeft, geometry.paddingRight) = (0, 0)
        return NormalizedWeights(.plain(geometry), weights: padded.convolution.plain, bias: padded.bias)
    }

    /// The product of rows that the layer comes down to, weight norm applied; with `shortcut`, a pointwise layer that is added to
    /// it from another signal.
    public func packedGEMM(shortcut: WeightNormConvolution? = nil) -> PackedGEMM {
        let (inputs, outputs, shifts): (Int, Int, [Int])
        switch form {
        case .plain(let geometry):
            (inputs, outputs) = (geometry.inputChannels, geometry.outputChannels)
            shifts = (0..<geometry.kernel).map { $0 * geometry.dilation }
        case .transposed(let geometry):
            (inputs, outputs) = (geometry.inputChannels, geometry.stride * geometry.outputChannels)
            shifts = Array(0..<geometry.taps)
        case .strided, .planar: preconditionFailure("a strided or two-dimensional layer is no product of rows")
        }
        let sum = plainBias.copied()
        if let shortcut { Elementwise.add(shortcut.plainBias, to: sum) }
        return PackedGEMM(
            from: inputs, to: outputs, shifts: shifts, taps: matrix, bias: sum,
            shortcutChannels: shortcut?.form.weightShape[1] ?? 0, shortcut: shortcut?.matrix)
    }

    private var plainBias: Tensor {
        if case .transposed(let geometry) = form { geometry.plainBias(bias.value) } else { bias.value }
    }

    private var matrix: MatrixView {
        let scales = WeightNorm.scales(direction: direction.value, magnitude: magnitude.value)
        switch form {
        case .plain(let geometry):
            var matrix = geometry.matrix(of: direction.value)
            matrix.columnScales = scales
            return matrix
        case .transposed(let geometry):
            var matrix = geometry.matrix(of: direction.value)
            matrix.rowScales = (0..<geometry.taps).flatMap { _ in scales }
            return matrix
        case .strided, .planar: preconditionFailure("a strided or two-dimensional layer is no product of rows")
        }
    }

    /// The gradients of the layer's parameters, from those of its weights with weight norm applied.
    func parameterGradients(weights: Tensor, bias biasGradient: Tensor) -> Gradients {
        let gradients = WeightNorm.gradients(
            direction: direction.value, magnitude: magnitude.value, weightGradient: weights)
        return [
            bias.name: biasGradient, magnitude.name: gradients.magnitude, direction.name: gradients.direction,
        ]
    }
}

/// Draws nothing: a model made with it has parameters of undefined value, which are to be loaded before any use.
public struct Unset: RandomNumberGenerator {
    public init() {}
    public mutating func next() -> UInt64 { 0 }
}

/// Numbers drawn evenly from `-bound...bound`.
private func evenNumbers(_ shape: [Int], _ bound: Float, _ generator: inout some RandomNumberGenerator) -> [Float] {
    // 24 bits of each number, which is what a float's mantissa holds: `Float.random(in:using:)` is far slower, and a
    // discriminator has 17 million weights.
    (0..<shape.reduce(1, *)).map { _ in (Float(generator.next() >> 40) * 0x1p-23 - 1) * bound }
}
