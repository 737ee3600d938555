import Platform
import Spectra
import Tensors

/// One iteration of ``EnvelopeMatching`` on the windowed samples of eight frames.
struct BatchedEnvelopeMatching: Sendable {
    let spectrum: BatchedSpectrum
    let gains: BandGains
    private let balance: VoicingBalance
    private let minimumPhase: MinimumPhase
    private let rolloff: [Float]
    /// The expected power of noise in a bin.
    private let noisePower: Float

    typealias Voiced = SIMDMask<SIMD8<Int32>>

    init(_ convention: MelConvention, window: [Float]) {
        spectrum = BatchedSpectrum(size: convention.fftSize)
        gains = BandGains(convention)
        balance = VoicingBalance(convention)
        minimumPhase = MinimumPhase(convention)
        rolloff = convention.rolloff
        noisePower = window.reduce(0) { $0 + $1 * $1 }
    }

    var binCount: Int { spectrum.half + 1 }

    /// The working memory of one thread.
    struct Memory {
        /// The `fftSize` samples of harmonics, later of the sum, which are transformed in place.
        let points: UnsafeMutablePointer<SIMD8<Float>>
        /// The `fftSize` samples of noise, which are transformed in place.
        let noise: UnsafeMutablePointer<SIMD8<Float>>
        /// One value for each bin.
        fileprivate let magnitudes: UnsafeMutablePointer<SIMD8<Float>>
        fileprivate let exponents: UnsafeMutablePointer<SIMD8<Float>>
        /// One value for each band.
        fileprivate let steps: UnsafeMutablePointer<SIMD8<Float>>

        static func count(fftSize: Int, bandCount: Int) -> Int { 2 * fftSize + 2 * (fftSize / 2 + 1) + bandCount }

        /// - Parameter place: Memory of ``count(fftSize:bandCount:)`` vectors.
        init(at place: UnsafeMutablePointer<SIMD8<Float>>, fftSize: Int) {
            let binCount = fftSize / 2 + 1
            points = place
            noise = points + fftSize
            magnitudes = noise + fftSize
            exponents = magnitudes + binCount
            steps = exponents + binCount
        }
    }

    /// Computes the initial spectra of harmonics and noise, and the expected magnitudes of later iterations.
    ///
    /// - Parameters:
    ///   - memory: The windowed samples of harmonics and noise; the inverse transforms of the result on return.
    ///   - target: The ``BandGains/target(_:)`` of each band.
    ///   - averages: `a log2 A` of each bin, overwritten.
    func begin(
        _ memory: Memory, _ voiced: Voiced, target: UnsafePointer<SIMD8<Float>>, averages: UnsafeMutablePointer<SIMD8<Float>>
    ) {
        let (points, noise, exponents) = (memory.points, memory.noise, memory.exponents)
        spectrum.forward(points)
        spectrum.forward(noise)
        minimumPhase.put(phasesOf: target, into: exponents)
        func voiceBin(_ bin: Int, _ x: ComplexSIMD8) -> ComplexSIMD8 {
            let rolloff = SIMD8<Float>(repeating: self.rolloff[bin])
            let noise = SIMD8<Float>(repeating: 1).replacing(with: SIMD8<Float>(repeating: balance.noise[bin]), where: voiced)
            let power = (noise * noise * noisePower).addingProduct(x.real, x.real).addingProduct(x.imaginary, x.imaginary)
            averages[bin] = SIMD8<Float>(repeating: 0.5) * binaryLogarithm(Self.least + power * rolloff * rolloff)
            let (cosine, sine) = Self.rotation(exponents[bin], voiced)
            return ComplexSIMD8(
                (x.real * cosine - x.imaginary * sine) * rolloff, (x.real * sine + x.imaginary * cosine) * rolloff)
        }
        func noiseBin(_ bin: Int, _ x: ComplexSIMD8) -> ComplexSIMD8 {
            let rolloff = SIMD8<Float>(repeating: self.rolloff[bin])
            let gain = rolloff.replacing(with: rolloff * balance.noise[bin], where: voiced)
            return ComplexSIMD8(x.real * gain, x.imaginary * gain)
        }
        spectrum.forEachUnpacked(points) { k, x in (voiceBin(k, x.0), voiceBin(spectrum.half &- k, x.1)) }
        spectrum.forEachUnpacked(noise) { k, x in (noiseBin(k, x.0), noiseBin(spectrum.half &- k, x.1)) }
        for index in 0..<spectrum.size { points[index] += noise[index] }
        spectrum.forEachBins(points) { k, x in
            exponents[k] = level(x.0)
            exponents[spectrum.half &- k] = level(x.1)
        }
        approach(target, averages, memory)
        approach(target, exponents, memory)
        for bin in 0..<binCount { averages[bin] *= strength(bin, voiced) }
        func gain(_ bin: Int, _ x: ComplexSIMD8) -> SIMD8<Float> {
            averages[bin].addingProduct(exponents[bin], 1 - strength(bin, voiced)) - level(x)
        }
        spectrum.forEachPacked(points) { k, x in
            (multiplied(x.0, gain(k, x.0)), multiplied(x.1, gain(spectrum.half &- k, x.1)))
        }
        spectrum.inverse(points)
    }

