public import Tensors

/// Layer normalisation (Ba, Kiros and Hinton 2016) of every row:
///
///     n = (x - mean) / sqrt(variance + 1e-5),   y = weight n + bias
///
/// Channels come in sixteens.
public enum LayerNormalization {
    static let epsilon: Float = 1e-5

    /// - Returns: `y`, and for the way back `1 / sqrt(variance + 1e-5)` of each row.
    public static func output(
        of input: Tensor, _ layout: SignalLayout, weight: Tensor, bias: Tensor
    ) -> (output: Tensor, normalised: Tensor, scales: Tensor) {
        layout.check(input)
        let channels = input.channels
        let (output, normalised, scales) = (Tensor(input.shape), Tensor(input.shape), Tensor([layout.rowCount]))
        Parallel.forEach(layout.rowCount, grain: 64) { rows in
            let (w, b) = (UnsafePointer(weight.pointer(Float.self)), UnsafePointer(bias.pointer(Float.self)))
            for row in rows {
                let n = normalised.pointer(Float.self) + row * channels
                scales.pointer(Float.self)[row] = normalise(
                    UnsafePointer(input.pointer(Float.self)) + row * channels, into: n, channels)
                let y = output.pointer(Float.self) + row * channels
                for index in stride(from: 0, to: channels, by: 16) {
                    Float.store(
                        Float.loadVector(b + index).addingProduct(Float.loadVector(n + index), Float.loadVector(w + index)),
                        at: y + index)
                }
            }
        }
        layout.clearMargins(of: output)
        withExtendedLifetime((input, normalised, scales, weight, bias)) {}
        return (output, normalised, scales)
    }

    /// - Parameter gradient: of `y`, with margins of zero.
    public static func gradients(
        from gradient: Tensor, normalised: Tensor, scales: Tensor, weight: Tensor
    ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
        let (channels, rowCount) = (gradient.channels, gradient.time)
        let result = Tensor(gradient.shape)
        // Partial sums of a fixed division of the rows, so that the sum's order is one.
        let parts = Parallel.threadCount
        let sums = Tensor.zeros([parts, 2, channels])
        Parallel.forEach(parts) { range in
            let w = UnsafePointer(weight.pointer(Float.self))
            for part in range {
                let weightSum = sums.pointer(Float.self) + part * 2 * channels, biasSum = weightSum + channels
                for row in rowCount * part / parts..<rowCount * (part + 1) / parts {
                    let dy = UnsafePointer(gradient.pointer(Float.self)) + row * channels
                    let n = UnsafePointer(normalised.pointer(Float.self)) + row * channels
                    let dx = result.pointer(Float.self) + row * channels
                    for index in stride(from: 0, to: channels, by: 16) {
                        let slope = Float.loadVector(dy + index)
                        Float.store(
                            Float.loadVector(UnsafePointer(weightSum + index)).addingProduct(slope, Float.loadVector(n + index)),
                            at: weightSum + index)
                        Float.store(Float.loadVector(UnsafePointer(biasSum + index)) + slope, at: biasSum + index)
                        Float.store(slope * Float.loadVector(w + index), at: dx + index)
                    }
                    denormalise(dx, n, scale: scales.pointer(Float.self)[row], channels)
                }
            }
        }
        let (weightGradient, biasGradient) = (Tensor.zeros([channels]), Tensor.zeros([channels]))
        for part in 0..<parts {
            for index in 0..<channels {
                weightGradient.pointer(Float.self)[index] += sums.pointer(Float.self)[part * 2 * channels + index]
                biasGradient.pointer(Float.self)[index] += sums.pointer(Float.self)[(part * 2 + 1) * channels + index]
            }
        }
        withExtendedLifetime((gradient, normalised, scales, weight, result, sums)) {}
        return (result, weightGradient, biasGradient)
    }

    /// A row without mean and of variance 1; returns what it was scaled by. `output` may be `input`.
    @inline(__always)
    static func normalise(
        _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, _ channels: Int
    ) -> Float {
        var sum = SIMD16<Float>.zero
        for index in stride(from: 0, to: channels, by: 16) { sum += Float.loadVector(input + index) }
        let mean = SIMD16<Float>(repeating: sum.sum() / Float(channels))
        var squares = SIMD16<Float>.zero
        for index in stride(from: 0, to: channels, by: 16) {
            let centred = Float.loadVector(input + index) - mean
            squares.addProduct(centred, centred)
        }
        let scale = 1 / (squares.sum() / Float(channels) + epsilon).squareRoot()
        for index in stride(from: 0, to: channels, by: 16) {
            Float.store((Float.loadVector(input + index) - mean) * scale, at: output + index)
        }
        return scale
    }

    /// From the gradient of the normalised row to that of the row, in place.
    @inline(__always)
    static func denormalise(
        _ gradient: UnsafeMutablePointer<Float>, _ normalised: UnsafePointer<Float>, scale: Float, _ channels: Int
    ) {
        var (sum, product) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
        for index in stride(from: 0, to: channels, by: 16) {
            let slope = Float.loadVector(UnsafePointer(gradient + index))
            sum += slope
            product.addProduct(slope, Float.loadVector(normalised + index))
        }
        let mean = SIMD16<Float>(repeating: sum.sum() / Float(channels))
        let along = SIMD16<Float>(repeating: -product.sum() / Float(channels))
        for index in stride(from: 0, to: channels, by: 16) {
            let slope = Float.loadVector(UnsafePointer(gradient + index)) - mean
            Float.store(slope.addingProduct(along, Float.loadVector(normalised + index)) * scale, at: gradient + index)
        }
    }
}
