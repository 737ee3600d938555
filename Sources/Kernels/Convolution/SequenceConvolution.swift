public import Tensors

/// A convolution with an odd kernel over packed signals (``SignalLayout``), each zero-padded, and its gradients.
///
///     y[t, o] = bias[o] + sum over k, i of  w[o, i, k] * x[t + k - kernel / 2, i]
public struct SequenceConvolution {
    public let geometry: ConvolutionGeometry
    private let weights: Tensor
    private let product: PackedGEMM

    /// - Parameters:
    ///   - weights: `[output, input, kernel]`; the kernel is odd and within the layout's margin.
    ///   - bias: `[output]`.
    public init(_ weights: Tensor, bias: Tensor) {
        let (outputs, inputs, kernel) = (weights.shape[0], weights.shape[1], weights.shape[2])
        precondition(kernel % 2 == 1 && kernel / 2 <= SignalLayout.margin, "a kernel of \(kernel) over packed signals")
        geometry = ConvolutionGeometry(
            from: inputs, to: outputs, kernel: kernel, paddingLeft: kernel / 2, paddingRight: kernel / 2)
        self.weights = weights
        product = PackedGEMM(
            from: inputs, to: outputs, shifts: Array(0..<kernel), taps: geometry.matrix(of: weights), bias: bias)
    }

    /// The convolution's result, `[1, rows, output]`.
    ///
    /// - Parameter rectifies: Whether a ReLU comes last.
    public func output(of input: Tensor, _ layout: SignalLayout, rectifies: Bool = false) -> Tensor {
        run(product, input, layout, negativeSlope: rectifies ? 0 : nil)
    }

    /// Computes `count` rows of the result on all threads. A row has the same bits however rows are divided among calls.
    ///
    /// - Parameter input: Begins half a kernel before the first row, and ends as much after the last.
    package func runOnAllThreads(_ count: Int, input: Rows, output: Rows) {
        product.runOnAllThreads(count, input: input, output: output)
    }

    /// The gradient with respect to the input.
    ///
    /// - Parameter gradient: Must be zero in the margins.
    public func inputGradient(from gradient: Tensor, _ layout: SignalLayout) -> Tensor {
        let (outputs, inputs, kernel) = (geometry.outputChannels, geometry.inputChannels, geometry.kernel)
        let matrix = MatrixView(
            weights,
            rowOffsets: (0..<kernel).flatMap { tap in
                (0..<outputs).map { $0 * inputs * kernel + kernel - 1 - tap }
            }, columnOffsets: (0..<inputs).map { $0 * kernel })
        let adjoint = PackedGEMM(from: outputs, to: inputs, shifts: Array(0..<kernel), taps: matrix, bias: nil)
        return run(adjoint, gradient, layout, negativeSlope: nil)
    }

    /// The gradients with respect to weights and bias.
    ///
    /// - Parameter gradient: Must be zero in the margins.
    public func weightGradient(input: Tensor, gradient: Tensor) -> (weights: Tensor, bias: Tensor) {
        WeightGradientGEMM(geometry, input: input, gradient: gradient).run()
    }

    private func run(_ product: PackedGEMM, _ input: Tensor, _ layout: SignalLayout, negativeSlope: Float?) -> Tensor {
        layout.check(input)
        let output = Tensor([1, layout.rowCount, product.outputChannels])
        let (rows, half) = (layout.inner, geometry.kernel / 2)
        product.runOnAllThreads(
            rows.count, input: Rows(input.pointer(Float.self), stride: input.channels).advanced(by: rows.lowerBound - half),
            output: Rows(output.pointer(Float.self), stride: output.channels).advanced(by: rows.lowerBound),
            negativeSlope: negativeSlope)
        layout.clearMargins(of: output)
        withExtendedLifetime((input, output)) {}
        return output
    }
}
