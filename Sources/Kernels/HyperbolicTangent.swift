import Platform

/// The C library's hyperbolic tangent in single precision.
@inline(__always)
func hyperbolicTangent(_ value: Float) -> Float { tanhf(value) }
