extension ShortTimeFourierTransform {
    /// The signal whose spectrogram is nearest to `spectrogram` in the least-squares sense.
    ///
    /// `p[m] = sum over f of w[n] y[f, n] / sum over f of w[n]^2`, `n = m - f * hop`, `y` the inverse transforms of the
    /// frames (Griffin and Lim 1984, equation 6), without the padding. Where `spectrogram` is that of a signal, that signal
    /// returns. Samples that no window reaches are 0.
    ///
    /// - Parameter sampleCount: the signal's length; by default the least that has so many frames.
    public func signal(from spectrogram: ComplexSpectrogram, sampleCount: Int? = nil) -> [Float] {
        let sampleCount = sampleCount ?? frames.sampleCount(ofFrames: spectrogram.frameCount)
        var result = [Float](repeating: 0, count: sampleCount)
        invert(spectrogram, into: &result)
        return result
    }

    /// As ``signal(from:sampleCount:)``, into memory that is there already, whose length is the signal's.
    public func invert(_ spectrogram: ComplexSpectrogram, into result: inout [Float]) {
        let sampleCount = result.count
        check(spectrogram, sampleCount)
        let sums = overlapAdd(
            spectrogram, range: frames.paddingBefore..<frames.paddingBefore + sampleCount, innerBinScale: 1)
        let weights = squaredWindowSums(
            frameCount: spectrogram.frameCount, range: frames.paddingBefore..<frames.paddingBefore + sampleCount)
        let scale = 1 / Float(fftSize)
        for i in 0..<sampleCount {
            result[i] = weights[i] > 1e-10 ? sums[i] * scale / weights[i] : 0
        }
    }

    /// The adjoint of ``spectrogram(of:)``: the gradient of a loss with respect to the samples, from its gradient with
    /// respect to the real and imaginary parts.
    ///
    /// `<spectrogram(of: x), y> = <x, adjoint(of: y)>`, both planes of `y` counted.
    ///
    /// - Parameter sampleCount: the length of the signal that was transformed.
    public func adjoint(of gradient: ComplexSpectrogram, sampleCount: Int) -> [Float] {
        check(gradient, sampleCount)
        let paddedCount = frames.paddedCount(ofSamples: sampleCount)
        // The inverse counts each bin but the first and the last twice, for its conjugate.
        let padded = overlapAdd(gradient, range: 0..<paddedCount, innerBinScale: 0.5)
        return frames.unpadded(padded, sampleCount: sampleCount)
    }

    /// The sum of the frames' windowed inverse transforms (times `fftSize`) over `range` of the padded signal.
    ///
    /// Each thread makes a stretch of the result and transforms every frame that reaches into it; so each sample is the
    /// same sum in the same order, however many threads there are.
    private func overlapAdd(
        _ spectrogram: ComplexSpectrogram, range: Range<Int>, innerBinScale: Float
    ) -> [Float] {
        var sums = [Float](repeating: 0, count: range.count)
        sums.withUnsafeMutableBufferPointer { sums in
            guard let sums = sums.baseAddress else { return }
            inChunks(of: range.count, threadCount: threadCount) { stretch in
                let start = range.lowerBound + stretch.lowerBound, end = range.lowerBound + stretch.upperBound
                let buffers = FourierBuffers(size: fftSize)
                let reaching = framesReaching(start..<end, frameCount: spectrogram.frameCount)
                for frame in reaching {
                    load(spectrogram, frame, innerBinScale, into: buffers)
                    transform.inverse(buffers)
                    let origin = frame * hopLength
                    for m in max(start, origin)..<min(end, origin + fftSize) {
                        sums[m - range.lowerBound] += buffers.samples[m - origin] * window[m - origin]
                    }
                }
            }
        }
        return sums
    }

    private func load(
        _ spectrogram: ComplexSpectrogram, _ frame: Int, _ innerBinScale: Float, into buffers: borrowing FourierBuffers
    ) {
        let row = frame * binCount, last = binCount - 1
        spectrogram.real.withUnsafeBufferPointer { real in
            spectrogram.imaginary.withUnsafeBufferPointer { imaginary in
                for k in 0..<binCount {
                    buffers.spectrum[k] = SIMD2(real[row + k], imaginary[row + k]) * innerBinScale
                }
                buffers.spectrum[0] = SIMD2(real[row], 0)
                buffers.spectrum[last] = SIMD2(real[row + last], 0)
            }
        }
    }

    private func squaredWindowSums(frameCount: Int, range: Range<Int>) -> [Float] {
        var sums = [Float](repeating: 0, count: range.count)
        for frame in framesReaching(range, frameCount: frameCount) {
            let origin = frame * hopLength
            for m in max(range.lowerBound, origin)..<min(range.upperBound, origin + fftSize) {
                sums[m - range.lowerBound] += window[m - origin] * window[m - origin]
            }
        }
        return sums
    }

    /// The frames that share a sample with `range` of the padded signal.
    private func framesReaching(_ range: Range<Int>, frameCount: Int) -> Range<Int> {
        let first = max(0, (range.lowerBound - fftSize) / hopLength + (range.lowerBound >= fftSize ? 1 : 0))
        let end = min(frameCount, (range.upperBound + hopLength - 1) / hopLength)
        return first..<max(first, end)
    }

    private func check(_ spectrogram: ComplexSpectrogram, _ sampleCount: Int) {
        let frameCount = frames.count(ofSamples: sampleCount)
        precondition(
            spectrogram.frameCount == frameCount && spectrogram.binCount == binCount,
            "[\(spectrogram.frameCount), \(spectrogram.binCount)] for \(sampleCount) samples; "
                + "expected [\(frameCount), \(binCount)]")
    }
}
