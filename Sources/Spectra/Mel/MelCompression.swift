import Platform
import Tensors

extension MelConvention {
    /// The stored value of a band magnitude, by the convention's floor and ``Compression``.
    public func value(ofMagnitude magnitude: Float) -> Float {
        let floored = max(magnitude, Float(floor))
        switch compression {
        case .naturalLog: return logf(floored)
        case .log10: return log10f(floored)
        case .symmetricDecibel: return max(-4, min(4, 1.6 * log10f(floored) + 2.4))
        }
    }

    /// Computes ``value(ofMagnitude:)`` of `count` band magnitudes in place: equal within rounding, and exactly equal at the floor.
    func compress(_ magnitudes: UnsafeMutablePointer<Float>, count: Int) {
        let floor = max(Float(floor), .leastNormalMagnitude), silence = value(ofMagnitude: floor)
        let scale: Float, offset: Float
        switch compression {
        case .naturalLog: (scale, offset) = (1, 0)
        case .log10: (scale, offset) = (0.434_294_48, 0)
        case .symmetricDecibel: (scale, offset) = (1.6 * 0.434_294_48, 2.4)
        }
        let most: Float = compression == .symmetricDecibel ? 4 : .infinity
        let (silent, loudest) = (Lanes(repeating: silence), Lanes(repeating: most))
        let (floors, scales, offsets) = (Lanes(repeating: floor), Lanes(repeating: scale), Lanes(repeating: offset))
        @inline(__always) func compressed(_ magnitudes: Lanes) -> Lanes {
            let isSilent = magnitudes .<= floors
            let logarithms = naturalLogarithm(magnitudes.replacing(with: floors, where: isSilent))
            let values = offsets.addingProduct(scales, logarithms)
            let bounded = values.replacing(with: loudest, where: values .> loudest)
            return bounded.replacing(with: silent, where: isSilent .| (bounded .< silent))
        }
        var index = 0
        while index + 16 <= count {
            magnitudes.store(compressed(magnitudes.lanes(at: index)), at: index)
            index += 16
        }
        while index < count {
            magnitudes[index] = compressed(Lanes(repeating: magnitudes[index]))[0]
            index += 1
        }
    }

    /// The band magnitude of a stored value: the inverse of ``value(ofMagnitude:)`` between floor and ceiling.
    public func magnitude(ofValue value: Float) -> Float {
        switch compression {
        case .naturalLog: expf(value)
        case .log10: powf(10, value)
        case .symmetricDecibel: powf(10, (value - 2.4) / 1.6)
        }
    }

    /// The `bandCount` values of a frame of digital silence. Mels are padded with these values and not with 0, which is loud.
    public var silence: [Float] {
        let bin = max(Float(powerOffset).squareRoot(), Float(magnitudeFloor))
        let filterbank = MelFilterbank(self)
        return (0..<bandCount).map { value(ofMagnitude: bin * filterbank.weightSum(of: $0)) }
    }
}

extension MelFilterbank {
    /// The sum of a band's weights: its magnitude where every bin's is 1.
    public func weightSum(of band: Int) -> Float { weights[offsets[band]..<offsets[band + 1]].reduce(0, +) }
}

extension MelSpectrogram {
    /// This mel with `before` frames of silence before it and `after` frames after it.
    public func padded(before: Int, after: Int) -> MelSpectrogram {
        let silence = convention.silence
        func frames(_ count: Int) -> [Float] { Array([[Float]](repeating: silence, count: count).joined()) }
        return MelSpectrogram(values: frames(before) + values + frames(after), convention: convention)
    }
}

/// The natural logarithms of sixteen positive normal numbers, within 2 units in the last place (or 1e-7 around 1).
///
/// `x = 2^e m` with `m` in `sqrt(1/2) ..< sqrt(2)`, and `ln m = 2 artanh s`, `s = (m - 1) / (m + 1)`, by the series
/// `artanh s = s + s^3 / 3 + s^5 / 5 + ...`, of which five terms suffice: `s^2 < 0.0295`.
@inline(__always) func naturalLogarithm(_ values: Lanes) -> Lanes {
    typealias Bits = SIMD16<Int32>
    // The bits of sqrt(1/2), below which a number belongs to the next lower power of two.
    let least = Bits(repeating: 0x3F35_04F3)
    let offset = unsafeBitCast(values, to: Bits.self) &- least
    // Adding 1.5 * 2^23 puts a small integer into the last bits, which converts it without the library's loop over lanes.
    let middle = Bits(repeating: 0x4B40_0000)
    let exponent = unsafeBitCast((offset &>> Bits(repeating: 23)) &+ middle, to: Lanes.self) - Lanes(repeating: 12_582_912)
    let mantissa = unsafeBitCast((offset & Bits(repeating: 0x7F_FFFF)) &+ least, to: Lanes.self)
    let s = (mantissa - Lanes(repeating: 1)) / (mantissa + Lanes(repeating: 1))
    let square = s * s
    let series = Lanes(repeating: 1 / 3).addingProduct(
        square,
        Lanes(repeating: 1 / 5).addingProduct(
            square, Lanes(repeating: 1 / 7).addingProduct(square, Lanes(repeating: 1 / 9))))
    // ln 2 in two parts, the first with zeros behind, so that its multiples are exact.
    let double = s + s
    let small = (double * square * series).addingProduct(exponent, Lanes(repeating: -2.121_944_4e-4))
    return (small + double).addingProduct(exponent, Lanes(repeating: 0.693_359_375))
}
