extension MelGANConfiguration {
    /// The receptive field: the number of frames on either side of a frame that its samples may depend on, rounded up.
    ///
    /// Each layer reaches a number of steps at its own rate: 3 for the input convolution, 1 for a transposed convolution, the
    /// sum of the dilations for a residual stack, 3 for the output convolution, and the length of the sub-bands' filters. Reflection
    /// padding takes steps from within this reach too.
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

    /// The fewest frames for which every reflection padding has enough steps to reflect.
    public var leastFrames: Int {
        var (frames, rate) = (4, 1)
        for factor in upsampling {
            rate *= factor
            if residualBlocks > 0 { frames = max(frames, dilation(ofBlock: residualBlocks - 1) / rate + 1) }
        }
        return frames
    }
}

extension MelGANConfiguration {
    /// Floating-point operations of one forward pass over `frames` frames; leaky ReLUs, biases and sums are left out.
    public func operations(frames: Int) -> Double {
        var sum = convolution(channels(afterStage: 0), inputBands, kernel: 7, positions: frames)
        var positions = frames
        for (stage, factor) in upsampling.enumerated() {
            let (from, to) = (channels(afterStage: stage), channels(afterStage: stage + 1))
            // The kernel is twice the upsampling factor.
            sum += convolution(to, from, kernel: 2 * factor, positions: positions)
            positions *= factor
            // The dilated, the pointwise and the shortcut convolution have kernels of 3, 1 and 1.
            sum += Double(residualBlocks) * convolution(to, to, kernel: 5, positions: positions)
        }
        guard let subBands else { return sum + convolution(1, baseChannels, kernel: 7, positions: positions) }
        // Each step of the bands gives as many samples as there are bands, by filters over neighboring steps.
        return sum + convolution(subBands.count, baseChannels, kernel: 7, positions: positions)
            + convolution(subBands.count, subBands.taps + 1, kernel: 1, positions: positions)
    }
}

private func convolution(_ outputs: Int, _ inputs: Int, kernel: Int, positions: Int) -> Double {
    2 * Double(outputs) * Double(inputs) * Double(kernel) * Double(positions)
}
