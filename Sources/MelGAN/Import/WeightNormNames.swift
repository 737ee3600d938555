import Files

/// Removes the `module.` that parallel training puts before every name.
func withoutParallelPrefix(_ arrays: [String: NumericArray]) -> [String: NumericArray] {
    var result: [String: NumericArray] = [:]
    for (name, array) in arrays {
        result[name.hasPrefix("module.") ? String(name.dropFirst("module.".count)) : name] = array
    }
    return result
}

/// Returns `arrays` with every layer's weight as `weight_g` and `weight_v`, in whichever form it was saved.
///
/// `parametrizations.weight.original0` and `original1` are PyTorch's newer names of the two; a plain `weight` w, which remains
/// when weight norm was removed, becomes v = w and g = ||w||, the norm taken over all axes but the first.
func weightNormArrays(of arrays: [String: NumericArray], path: String) throws(FileError) -> [String: NumericArray] {
    var result: [String: NumericArray] = [:]
    for (name, array) in arrays {
        if let layer = name.droppingSuffix(".parametrizations.weight.original0") {
            result[layer + ".weight_g"] = array
        } else if let layer = name.droppingSuffix(".parametrizations.weight.original1") {
            result[layer + ".weight_v"] = array
        } else if let layer = name.droppingSuffix(".weight") {
            guard array.shape.count == 3, !array.values.isEmpty else {
                throw FileError(
                    .badData, path,
                    "holds '\(name)' of shape \(array.shape), where a convolution's has three axes.")
            }
            let (magnitude, direction) = decomposed(array)
            result[layer + ".weight_g"] = magnitude
            result[layer + ".weight_v"] = direction
        } else {
            result[name] = array
        }
    }
    return result
}

/// Splits `weight` `[n, …]` into a magnitude g `[n, 1, 1]` and a direction v with g v / ||v|| equal to it.
private func decomposed(_ weight: NumericArray) -> (magnitude: NumericArray, direction: NumericArray) {
    let rows = weight.shape[0]
    let length = weight.values.count / rows
    var direction = weight
    var norms: [Float] = []
    for row in 0..<rows {
        let range = (row * length)..<((row + 1) * length)
        var squares = 0.0
        for value in weight.values[range] { squares += Double(value) * Double(value) }
        norms.append(Float(squares.squareRoot()))
        // A row of zeros has no direction; any direction is right, because g is 0.
        if squares == 0 { for index in range { direction.values[index] = 1 } }
    }
    return (NumericArray(shape: [rows, 1, 1], values: norms), direction)
}

extension String {
    fileprivate func droppingSuffix(_ suffix: String) -> String? {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
    }
}
