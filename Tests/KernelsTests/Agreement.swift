import Tensors
import TestSupport
import Testing

func length(_ values: [Double]) -> Double { innerProduct(values, values).squareRoot() }

/// Expects `|found - expected| < tolerance * |expected|`.
func expectAgreement(
    _ found: [Double], with expected: [Double], within tolerance: Double, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
    let error = length(zip(found, expected).map { $0 - $1 }) / max(length(expected), 1e-30)
    #expect(error < tolerance, "\(what)", sourceLocation: sourceLocation)
}

func expectAgreement(
    _ found: Tensor, with expected: [Double], within tolerance: Double, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectAgreement(found.doubles, with: expected, within: tolerance, what, sourceLocation: sourceLocation)
}

/// Expects `<Ax, y> = <x, A'y>`, relative to the lengths that bound the products.
func expectAdjoint(
    _ input: Tensor, _ output: Tensor, _ outputWeights: Tensor, _ inputGradient: Tensor, within tolerance: Double = singleRounding,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(output.shape == outputWeights.shape && input.shape == inputGradient.shape, sourceLocation: sourceLocation)
    let there = innerProduct(output, outputWeights)
    let back = innerProduct(input, inputGradient)
    let scale = length(output.doubles) * length(outputWeights.doubles)
    #expect(abs(there - back) < tolerance * scale, "\(there) and \(back)", sourceLocation: sourceLocation)
}

/// What sums of a few thousand terms lose in single precision.
let singleRounding = 3e-6

/// Rounding to bfloat16 moves a number by at most one part in 256.
let bfloat16Rounding = 1.0 / 256