    /// The cosine and sine of the phases of voiced frames; 1 and 0 for unvoiced frames.
    private static func rotation(_ phases: SIMD8<Float>, _ voiced: Voiced) -> (cosine: SIMD8<Float>, sine: SIMD8<Float>) {
        var (cosine, sine) = (SIMD8<Float>(repeating: 1), SIMD8<Float>.zero)
        for lane in 0..<8 where voiced[lane] { (cosine[lane], sine[lane]) = (cosf(phases[lane]), sinf(phases[lane])) }
        return (cosine, sine)
    }

    /// Matches the log magnitudes `levels` of the bins to the target bands. Bins where the excitation is weak need more than one
    /// step.
    private func approach(_ target: UnsafePointer<SIMD8<Float>>, _ levels: UnsafeMutablePointer<SIMD8<Float>>, _ memory: Memory) {
        for _ in 0..<3 {
            for bin in 0..<binCount { memory.magnitudes[bin] = binaryExponential(levels[bin]) }
            gains.put(gainsOf: memory.magnitudes, target, into: memory.steps)
            for bin in 0..<binCount { levels[bin] += gains.gain(bin, memory.steps) }
        }
    }

    /// Moves magnitudes towards their expectation, then to the target bands.
    ///
    /// - Parameter memory: The windowed samples; the inverse transforms of the result on return.
    func iterate(_ memory: Memory, _ voiced: Voiced, target: UnsafePointer<SIMD8<Float>>, averages: UnsafePointer<SIMD8<Float>>) {
        let (points, magnitudes, exponents) = (memory.points, memory.magnitudes, memory.exponents)
        let (half, steps) = (spectrum.half, UnsafePointer(memory.steps))
        spectrum.forward(points)
        spectrum.forEachUnpacked(points) { k, x in
            let levels = (level(x.0), level(x.1))
            let drawn = (
                averages[k].addingProduct(-levels.0, strength(k, voiced)),
                averages[half &- k].addingProduct(-levels.1, strength(half &- k, voiced))
            )
            (exponents[k], exponents[half &- k]) = drawn
            magnitudes[k] = binaryExponential(levels.0 + drawn.0)
            magnitudes[half &- k] = binaryExponential(levels.1 + drawn.1)
            return x
        }
        gains.put(gainsOf: magnitudes, target, into: memory.steps)
        spectrum.forEachPacked(points) { k, x in
            (
                multiplied(x.0, exponents[k] + gains.gain(k, steps)),
                multiplied(x.1, exponents[half &- k] + gains.gain(half &- k, steps))
            )
        }
        spectrum.inverse(points)
    }

    /// The least power, so that every power has a logarithm.
    @inline(__always) private static var least: SIMD8<Float> { SIMD8<Float>(repeating: 1e-24) }

    /// `log2 |x|`
    @inline(__always) private func level(_ x: ComplexSIMD8) -> SIMD8<Float> {
        let power = Self.least.addingProduct(x.real, x.real).addingProduct(x.imaginary, x.imaginary)
        return SIMD8<Float>(repeating: 0.5) * binaryLogarithm(power)
    }

    /// `2^exponent x`
    @inline(__always) private func multiplied(_ x: ComplexSIMD8, _ exponent: SIMD8<Float>) -> ComplexSIMD8 {
        let gain = binaryExponential(exponent)
        return ComplexSIMD8(x.real * gain, x.imaginary * gain)
    }

    /// The weight a of the expectation.
    @inline(__always) private func strength(_ bin: Int, _ voiced: Voiced) -> SIMD8<Float> {
        SIMD8<Float>(repeating: balance.smoothingOfNoise).replacing(
            with: SIMD8<Float>(repeating: balance.smoothingOfVoice[bin]), where: voiced)
    }
}
