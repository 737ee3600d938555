import CSoxr

extension Waveform {
    /// The same sound at another rate, through libsoxr at its very high quality (28 bit, linear phase).
    ///
    /// The sound is extended beyond its ends by point reflection about its first and last sample and not by silence, since a sound
    /// that does not begin or end at zero would ring there.
    ///
    /// - Parameter rate: The new sample rate in Hz, above 0.
    /// - Returns: exactly `round(samples.count * rate / sampleRate)` samples; sample `n` lies at `n / rate` seconds.
    public func resampled(to rate: Int) -> Waveform {
        precondition(rate > 0 && sampleRate > 0, "resampling from \(sampleRate) Hz to \(rate) Hz")
        guard rate != sampleRate, !samples.isEmpty else { return Waveform(samples: samples, sampleRate: rate) }
        let divisor = greatestCommonDivisor(rate, sampleRate)
        let (inputStep, outputStep) = (sampleRate / divisor, rate / divisor)
        // The margin is long enough for the filter, and a whole number of samples at either rate.
        let stepCount = (1024 * max(1, (sampleRate + rate - 1) / rate) + inputStep - 1) / inputStep
        let margin = stepCount * inputStep
        let outputCount = (2 * samples.count * rate + sampleRate) / (2 * sampleRate)

        let resampler = Resampler(from: sampleRate, to: rate)
        let skipped = stepCount * outputStep
        let output = resampler.output(of: continued(samples, margin: margin), count: skipped + outputCount)
        return Waveform(samples: Array(output[skipped...]), sampleRate: rate)
    }
}

/// The owner of a libsoxr resampler, which it deletes.
struct Resampler: ~Copyable {
    private let handle: soxr_t

    init(from inputRate: Int, to outputRate: Int) {
        var failure: soxr_error_t?
        var inputOutput = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
        var quality = soxr_quality_spec(UInt(SOXR_VHQ), 0)
        var runtime = soxr_runtime_spec(1)
        let handle = soxr_create(
            Double(inputRate), Double(outputRate), 1, &failure, &inputOutput, &quality, &runtime)
        guard let handle else {
            preconditionFailure(
                "soxr_create(\(inputRate), \(outputRate)): \(failure.map { String(cString: $0) } ?? "no reason")")
        }
        self.handle = handle
    }

    deinit {
        soxr_delete(handle)
    }

    /// The first `count` output samples for `input`, followed by silence if there are fewer.
    consuming func output(of input: [Float], count: Int) -> [Float] {
        var output = [Float](repeating: 0, count: count)
        var (inputDone, outputDone) = (0, 0)
        var (consumed, produced) = (0, 0)
        output.withUnsafeMutableBufferPointer { output in
            input.withUnsafeBufferPointer { input in
                while produced < count {
                    let isFlushing = consumed == input.count
                    let source = isFlushing ? nil : input.baseAddress! + consumed
                    let failure = soxr_process(
                        handle, source, input.count - consumed, &inputDone,
                        output.baseAddress! + produced, count - produced, &outputDone)
                    precondition(failure == nil, "soxr_process: \(failure.map { String(cString: $0) } ?? "")")
                    consumed += inputDone
                    produced += outputDone
                    if isFlushing && outputDone == 0 { break }
                }
            }
        }
        return output
    }
}

/// `samples` with `margin` samples before and after them by point reflection about the first and the last sample, which continues value
/// and slope. If the sound is shorter than the margin, the outermost value is held.
private func continued(_ samples: [Float], margin: Int) -> [Float] {
    let last = samples.count - 1
    return (1...margin).reversed().map { 2 * samples[0] - samples[min($0, last)] }
        + samples
        + (1...margin).map { 2 * samples[last] - samples[max(0, last - $0)] }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
