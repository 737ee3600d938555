package import Kernels
import Neural
public import SourceFilter
public import Spectra

/// The sizes of a ``MelGANGenerator``.
public struct MelGANConfiguration: GeneratorConfiguration {
    public static let kind = "melgan"

    /// The number of mel bands.
    public var inputBands: Int
    /// The channels of the last stage; each earlier stage has twice as many as the next.
    public var baseChannels: Int
    /// The upsampling factor of each stage; their product, times the number of sub-bands if there are any, is the hop length.
    public var upsampling: [Int]
    /// The number of residual blocks in each stage; block j has the dilation 3^j.
    public var residualBlocks: Int
    /// The negative slope of every leaky ReLU.
    public var negativeSlope: Float
    /// The input convolution takes `(mel + inputOffset) * inputScale`; 0 and 1 except for models trained on scaled mels.
    public var inputOffset: Float
    public var inputScale: Float
    /// The source that the generator refines (``SpeechSource``); nil for the paper's generator, which has none.
    public var source: SourceConfiguration?
    /// The sub-bands that the generator outputs and a filterbank joins; nil for the paper's generator, which outputs the signal.
    public var subBands: SubBandConfiguration?

    public init(
        inputBands: Int = 80, baseChannels: Int = 32, upsampling: [Int] = [8, 8, 2, 2], residualBlocks: Int = 3,
        negativeSlope: Float = 0.2, inputOffset: Float = 0, inputScale: Float = 1, source: SourceConfiguration? = nil,
        subBands: SubBandConfiguration? = nil
    ) {
        self.inputBands = inputBands
        self.baseChannels = baseChannels
        self.upsampling = upsampling
        self.residualBlocks = residualBlocks
        self.negativeSlope = negativeSlope
        self.inputOffset = inputOffset
        self.inputScale = inputScale
        self.source = source
        self.subBands = subBands
    }

    /// The paper's sizes, with upsampling factors for the convention's hop; nil if the hop has a prime factor above 8.
    public init?(fitting convention: MelConvention) {
        guard let factors = Self.upsampling(forHopLength: convention.hopLength) else { return nil }
        self.init(inputBands: convention.bandCount, baseChannels: max(1, 512 >> factors.count), upsampling: factors)
    }

    public func network(using random: inout some RandomNumberGenerator) -> MelGANGenerator {
        MelGANGenerator(self, using: &random)
    }

    /// The number of samples for each frame.
    public var hopLength: Int { upsampling.reduce(subBands?.count ?? 1, *) }

    /// The channels after the input convolution (stage 0) and after each upsampling.
    public func channels(afterStage stage: Int) -> Int { baseChannels << (upsampling.count - stage) }

    func dilation(ofBlock block: Int) -> Int { (0..<block).reduce(1) { product, _ in product * 3 } }
}

extension MelGANConfiguration {
    /// Describes a size that no network can have; nil if all sizes are valid.
    public var validationError: String? {
        let sizes = upsampling + [inputBands, baseChannels]
        if upsampling.isEmpty || upsampling.count > 8 || sizes.contains(where: { $0 < 1 || $0 > 4096 })
            || !(0...8).contains(residualBlocks) || upsampling.reduce(1, { min($0 * $1, 1 << 20) }) == 1 << 20
            || channels(afterStage: 0) > 8192 || weightCount > largestNetwork
        {
            return "its generator has impossible sizes (upsampling \(upsampling), \(baseChannels) channels, "
                + "\(residualBlocks) residual blocks)"
        }
        if let source, source.pitch.inputBands != inputBands {
            return "its pitch network takes \(source.pitch.inputBands) bands and its generator \(inputBands)"
        }
        if source != nil, subBands != nil { return "its generator cannot refine a source in sub-bands" }
        return source?.validationError ?? subBands?.validationError
    }

    /// The numbers of all kernels, of sizes that are at most some thousands each.
    private var weightCount: Int {
        upsampling.indices.reduce(7 * inputBands * channels(afterStage: 0)) { sum, stage in
            let (from, to) = (channels(afterStage: stage), channels(afterStage: stage + 1))
            return sum + 2 * upsampling[stage] * from * to + 5 * residualBlocks * to * to
        }
    }

    /// Upsampling factors for a hop, largest first: the paper's for 256, otherwise as few as possible of at most 8 each.
    ///
    /// The result is nil if the hop has a prime factor above 8.
    public static func upsampling(forHopLength hopLength: Int) -> [Int]? {
        if hopLength == 256 { return [8, 8, 2, 2] }
        var (factors, rest) = ([Int](), hopLength)
        while rest > 1 {
            guard let factor = (2...8).last(where: { rest % $0 == 0 }) else { return nil }
            factors.append(factor)
            rest /= factor
        }
        return factors.isEmpty ? nil : factors.sorted(by: >)
    }

    /// The network's sizes on one line, for people.
    public var summary: String {
        var words = "\(channels(afterStage: 0)) channels, upsampling "
        words += upsampling.map(String.init).joined(separator: " x ")
        words += ", \(residualBlocks) residual blocks a stage, \(inputBands) bands, receptive field of \(contextFrames) frames on either side"
        if inputOffset != 0 || inputScale != 1 { words += ", input (mel + \(inputOffset)) x \(inputScale)" }
        if let source { words += ", refines a source of \(source.iterations) iterations" }
        if let subBands { words += ", makes \(subBands.count) sub-bands" }
        return words
    }

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

/// The sub-bands that a generator outputs instead of the signal, and the filters that join them (Yang et al., "Multi-band MelGAN", 2020,
/// section 2.3).
public struct SubBandConfiguration: Codable, Hashable, Sendable {
    public var count: Int
    /// The order of each filter, one less than its number of coefficients; even.
    public var taps: Int
    /// The cutoff frequency of the prototype lowpass filter, as a fraction of half the sample rate.
    public var cutoff: Double
    /// The parameter beta of the prototype's Kaiser window.
    public var beta: Double

    /// The defaults are the paper's.
    public init(count: Int = 4, taps: Int = 62, cutoff: Double = 0.142, beta: Double = 9) {
        (self.count, self.taps, self.cutoff, self.beta) = (count, taps, cutoff, beta)
    }

    package var filterbank: SubBandFilterbank {
        SubBandFilterbank(bandCount: count, taps: taps, cutoff: cutoff, beta: beta)
    }

    /// Describes settings that are not possible; nil if all are valid.
    var validationError: String? {
        guard (2...64).contains(count), (2...4096).contains(taps), taps % 2 == 0, cutoff > 0, cutoff < 1, (0...100).contains(beta)
        else {
            return "it has impossible sub-bands (\(count) by filters of \(taps) taps, cutoff \(cutoff), beta \(beta))"
        }
        return nil
    }
}
