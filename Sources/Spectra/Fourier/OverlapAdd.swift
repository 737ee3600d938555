import Tensors

extension ShortTimeFourierTransform {
    /// The signal whose spectrogram is nearest to `spectrogram` in the least-squares sense.
    ///
    /// `p[m] = sum over f of w[n] y[f, n] / sum over f of w[n]^2`, `n = m - f * hop`, `y` the inverse transforms of
    /// the frames (Griffin and Lim 1984, equation 6), without the padding. Where `spectrogram` is that of a signal,
    /// that signal returns. Samples that no window reaches are 0.
    ///
    /// - Parameter sampleCount: The length of the signal; by default the least that has so many frames.
    public func signal(from spectrogram: ComplexSpectrogram, sampleCount: Int? = nil) -> [Float] {
        let sampleCount = sampleCount ?? frames.sampleCount(ofFrames: spectrogram.frameCount)
        var result = [Float](repeating: 0, count: sampleCount)
        invert(spectrogram, into: &result)
        return result
    }

    /// Computes ``signal(from:sampleCount:)`` into existing memory, whose length is the signal's.
    public func invert(_ spectrogram: ComplexSpectrogram, into result: inout [Float]) {
        check(spectrogram, result.count)
        let weights = inverseWeights(ofSamples: result.count)
        result.withUnsafeMutableBufferPointer { result in
            guard let sums = result.baseAddress else { return }
            let range = frames.paddingBefore..<frames.paddingBefore + result.count
            overlapAdd(range, frameCount: spectrogram.frameCount, into: sums) { frame, buffers in
                load(spectrogram, frame, innerBinScale: 1, into: buffers)
            } finish: { segment in
                for i in segment { sums[i] *= weights[i] }
            }
        }
    }

    /// The adjoint of ``spectrogram(of:)``: the gradient of a loss with respect to the samples, from its gradient with
    /// respect to the real and imaginary parts.
    ///
    /// `<spectrogram(of: x), y> = <x, adjoint(of: y)>`, with the inner product over real and imaginary parts.
    ///
    /// - Parameter sampleCount: the length of the signal that was transformed.
    public func adjoint(of gradient: ComplexSpectrogram, sampleCount: Int) -> [Float] {
        check(gradient, sampleCount)
        let paddedCount = frames.paddedCount(ofSamples: sampleCount)
        let padded = [Float](unsafeUninitializedCapacity: paddedCount) { sums, filled in
            overlapAdd(0..<paddedCount, frameCount: gradient.frameCount, into: sums.baseAddress!) { frame, buffers in
                // The inverse counts each bin but the first and the last twice, for its conjugate.
                load(gradient, frame, innerBinScale: 0.5, into: buffers)
            }
            filled = paddedCount
        }
        return frames.unpadded(padded, sampleCount: sampleCount)
    }

    /// The adjoint of ``signal(from:sampleCount:)``: the gradient of a loss with respect to the real and imaginary parts of a
    /// spectrogram, from its gradient with respect to the samples of that signal.
    package func signalAdjoint(of gradient: [Float]) -> ComplexSpectrogram {
        let weights = inverseWeights(ofSamples: gradient.count)
        var padded = [Float](repeating: 0, count: frames.paddedCount(ofSamples: gradient.count))
        for (index, (value, weight)) in zip(gradient, weights).enumerated() { padded[frames.paddingBefore + index] = value * weight }
        var result = ComplexSpectrogram(frameCount: frames.count(ofSamples: gradient.count), binCount: binCount)
        let last = binCount - 1
        let buffers = FourierBuffers(size: fftSize)
        for frame in 0..<result.frameCount {
            for index in 0..<fftSize { buffers.samples[index] = padded[frame * hopLength + index] * window[index] }
            transform.forward(buffers)
            let row = frame * binCount
            // The inverse counts each bin but the first and the last twice, for its conjugate, and of those two only the real part.
            for bin in 0..<binCount {
                let factor: Float = bin == 0 || bin == last ? 1 : 2
                result.real[row + bin] = factor * buffers.real[bin]
                result.imaginary[row + bin] = bin == 0 || bin == last ? 0 : factor * buffers.imaginary[bin]
            }
        }
        return result
    }

    /// The sum of the frames' windowed inverse transforms (times `fftSize`) over `range` of the padded signal.
    ///
    /// Each thread computes segments of the result and transforms every frame that overlaps a segment, so each sample is the same
    /// sum in the same order for any number of threads.
    ///
    /// - Parameters:
    ///   - sums: `range.count` samples, overwritten.
    ///   - spectrum: Fills the buffers with the bins of a frame. It is called from several threads, and more than once with some frames.
    ///   - finish: Called when a segment of `sums` is complete, by the thread that computed it.
    func overlapAdd(
        _ range: Range<Int>, frameCount: Int, into sums: UnsafeMutablePointer<Float>,
        spectrum: (_ frame: Int, borrowing FourierBuffers) -> Void, finish: (_ segment: Range<Int>) -> Void = { _ in }
    ) {
        // Segments are long enough that few frames are transformed twice, and short enough to divide among the threads.
        let length = max((range.count + 4 * threadCount - 1) / (4 * threadCount), 8 * fftSize)
        Parallel.forChunks(of: range.count, length: threadCount == 1 ? max(1, range.count) : length, threadCount: threadCount) {
            FourierBuffers(size: fftSize)
        } _: { segment, buffers in
            (sums + segment.lowerBound).initialize(repeating: 0, count: segment.count)
            let start = range.lowerBound + segment.lowerBound, end = range.lowerBound + segment.upperBound
            for frame in framesReaching(start..<end, frameCount: frameCount) {
                spectrum(frame, buffers)
                transform.inverse(buffers)
                let origin = frame * hopLength, first = max(start, origin)
                addWindowed(
                    buffers, from: first - origin, count: min(end, origin + fftSize) - first,
                    to: sums + (first - range.lowerBound))
            }
            finish(segment)
        }
    }

    /// Adds `count` of the buffers' samples under the window.
    private func addWindowed(
        _ buffers: borrowing FourierBuffers, from first: Int, count: Int, to sums: UnsafeMutablePointer<Float>
    ) {
        window.withUnsafeBufferPointer { window in
            let window = window.baseAddress! + first, samples = buffers.samples.baseAddress! + first
            for i in 0..<count { sums[i] += samples[i] * window[i] }
        }
    }

    private func load(
        _ spectrogram: ComplexSpectrogram, _ frame: Int, innerBinScale: Float, into buffers: borrowing FourierBuffers
    ) {
        let row = frame * binCount, last = binCount - 1
        let real = buffers.real.baseAddress!, imaginary = buffers.imaginary.baseAddress!
        spectrogram.real.withUnsafeBufferPointer { source in
            for k in 0..<binCount { real[k] = source[row + k] * innerBinScale }
            (real[0], real[last]) = (source[row], source[row + last])
        }
        spectrogram.imaginary.withUnsafeBufferPointer { source in
            for k in 0..<binCount { imaginary[k] = source[row + k] * innerBinScale }
        }
    }

    /// The factor of the overlap-add sum of each of `sampleCount` samples: 1 over `fftSize` times the sum of the squared windows there,
    /// or 0 if no window reaches it.
    func inverseWeights(ofSamples sampleCount: Int) -> [Float] {
        let sums = squaredWindowSums(
            frameCount: frames.count(ofSamples: sampleCount),
            range: frames.paddingBefore..<frames.paddingBefore + sampleCount)
        return sums.map { $0 > 1e-10 ? 1 / (Float(fftSize) * $0) : 0 }
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

    /// The frames that overlap `range` of the padded signal.
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
