#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension MelConvention {
    /// The stored value of a band magnitude: the floor and the logarithm that ``Compression`` names.
    public func value(ofMagnitude magnitude: Float) -> Float {
        let floored = max(magnitude, Float(floor))
        switch compression {
        case .naturalLog: return logf(floored)
        case .log10: return log10f(floored)
        case .symmetricDecibel: return max(-4, min(4, 1.6 * log10f(floored) + 2.4))
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

    /// `bandCount` values: a frame of digital silence. Mels are padded with this, never with 0, which is loud.
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
    /// This mel between `before` and `after` frames of silence.
    public func padded(before: Int, after: Int) -> MelSpectrogram {
        let silence = convention.silence
        func frames(_ count: Int) -> [Float] { Array([[Float]](repeating: silence, count: count).joined()) }
        return MelSpectrogram(values: frames(before) + values + frames(after), convention: convention)
    }
}
