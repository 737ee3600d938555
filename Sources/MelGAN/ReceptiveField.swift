extension GeneratorConfiguration {
    /// Frames on either side of a frame that its samples may depend on, rounded up.
    ///
    /// Each layer reaches some steps at its own rate: 3 for the input convolution, 1 for a transposed convolution, the
    /// sum of the dilations for a stack, 3 for the output, and what the filters of sub-bands do. Reflected steps lie within that reach too.
    public var contextFrames: Int {
        var (frames, rate) = (3.0, 1.0)
        let stack = (0..<residualBlocks).reduce(0) { $0 + dilation(ofBlock: $1) }
        for factor in upsampling {
            frames += 1 / rate
            rate *= Double(factor)
            frames += Double(stack) / rate
        }
        frames += Double(subBands?.filterbank.reachSteps ?? 0) / rate
        return Int((frames + 3 / rate).rounded(.up))
    }

    /// The fewest frames that every reflection finds enough steps in.
    public var leastFrames: Int {
        var (frames, rate) = (4, 1)
        for factor in upsampling {
            rate *= factor
            if residualBlocks > 0 { frames = max(frames, dilation(ofBlock: residualBlocks - 1) / rate + 1) }
        }
        return frames
    }
}
