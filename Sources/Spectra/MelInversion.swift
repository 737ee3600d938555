import Tensors

/// From a mel-spectrogram back to the magnitudes of the Fourier transform under it.
///
/// Undoes the convention's compression, then finds for each frame the smallest `s >= 0` for which `W s` is nearest to the
/// bands, by ``NonNegativeLeastSquares``. Bins outside all bands are 0. A band no louder than the convention's silence
/// counts as 0: what lies beneath the floor is unknown, and pauses stay silent.
public struct MelInversion: Sendable {
    public let convention: MelConvention
    /// Threads that one call uses.
    public let threadCount: Int
    private let problem: NonNegativeLeastSquares
    private let silence: [Float]

    /// - Parameters:
    ///   - convention: one that passes ``MelConvention/check()``.
    ///   - threadCount: 1 or more; does not change the result.
    public init(_ convention: MelConvention, threadCount: Int = 1) {
        precondition(threadCount >= 1, "\(threadCount) threads")
        self.convention = convention
        self.threadCount = threadCount
        problem = NonNegativeLeastSquares(MelFilterbank(convention))
        silence = convention.silence.map { 1.001 * convention.magnitude(ofValue: $0) }
    }

    /// `[time, fftSize / 2 + 1]` magnitudes.
    ///
    /// - Precondition: `mel` is of this convention and its values are finite.
    public func magnitudes(of mel: MelSpectrogram) -> [Float] {
        precondition(mel.convention == convention, "a mel of \(mel.convention) for the inversion of \(convention)")
        precondition(mel.values.allSatisfy { $0.isFinite }, "a mel with values that are NaN or infinite")
        let (frameCount, bandCount, binCount) = (mel.frameCount, problem.bandCount, problem.binCount)
        return [Float](unsafeUninitializedCapacity: frameCount * binCount) { result, filled in
            let result = result.baseAddress!
            Parallel.forChunks(of: frameCount, length: 32, threadCount: threadCount) {
                (NonNegativeLeastSquares.Workspace(problem), [Double](repeating: 0, count: bandCount))
            } _: { frames, workspace in
                for frame in frames {
                    for band in 0..<bandCount {
                        workspace.1[band] = magnitude(ofValue: mel.values[frame * bandCount + band], band)
                    }
                    problem.solve(workspace.1, &workspace.0)
                    for bin in 0..<binCount { result[frame * binCount + bin] = Float(workspace.0.magnitudes[bin]) }
                }
            }
            filled = frameCount * binCount
        }
    }

    /// At most 1e6, where full scale gives some hundred: a larger value is no sound, and must not overflow.
    private func magnitude(ofValue value: Float, _ band: Int) -> Double {
        let magnitude = min(1e6, convention.magnitude(ofValue: value))
        return magnitude <= silence[band] ? 0 : Double(magnitude)
    }
}
