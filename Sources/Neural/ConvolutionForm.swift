import Kernels
public import Tensors

extension WeightNormConvolution.Form {
    /// The input as the convolution of stride 1 takes it.
    public func arrangedInput(_ input: Tensor) -> Tensor {
        if case .strided(let folding) = self { folding.folded(input) } else { input }
    }

    /// The convolution's result as the layer gives it.
    public func arrangedOutput(_ output: Tensor) -> Tensor {
        switch self {
        case .plain, .planar: output
        case .transposed(let geometry): geometry.trimmed(output)
        case .strided(let folding): folding.narrowed(output)
        }
    }

    /// The adjoint of ``arrangedOutput(_:)``.
    func outputGradient(_ gradient: Tensor) -> Tensor {
        switch self {
        case .plain, .planar: gradient
        case .transposed(let geometry): geometry.untrimmed(gradient)
        case .strided(let folding): folding.widened(gradient)
        }
    }

    /// The weights as the convolution of stride 1 takes them.
    func convolutionWeights(_ weights: Tensor) -> ConvolutionWeights {
        switch self {
        case .plain(let geometry): ConvolutionWeights(weights, geometry)
        case .transposed(let geometry): ConvolutionWeights(geometry.plainWeights(weights), geometry.convolution)
        case .strided(let folding): ConvolutionWeights(folding.foldedWeights(weights), folding.convolution)
        case .planar(let planar): ConvolutionWeights(planar.foldedWeights(weights), planar.convolution)
        }
    }

    /// The way back of ``convolutionWeights(_:)``, for gradients.
    func ownWeights(_ gradient: Tensor) -> Tensor {
        switch self {
        case .plain: gradient
        case .transposed(let geometry): geometry.transposedWeights(gradient)
        case .strided(let folding): folding.stridedWeights(gradient)
        case .planar(let planar): planar.planarWeights(gradient)
        }
    }

    /// A bias for each output of the convolution of stride 1.
    func arrangedBias(_ bias: Tensor) -> Tensor {
        switch self {
        case .plain, .planar: return bias
        case .transposed(let geometry): return geometry.plainBias(bias)
        case .strided(let folding):
            let wide = folding.widened(bias.reshaped([1, 1, bias.count]))
            return wide.reshaped([wide.count])
        }
    }

    /// The way back of ``arrangedBias(_:)``, for gradients.
    func ownBias(_ gradient: Tensor) -> Tensor {
        switch self {
        case .plain, .planar: return gradient
        case .transposed(let geometry): return geometry.transposedBias(gradient)
        case .strided(let folding):
            let narrow = folding.narrowed(gradient.reshaped([1, 1, gradient.count]))
            return narrow.reshaped([narrow.count])
        }
    }
}
