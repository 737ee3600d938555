import Spectra

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives a sound the mel it should have and leaves it its phases and what lies between the bands' edges.
///
///     X <- X exp(I (ln m - ln W |X|)),  then  C = G X,  X <- C + momentum (C - last C),  again
///
/// with m the wanted band magnitudes, W the filterbank, I straight interpolation between the bands' peaks, and G the
/// inverse short-time Fourier transform followed by the transform. It is Griffin and Lim's algorithm (the accelerated one
/// of Perraudin, Balazs and Søndergaard 2013) with magnitudes that are known by bands only: what is between them comes
/// from the sound itself, here the harmonics, and the first phases are the harmonics' own.
struct MelShaping {
    private let convention: MelConvention
    private let transform: ShortTimeFourierTransform
    private let filterbank: MelFilterbank
    /// For each bin the band below it, and the weight of the band above that one.
    private let lower: [Int]
    private let share: [Float]
    /// Bands that have any bin, in order.
    private let bands: [Int]

    let passes: Int
    let momentum: Float

    init(_ convention: MelConvention, passes: Int, momentum: Float, threadCount: Int = 1) {
        self.convention = convention
        self.passes = passes
        self.momentum = momentum
        transform = ShortTimeFourierTransform(convention, threadCount: threadCount)
        let filterbank = MelFilterbank(convention)
        self.filterbank = filterbank
        bands = (0..<filterbank.bandCount).filter { filterbank.weightSum(of: $0) > 0 }
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        var (lower, share) = ([Int](), [Float]())
        for bin in 0..<filterbank.binCount {
            let frequency = Double(bin) * width
            // Below the first peak and above the last their bands' gains go on.
            let above = bands.firstIndex { edges[$0 + 1] > frequency } ?? bands.count - 1
            let below = max(0, above - 1)
            let (low, high) = (edges[bands[below] + 1], edges[bands[above] + 1])
            lower.append(below)
            share.append(high > low ? Float(max(0, min(1, (frequency - low) / (high - low)))) : 0)
        }
        self.lower = lower
        self.share = share
    }

    /// Frames beyond a stretch that its samples depend on: each pass reaches as far as a window does, and so does the first
    /// transform.
    var contextFrames: Int {
        let reach = (convention.fftSize + convention.hopLength - 1) / convention.hopLength
        return (passes + 1) * reach + reach
    }

    /// - Parameters:
    ///   - excitation: `T * hop` samples.
    ///   - nepers: `[T, band]`: natural logarithms of band magnitudes.
    /// - Returns: as many samples.
    func shaped(_ excitation: [Float], to nepers: [Float]) -> [Float] {
        var samples = excitation
        let target = continued(nepers, frameCount: transform.frames.count(ofSamples: samples.count))
        var spectrum = transform.spectrogram(of: samples)
        // What the excitation leaves weak takes more than one step.
        for _ in 0..<3 { shape(&spectrum, to: target) }
        var previous: ComplexSpectrogram?
        var consistent = spectrum
        for _ in 0..<passes {
            transform.invert(spectrum, into: &samples)
            transform.transform(samples, into: &consistent)
            spectrum = consistent
            if let previous { spectrum.advance(from: previous, momentum) }
            previous = consistent
            shape(&spectrum, to: target)
        }
        transform.invert(spectrum, into: &samples)
        return samples
    }

    /// Centred framing has one frame more than samples' hops: the last stands for it too.
    private func continued(_ nepers: [Float], frameCount: Int) -> [Float] {
        let bandCount = filterbank.bandCount
        var result = nepers
        while result.count < frameCount * bandCount { result += result.suffix(bandCount) }
        return result
    }

    private func shape(_ spectrum: inout ComplexSpectrogram, to target: [Float]) {
        let (binCount, bandCount) = (filterbank.binCount, filterbank.bandCount)
        let floor = Float(max(convention.floor, 1e-10))
        var magnitudes = [Float](repeating: 0, count: binCount)
        var found = [Float](repeating: 0, count: bandCount)
        var steps = [Float](repeating: 0, count: bands.count)
        for frame in 0..<spectrum.frameCount {
            let row = frame * binCount
            for bin in 0..<binCount {
                let (x, y) = (spectrum.real[row + bin], spectrum.imaginary[row + bin])
                magnitudes[bin] = (x * x + y * y).squareRoot()
            }
            filterbank.apply(to: magnitudes, into: &found)
            for (index, band) in bands.enumerated() {
                // Full scale gives some hundreds; a larger value is no sound and must not overflow.
                let wanted = max(logf(floor), min(14, target[frame * bandCount + band]))
                steps[index] = wanted - logf(max(found[band], 1e-3 * floor))
            }
            for bin in 0..<binCount {
                let below = steps[lower[bin]]
                let gain = expf(below + (steps[min(lower[bin] + 1, steps.count - 1)] - below) * share[bin])
                spectrum.real[row + bin] *= gain
                spectrum.imaginary[row + bin] *= gain
            }
        }
    }
}

extension ComplexSpectrogram {
    /// `self += momentum (self - previous)`.
    fileprivate mutating func advance(from previous: ComplexSpectrogram, _ momentum: Float) {
        for index in real.indices { real[index] += momentum * (real[index] - previous.real[index]) }
        for index in imaginary.indices { imaginary[index] += momentum * (imaginary[index] - previous.imaginary[index]) }
    }
}
