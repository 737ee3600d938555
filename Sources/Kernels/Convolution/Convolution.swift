public import Tensors

/// The extent of a one-dimensional convolution of stride 1 (a cross-correlation, as everywhere in the field):
///
///     y[b, t, o] = bias[o] + sum over k, i of  w[o, i, k] * x[b, t + k * dilation - padding.left, group(o) + i]
///
/// with zeros outside the signal. Strided convolutions are brought to this form by ``PolyphaseConvolution``, transposed ones
/// by ``TransposedConvolutionGeometry``: in time-major memory the change of shape is free or nearly so.
public struct ConvolutionGeometry: Hashable, Sendable {
    public var inputChannels: Int
    public var outputChannels: Int
    public var kernel: Int
    public var dilation: Int
    public var paddingLeft: Int
    public var paddingRight: Int
    public var groups: Int

    public init(
        from inputChannels: Int, to outputChannels: Int, kernel: Int, dilation: Int = 1, paddingLeft: Int = 0,
        paddingRight: Int = 0, groups: Int = 1
    ) {
        precondition(
            inputChannels % groups == 0 && outputChannels % groups == 0,
            "\(groups) groups divide neither \(inputChannels) nor \(outputChannels) channels")
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.dilation = dilation
        self.paddingLeft = paddingLeft
        self.paddingRight = paddingRight
        self.groups = groups
    }

    public var weightShape: [Int] { [outputChannels, inputChannels / groups, kernel] }

    /// How many steps lie between the first and the last tap.
    public var reach: Int { (kernel - 1) * dilation }

    public func outputTime(from inputTime: Int) -> Int {
        let time = inputTime + paddingLeft + paddingRight - reach
        precondition(time > 0, "\(inputTime) steps are too few for a reach of \(reach)")
        return time
    }

    /// The convolution that carries a gradient from output back to input: its weights are ``flipped(_:)``.
    var adjoint: ConvolutionGeometry {
        ConvolutionGeometry(
            from: outputChannels, to: inputChannels, kernel: kernel, dilation: dilation,
            paddingLeft: reach - paddingLeft, paddingRight: reach - paddingRight, groups: groups)
    }

    /// `w'[i, o, k] = w[o, i, kernel - 1 - k]` within each group: forward through these is backward through `weights`.
    func flipped(_ weights: Tensor) -> Tensor {
        let (outputs, inputs) = (outputChannels / groups, inputChannels / groups)
        let result = Tensor([inputChannels, outputs, kernel])
        // A transposition: in square tiles, so that both sides' cache lines are used while they are there.
        let tile = 16
        let tiles = (inputs + tile - 1) / tile
        Parallel.forEach(groups * tiles, grain: max(1, elementGrain / (tile * outputs * kernel))) { parts in
            let (from, to) = (weights.pointer(Float.self), result.pointer(Float.self))
            for part in parts {
                let (group, first) = (part / tiles, part % tiles * tile)
                for start in stride(from: 0, to: outputs, by: tile) {
                    for output in start..<min(start + tile, outputs) {
                        var source = from + ((group * outputs + output) * inputs + first) * kernel
                        for input in first..<min(first + tile, inputs) {
                            let target = to + ((group * inputs + input) * outputs + output) * kernel
                            for tap in 0..<kernel { target[tap] = source[kernel &- 1 &- tap] }
                            source += kernel
                        }
                    }
                }
            }
        }
        withExtendedLifetime((weights, result)) {}
        return result
    }
}

/// The weights of one convolution, in every layout its primitives have asked for since they last changed.
public final class ConvolutionWeights {
    public let geometry: ConvolutionGeometry
    /// `[output, input / groups, kernel]`, float32.
    public let plain: Tensor
    private var packed: [Packing: Tensor] = [:]
    /// The engine's, that `packed` was made in.
    private var generation = 0
    private var flipped: Tensor?
    private lazy var blocked = BlockedGEMM(plain, geometry, adjoint: false)
    private lazy var blockedAdjoint = BlockedGEMM(plain, geometry.adjoint, adjoint: true)

    /// A convolution whose adjoint has its own extent may go both ways through one primitive.
    private struct Packing: Hashable {
        let primitive: ObjectIdentifier
        let adjoint: Bool
    }

    public init(_ plain: Tensor, _ geometry: ConvolutionGeometry) {
        precondition(plain.shape == geometry.weightShape, "weights \(plain.shape), expected \(geometry.weightShape)")
        self.plain = plain
        self.geometry = geometry
    }

