import Platform

/// 256 colours from near black through violet, red and orange to near white, even in lightness.
///
/// Computed in OKLab (Ottosson 2020): lightness rises in equal steps, so that equal differences of level look equally
/// large and a grey print keeps their order; the hue only helps the eye.
enum ColourMap {
    /// Red, green and blue bytes of colour 0, then of colour 1, …
    static let bytes: [UInt8] = (0..<256).flatMap { index in
        let t = Double(index) / 255
        // From violet (290 degrees) on to yellow (460, which is 100), fully coloured in the middle.
        let hue = (290 + 170 * t) * Double.pi / 180
        let chroma = 0.19 * sin(Double.pi * pow(t, 0.8)) + 0.02
        return rgb(lightness: 0.14 + 0.84 * t, a: chroma * cos(hue), b: chroma * sin(hue))
    }

    private static func rgb(lightness: Double, a: Double, b: Double) -> [UInt8] {
        let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
        let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
        let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
        return [
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
        ].map { linear in
            let clipped = max(0, min(1, linear))
            let encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * pow(clipped, 1 / 2.4) - 0.055
            return UInt8((255 * encoded).rounded())
        }
    }
}
