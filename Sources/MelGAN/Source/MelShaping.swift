import Spectra

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives a sound the mel it should have and leaves it its phases and what lies between the bands' edges.
///
///     X <- X (A / |X|)^a exp(I (ln m - ln W |X|)),  then  C = G X,  X <- C + momentum (C - last C),  again
///
/// with A the magnitudes that voice and noise would have on average, had they the mel (noise as it is drawn is rougher than the
/// sum of what is heard), a = 0.5 in noise and 0.1 in voice, m the wanted band magnitudes, W the filterbank, I straight interpolation between the bands' peaks, and G the
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
    /// For each bin: below 1 where the last band falls towards half the rate, as recordings do that were resampled. (Where
    /// mels end before, the last band's gain goes on.)
    private let taper: [Float]

    private static let smoothing: (noise: Float, voice: Float) = (0.5, 0.1)
    /// Of the noise in a voice, as an amplitude.
    private static let breath: Float = 0.05

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
        let last = bands.last ?? 0
        let reachesTop = convention.highestFrequency >= 0.49 * Double(convention.sampleRate)
        taper = (0..<filterbank.binCount).map { bin in
            let frequency = Double(bin) * width
            guard reachesTop, frequency > edges[last + 1] else { return 1 }
            return Float(max(1e-3, (edges[last + 2] - frequency) / (edges[last + 2] - edges[last + 1])))
        }
    }

    /// Frames beyond a stretch that its samples depend on: each pass reaches as far as a window does, and so does the first
    /// transform.
    var contextFrames: Int {
        let reach = (convention.fftSize + convention.hopLength - 1) / convention.hopLength
        return (passes + 1) * reach + reach
    }

    /// - Parameters:
    ///   - voice, noise: `T * hop` samples each; their sum is shaped.
    ///   - voicing: 0 or 1 for each of the `T` frames.
    ///   - nepers: `[T, band]`: natural logarithms of band magnitudes.
    /// - Returns: as many samples.
    func shaped(voice: [Float], noise: [Float], voicing: [Float], to nepers: [Float]) -> [Float] {
        var samples = zip(voice, noise).map { $0 + $1 }
        let frameCount = transform.frames.count(ofSamples: samples.count)
        let target = continued(nepers, width: filterbank.bandCount, frameCount)
        let voicing = continued(voicing, width: 1, frameCount)
        let average = averages(voice: voice, voicing, target)
        var spectrum = transform.spectrogram(of: samples)
        for frame in 0..<frameCount { damp(&spectrum, frame) }
        // What the excitation leaves weak takes more than one step.
        for _ in 0..<3 { shape(&spectrum, to: target) }
        smooth(&spectrum, towards: average, voicing)
        var previous: ComplexSpectrogram?
        var consistent = spectrum
        for _ in 0..<passes {
            transform.invert(spectrum, into: &samples)
            transform.transform(samples, into: &consistent)
            spectrum = consistent
            if let previous { spectrum.advance(from: previous, momentum) }
            previous = consistent
            smooth(&spectrum, towards: average, voicing)
            shape(&spectrum, to: target)
        }
        transform.invert(spectrum, into: &samples)
        return samples
    }

    /// A of every bin.
    private func averages(voice: [Float], _ voicing: [Float], _ target: [Float]) -> [Float] {
        var spectrum = transform.spectrogram(of: voice)
        let noise = transform.window.reduce(0) { $0 + $1 * $1 }
        for frame in 0..<spectrum.frameCount {
            let share = voicing[frame] > 0 ? Self.breath * Self.breath : 1
            for bin in frame * filterbank.binCount..<(frame + 1) * filterbank.binCount {
                let (x, y) = (spectrum.real[bin], spectrum.imaginary[bin])
                (spectrum.real[bin], spectrum.imaginary[bin]) = ((x * x + y * y + share * noise).squareRoot(), 0)
            }
            damp(&spectrum, frame)
        }
        for _ in 0..<3 { shape(&spectrum, to: target) }
        return spectrum.real
    }

    private func damp(_ spectrum: inout ComplexSpectrogram, _ frame: Int) {
        let row = frame * filterbank.binCount
        for bin in 0..<filterbank.binCount where taper[bin] < 1 {
            spectrum.real[row + bin] *= taper[bin]
            spectrum.imaginary[row + bin] *= taper[bin]
        }
    }

    private func smooth(_ spectrum: inout ComplexSpectrogram, towards average: [Float], _ voicing: [Float]) {
        for frame in 0..<spectrum.frameCount {
            let strength = voicing[frame] > 0 ? Self.smoothing.voice : Self.smoothing.noise
            for bin in frame * filterbank.binCount..<(frame + 1) * filterbank.binCount {
                let (x, y) = (spectrum.real[bin], spectrum.imaginary[bin])
                let factor = powf(average[bin] * average[bin] / max(x * x + y * y, 1e-24), strength / 2)
                spectrum.real[bin] *= factor
                spectrum.imaginary[bin] *= factor
            }
        }
    }

    /// Centred framing has one frame more than samples' hops: the last stands for it too.
    private func continued(_ values: [Float], width: Int, _ frameCount: Int) -> [Float] {
        var result = values
        while result.count < frameCount * width { result += result.suffix(width) }
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
