#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The C library's hyperbolic tangent in single precision.
@inline(__always)
func hyperbolicTangent(_ value: Float) -> Float { tanhf(value) }