    func blocked(adjoint: Bool) -> BlockedGEMM { adjoint ? blockedAdjoint : blocked }

    func packed(for primitive: ConvolutionPrimitive, adjoint: Bool, on engine: Engine) -> Tensor {
        if generation != engine.generation {
            packed = [:]
            generation = engine.generation
        }
        let packing = Packing(primitive: ObjectIdentifier(primitive), adjoint: adjoint)
        if let known = packed[packing] { return known }
        if adjoint, flipped == nil { flipped = geometry.flipped(plain) }
        let made = primitive.pack(adjoint ? flipped! : plain, on: engine)
        packed[packing] = made
        return made
    }
}

extension Engine {
    /// The convolution of `input` `[batch, time, inputChannels]`.
    ///
    /// - Parameters:
    ///   - bias: `[outputChannels]`, float32.
    ///   - accumulator: A tensor of the result's shape that the result is added to, in place, and returned.
    ///   - negativeSlope: Where given, a leaky rectifier of that slope is applied, last of all.
    ///   - outputType: The type of the result; the input's where not given.
    ///   - place: A tensor of the result's shape and type that takes it; a new one where not given.
    @discardableResult
    public func convolution(
        of input: Tensor, by weights: ConvolutionWeights, bias: Tensor? = nil, addedTo accumulator: Tensor? = nil,
        negativeSlope: Float? = nil, outputType: ScalarType? = nil, into place: Tensor? = nil, forInference: Bool = false
    ) -> Tensor {
        run(
            weights.geometry, weights, adjoint: false, input, bias, accumulator, negativeSlope,
            accumulator?.type ?? place?.type ?? outputType ?? input.type, forInference, place)
    }

    /// The gradient with respect to the input, from that of the output.
    public func inputGradient(
        from gradient: Tensor, by weights: ConvolutionWeights, addedTo accumulator: Tensor? = nil,
        outputType: ScalarType? = nil
    ) -> Tensor {
        run(
            weights.geometry.adjoint, weights, adjoint: true, gradient, nil, accumulator, nil,
            accumulator?.type ?? outputType ?? gradient.type, false)
    }

    private func run(
        _ geometry: ConvolutionGeometry, _ weights: ConvolutionWeights, adjoint: Bool, _ input: Tensor,
        _ bias: Tensor?, _ accumulator: Tensor?, _ negativeSlope: Float?, _ outputType: ScalarType, _ forInference: Bool,
        _ place: Tensor? = nil
    ) -> Tensor {
        precondition(
            input.channels == geometry.inputChannels,
            "\(input.channels) channels given, \(geometry.inputChannels) expected")
        let key = ConvolutionKey(
            geometry: geometry, batch: input.batch, inputTime: input.time, inputType: input.type,
            outputType: outputType, hasBias: bias != nil, accumulates: accumulator != nil,
            negativeSlope: negativeSlope, forInference: forInference)
        let output = accumulator ?? place ?? Tensor(key.outputShape, outputType)
        precondition(output.shape == key.outputShape, "\(output.shape) given, \(key.outputShape) expected")
        if BlockedGEMM.suits(geometry), input.type == .float32, outputType == .float32, bias == nil || accumulator == nil {
            weights.blocked(adjoint: adjoint).run(
                input, bias: bias, accumulates: accumulator != nil, negativeSlope: negativeSlope, into: output)
            return output
        }
        let primitive = primitive(for: key)
        primitive.run(input, weights.packed(for: primitive, adjoint: adjoint, on: self), bias, output, on: self)
        return output
    }

    /// The gradients with respect to weights and bias, float32: `[output, input / groups, kernel]` and `[output]`.
    public func weightGradient(
        of geometry: ConvolutionGeometry, input: Tensor, gradient: Tensor, withBias: Bool
    ) -> (weights: Tensor, bias: Tensor?) {
        let key = ConvolutionKey(
            geometry: geometry, batch: input.batch, inputTime: input.time, inputType: input.type,
            outputType: gradient.type, hasBias: withBias)
        precondition(gradient.shape == key.outputShape, "\(gradient.shape) given, \(key.outputShape) expected")
        if input.type == .float32, gradient.type == .float32, WeightGradientGEMM.isFast {
            let parts = WeightGradientGEMM(geometry, input: input, gradient: gradient).run()
            return (parts.weights, withBias ? parts.bias : nil)
        }
        return weightGradientPrimitive(for: key).run(input, gradient, on: self)
    }
}
