public import Tensors

extension ConvNeXtPass {
    /// The gradients with respect to the input and to each of the weights.
    ///
    /// - Parameters:
    ///   - gradient: The gradient with respect to the output, zero in the margins.
    ///   - input: The block's input.
    ///   - dropout: The same as in the forward pass.
    ///   - memory: From ``outputWithMemory(of:_:dropout:)``; overwritten.
    public func gradients(
        from gradient: Tensor, input: Tensor, _ layout: SignalLayout, dropout: Dropout?, _ memory: Memory
    ) -> (input: Tensor, weights: Weights) {
        layout.check(gradient)
        let branch = dropout.map { $0.applied(to: gradient) } ?? gradient
        let hiddenGradient = Tensor(memory.hidden.shape)
        let convolved = gradientOfConvolution(branch, layout, memory, hiddenGradient)
        let depthwise = depthwiseGradients(from: convolved, input: input, layout)
        let expanded = Self.outer(memory.normalized, hiddenGradient)
        // By now the hidden numbers have been replaced by their GELU.
        let contracted = Self.outer(memory.hidden, branch)
        let (contract, bias, scale) = withoutScale(contracted.weights, contracted.bias)
        return (
            inputGradient(from: gradient, convolved, layout),
            Weights(
                depthwise: depthwise.weights, depthwiseBias: depthwise.bias, expand: expanded.weights,
                expandBias: expanded.bias, contract: contract, contractBias: bias, scale: scale)
        )
    }

    private static func outer(_ input: Tensor, _ gradient: Tensor) -> (weights: Tensor, bias: Tensor) {
        WeightGradientGEMM(
            ConvolutionGeometry(from: input.channels, to: gradient.channels, kernel: 1), input: input, gradient: gradient
        ).run()
    }

    /// The gradient with respect to the depthwise convolution's result. Fills in the gradient of the hidden numbers and replaces
    /// the hidden numbers by their GELU.
    private func gradientOfConvolution(
        _ branch: Tensor, _ layout: SignalLayout, _ memory: Memory, _ hiddenGradient: Tensor
    ) -> Tensor {
        let convolved = Tensor(branch.shape)
        let (contractAdjoint, expandAdjoint) = (Self.adjoint(scaledContract), Self.adjoint(weights.expand))
        let inner = layout.inner
        let tiles = (inner.count + Self.tileRows - 1) / Self.tileRows
        Parallel.forEachItem(tiles, workers: Parallel.threadCount) { _, tile in
            let first = inner.lowerBound + tile * Self.tileRows
            let count = min(Self.tileRows, inner.upperBound - first)
            let gradients = hiddenGradient.pointer(Float.self) + first * hiddenChannels
            contractAdjoint.run(
                count, input: Rows(branch.pointer(Float.self) + first * channels, stride: channels),
                output: Rows(gradients, stride: hiddenChannels))
            let hidden = memory.hidden.pointer(Float.self) + first * hiddenChannels
            for index in stride(from: 0, to: count * hiddenChannels, by: 16) {
                let (value, derivative) = geluWithDerivative(Float.loadVector(UnsafePointer(hidden + index)))
                Float.store(value, at: hidden + index)
                Float.store(Float.loadVector(UnsafePointer(gradients + index)) * derivative, at: gradients + index)
            }
            let rows = convolved.pointer(Float.self) + first * channels
            expandAdjoint.run(count, input: Rows(gradients, stride: hiddenChannels), output: Rows(rows, stride: channels))
            for row in 0..<count {
                LayerNormalization.normalizationBackward(
                    rows + row * channels,
                    UnsafePointer(memory.normalized.pointer(Float.self)) + (first + row) * channels,
                    scale: memory.scales.pointer(Float.self)[first + row], channels)
            }
        }
        layout.clearMargins(of: hiddenGradient)
        layout.clearMargins(of: convolved)
        withExtendedLifetime((branch, memory, hiddenGradient, convolved)) {}
        return convolved
    }

    /// `gradient` plus the adjoint of the depthwise convolution applied to `convolved`.
    private func inputGradient(from gradient: Tensor, _ convolved: Tensor, _ layout: SignalLayout) -> Tensor {
        let result = Tensor(gradient.shape)
        let inner = layout.inner
        Parallel.forEach(inner.count, grain: 64) { range in
            let taps = UnsafePointer(weights.depthwise.pointer(Float.self))
            for offset in range {
                let row = inner.lowerBound + offset
                let direct = UnsafePointer(gradient.pointer(Float.self)) + row * channels
                let source = UnsafePointer(convolved.pointer(Float.self)) + (row + kernel / 2) * channels
                let place = result.pointer(Float.self) + row * channels
                for index in stride(from: 0, to: channels, by: 16) {
                    var sum = Float.loadVector(direct + index)
                    for tap in 0..<kernel {
                        sum.addProduct(
                            Float.loadVector(taps + (tap &* channels &+ index)),
                            Float.loadVector(source + (index &- tap &* channels)))
                    }
                    Float.store(sum, at: place + index)
                }
            }
        }
        layout.clearMargins(of: result)
        withExtendedLifetime((gradient, convolved, result, weights)) {}
        return result
    }

    private func depthwiseGradients(
        from convolved: Tensor, input: Tensor, _ layout: SignalLayout
    ) -> (weights: Tensor, bias: Tensor) {
        let (result, bias) = (Tensor([kernel, channels]), Tensor([channels]))
        let inner = layout.inner
        Parallel.forEachItem(channels / 16, workers: Parallel.threadCount) { _, vector in
            let index = vector * 16
            let gradients = UnsafePointer(convolved.pointer(Float.self)) + index
            let source = UnsafePointer(input.pointer(Float.self)) + index
            for tap in 0..<kernel {
                var sum = SIMD16<Float>.zero
                for row in inner {
                    sum.addProduct(
                        Float.loadVector(gradients + row &* channels),
                        Float.loadVector(source + (row &+ tap &- kernel / 2) &* channels))
                }
                Float.store(sum, at: result.pointer(Float.self) + tap * channels + index)
            }
            var sum = SIMD16<Float>.zero
            for row in inner { sum += Float.loadVector(gradients + row &* channels) }
            Float.store(sum, at: bias.pointer(Float.self) + index)
        }
        withExtendedLifetime((convolved, input, result, bias)) {}
        return (result, bias)
    }

    /// The gradients of `contract`, its bias and `scale`, from those of `scale * contract` and its bias.
    private func withoutScale(_ contract: Tensor, _ bias: Tensor) -> (contract: Tensor, bias: Tensor, scale: Tensor) {
        let (own, ownBias, scales) = (Tensor(contract.shape), Tensor([channels]), Tensor([channels]))
        for channel in 0..<channels {
            let factor = weights.scale.pointer(Float.self)[channel], biasGradient = bias.pointer(Float.self)[channel]
            let row = channel * hiddenChannels
            var sum = SIMD16<Float>.zero
            for index in stride(from: row, to: row + hiddenChannels, by: 16) {
                let gradients = Float.loadVector(UnsafePointer(contract.pointer(Float.self) + index))
                sum.addProduct(gradients, Float.loadVector(UnsafePointer(weights.contract.pointer(Float.self) + index)))
                Float.store(gradients * factor, at: own.pointer(Float.self) + index)
            }
            ownBias.pointer(Float.self)[channel] = biasGradient * factor
            scales.pointer(Float.self)[channel] = sum.sum() + biasGradient * weights.contractBias.pointer(Float.self)[channel]
        }
        withExtendedLifetime((contract, bias, weights, own, ownBias, scales)) {}
        return (own, ownBias, scales)
    }
}
