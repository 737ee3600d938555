/// How a sample is stored.
public enum SampleFormat: String, Sendable, CaseIterable, Codable {
    case int16, int24, float
}

/// `samples * fullScale`, rounded to the nearest integer (ties to even) and saturated to `least ... greatest`: +1.0
/// becomes the largest value and never wraps. No dither: what was read from integers is written back bit by bit.
///
/// - Parameter samples: finite; ±1 is full scale.
/// - Returns: the values, and how many the saturation changed.
func quantised<Value: FixedWidthInteger>(
    _ samples: some Sequence<Float>, to _: Value.Type, fullScale: Float
) -> (values: [Value], clippedSampleCount: Int) {
    let greatest = fullScale - 1
    var clippedSampleCount = 0
    let values = samples.map { sample in
        let rounded = (sample * fullScale).rounded(.toNearestOrEven)
        let saturated = max(-fullScale, min(greatest, rounded))
        if saturated != rounded { clippedSampleCount += 1 }
        return Value(saturated)
    }
    return (values, clippedSampleCount)
}
