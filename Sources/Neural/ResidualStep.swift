import Kernels
import Tensors

extension Tape {
    /// `shortcut(x) + pointwise(leaky(dilated(padded(leaky(x)))))`, and where asked for a leaky rectifier of that.
    ///
    /// - Parameters:
    ///   - dilated: With a kernel of 3; its margins are filled by reflection.
    ///   - pointwise: With a kernel of 1, as `shortcut`.
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
