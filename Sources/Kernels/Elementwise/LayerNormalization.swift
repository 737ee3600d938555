public import Tensors

/// Layer normalization (Ba, Kiros and Hinton 2016) of every row:
///
///     n = (x - mean) / sqrt(variance + 1e-5),   y = weight n + bias
///
/// The number of channels is a multiple of 16.
public enum LayerNormalization {
    static let epsilon: Float = 1e-5

    /// The normalized rows.
    ///
    /// - Returns: `y`, and for the backward pass `n` and `1 / sqrt(variance + 1e-5)` of each row.
    public static func output(
        of input: Tensor, _ layout: SignalLayout, weight: Tensor, bias: Tensor
    ) -> (output: Tensor, normalized: Tensor, scales: Tensor) {
        layout.check(input)
        let channels = input.channels
        let (output, normalized, scales) = (Tensor(input.shape), Tensor(input.shape), Tensor([layout.rowCount]))
        Parallel.forEach(layout.rowCount, grain: 64) { rows in
            let (w, b) = (UnsafePointer(weight.pointer(Float.self)), UnsafePointer(bias.pointer(Float.self)))
            for row in rows {
                let n = normalized.pointer(Float.self) + row * channels
                scales.pointer(Float.self)[row] = normalize(
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
        withExtendedLifetime((input, normalized, scales, weight, bias)) {}
        return (output, normalized, scales)
    }

    /// Replaces a row by its normalized form.
    package static func normalize(_ row: UnsafeMutablePointer<Float>, weight: [Float], bias: [Float]) {
        _ = normalize(UnsafePointer(row), into: row, weight.count)
        weight.withUnsafeBufferPointer { weight in
            bias.withUnsafeBufferPointer { bias in
                for index in stride(from: 0, to: weight.count, by: 16) {
                    let (w, b) = (Float.loadVector(weight.baseAddress! + index), Float.loadVector(bias.baseAddress! + index))
                    Float.store(b.addingProduct(Float.loadVector(UnsafePointer(row + index)), w), at: row + index)
                }
            }
        }
    }

    /// The gradients with respect to the input, the weight and the bias.
    ///
    /// - Parameter gradient: The gradient with respect to `y`, zero in the margins.
    public static func gradients(
        from gradient: Tensor, normalized: Tensor, scales: Tensor, weight: Tensor
    ) -> (input: Tensor, weight: Tensor, bias: Tensor) {
        let (channels, rowCount) = (gradient.channels, gradient.time)
        let result = Tensor(gradient.shape)
        // The rows are divided in a fixed way, so that the order of the sums is always the same.
        let parts = Parallel.threadCount
        let sums = Tensor.zeros([parts, 2, channels])
        Parallel.forEach(parts) { range in
            let w = UnsafePointer(weight.pointer(Float.self))
            for part in range {
                let weightSum = sums.pointer(Float.self) + part * 2 * channels, biasSum = weightSum + channels
                for row in rowCount * part / parts..<rowCount * (part + 1) / parts {
                    let dy = UnsafePointer(gradient.pointer(Float.self)) + row * channels
                    let n = UnsafePointer(normalized.pointer(Float.self)) + row * channels
                    let dx = result.pointer(Float.self) + row * channels
                    for index in stride(from: 0, to: channels, by: 16) {
                        let gradient = Float.loadVector(dy + index)
                        Float.store(
                            Float.loadVector(UnsafePointer(weightSum + index)).addingProduct(gradient, Float.loadVector(n + index)),
                            at: weightSum + index)
                        Float.store(Float.loadVector(UnsafePointer(biasSum + index)) + gradient, at: biasSum + index)
                        Float.store(gradient * Float.loadVector(w + index), at: dx + index)
                    }
                    normalizationBackward(dx, n, scale: scales.pointer(Float.self)[row], channels)
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
        withExtendedLifetime((gradient, normalized, scales, weight, result, sums)) {}
        return (result, weightGradient, biasGradient)
    }

    /// Shifts and scales a row to mean 0 and variance 1; returns the scale. `output` may be `input`.
    @inline(__always)
    static func normalize(
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

    /// Turns the gradient with respect to a normalized row into the gradient with respect to the row, in place.
    @inline(__always)
    static func normalizationBackward(
        _ gradient: UnsafeMutablePointer<Float>, _ normalized: UnsafePointer<Float>, scale: Float, _ channels: Int
    ) {
        var (sum, product) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
        for index in stride(from: 0, to: channels, by: 16) {
            let dn = Float.loadVector(UnsafePointer(gradient + index))
            sum += dn
            product.addProduct(dn, Float.loadVector(normalized + index))
        }
        let mean = SIMD16<Float>(repeating: sum.sum() / Float(channels))
        let along = SIMD16<Float>(repeating: -product.sum() / Float(channels))
        for index in stride(from: 0, to: channels, by: 16) {
            let centred = Float.loadVector(UnsafePointer(gradient + index)) - mean
            Float.store(centred.addingProduct(along, Float.loadVector(normalized + index)) * scale, at: gradient + index)
        }
    }
}
