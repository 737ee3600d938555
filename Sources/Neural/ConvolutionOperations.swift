public import Kernels
public import Tensors

/// Convolutions with weight normalization, and the residual unit made of them.
extension Tape {
    /// A convolution, optionally followed by the sum with another variable and a leaky ReLU, fused into one operation.
    ///
    /// - Parameters:
    ///   - trains: Whether the layer's parameters get gradients; not those of the discriminator in a generator step.
    ///   - addend: A variable with no other use; the result takes over its storage.
    ///   - negativeSlope: Of the leaky ReLU; nil for none.
    ///   - outputType: The type of the result; nil means the input's.
    public func convolution(
        _ input: Variable, by layer: WeightNormConvolution, trains: Bool = true, addedTo addend: Variable? = nil,
        negativeSlope: Float? = nil, outputType: ScalarType? = nil
    ) -> Variable {
        let weights = normalizedWeights(of: layer, trains: trains)
        let output = weights.output(
            of: input.value, addedTo: addend?.value, negativeSlope: negativeSlope, outputType: outputType, on: engine)
        let result = Variable(
            output, needsGradient: trains || input.needsGradient || addend?.needsGradient == true)
        guard result.needsGradient else { return result }
        record { [unowned self] in
            guard var gradient = negativeSlope == nil ? result.takeGradient() : result.takeOwnGradient() else { return }
            if let negativeSlope {
                Elementwise.multiplyByLeakyReLUGradient(gradient, output: result.value, negativeSlope: negativeSlope)
            }
            addend?.accumulate(gradient)
            gradient = Elementwise.converted(gradient, to: input.value.type)
            if trains {
                let parts = weights.gradient(from: gradient, input: input.value, on: engine)
                accumulate(parts.weights, parts.bias, of: layer)
            }
            guard input.needsGradient else { return }
            input.setGradient(
                weights.inputGradient(
                    from: gradient, time: input.value.time, addedTo: input.takeOwnGradient(), on: engine))
        }
        return result
    }

    /// Reflection padding, after a leaky ReLU; a negative slope of 1 leaves the values as they are.
    public func reflectionPadded(_ input: Variable, by padding: Int, negativeSlope: Float = 1) -> Variable {
        let result = Variable(
            ReflectionPadding.padded(input.value, by: padding, negativeSlope: negativeSlope),
            needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeOwnGradient() else { return }
            input.setGradient(
                ReflectionPadding.inputGradient(
                    from: gradient, input: input.value, by: padding, negativeSlope: negativeSlope,
                    addedTo: input.takeOwnGradient()))
        }
        return result
    }

    /// A two-dimensional layer's input as the layer takes it: `[batch * frames, bins, channels]`, packed.
    ///
    /// - Parameter frames: The frames of one signal.
    public func packed(_ input: Variable, by planar: PlanarConvolution, frames: Int) -> Variable {
        let result = Variable(planar.packed(input.value, frames: frames), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(planar.inputGradient(from: gradient, frames: frames, bins: input.value.time))
        }
        return result
    }

    /// A residual unit of MelGAN's generator, `shortcut(x) + pointwise(leakyReLU(dilated(padded(leakyReLU(x)))))`.
    ///
    /// - Parameters:
    ///   - dilated: Has a kernel of 3 and reflection padding.
    ///   - pointwise: Has a kernel of 1, as has `shortcut`.
    ///   - rectifies: Whether a leaky ReLU comes last.
    public func residualUnit(
        _ input: Variable, dilated: WeightNormConvolution, pointwise: WeightNormConvolution,
        shortcut: WeightNormConvolution, dilation: Int, negativeSlope: Float, rectifies: Bool
    ) -> Variable {
        let value = input.value
        guard value.type == .float32,
            ResidualUnit.suits(channels: value.channels, time: value.time, dilation: dilation)
        else {
            let padded = reflectionPadded(input, by: dilation, negativeSlope: negativeSlope)
            let hidden = convolution(padded, by: dilated, negativeSlope: negativeSlope)
            let bypass = convolution(input, by: shortcut)
            return convolution(
                hidden, by: pointwise, addedTo: bypass, negativeSlope: rectifies ? negativeSlope : nil)
        }
        let parts = [dilated, pointwise, shortcut]
        let layers = parts.map { normalizedWeights(of: $0, trains: true).layer }
        let unit = ResidualUnit(
            dilated: layers[0], pointwise: layers[1], shortcut: layers[2], dilation: dilation,
            negativeSlope: negativeSlope)
        let (output, hidden) = unit.output(of: value, rectifies: rectifies)
        let result = Variable(output, needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeGradient() else { return }
            let found = unit.gradients(
                of: value, hidden: hidden, output: rectifies ? output : nil, gradient: gradient)
            for (layer, sum) in zip(parts, [found.dilated, found.pointwise, found.shortcut]) {
                accumulate(sum.weights, sum.bias, of: layer)
            }
            if input.needsGradient { input.accumulate(found.input) }
        }
        return result
    }
}
