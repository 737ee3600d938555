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
