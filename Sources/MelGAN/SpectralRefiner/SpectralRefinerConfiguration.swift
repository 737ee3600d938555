import Neural
import Platform
public import SourceFilter
public import Spectra

/// The sizes of a ``SpectralRefiner``.
public struct SpectralRefinerConfiguration: GeneratorConfiguration {
    public static let kind = "spectral-refiner"

    /// The number of mel bands, from which the source is made.
    public var inputBands: Int
    /// Samples of a mel frame.
    public var hopLength: Int
    /// Samples from one frame of the refiner's transform to the next; a divisor of the hop. Its window is four times as long.
    public var step: Int
    /// Channels of every block.
    public var channels: Int
    /// Channels within a block.
    public var hiddenChannels: Int
    /// The number of ConvNeXt blocks.
    public var blocks: Int
    /// The source that is refined; a refiner needs one.
    public var source: SourceConfiguration?

    public init(
        inputBands: Int = 80, hopLength: Int = 256, step: Int = 128, channels: Int = 256, hiddenChannels: Int = 768, blocks: Int = 6,
        source: SourceConfiguration = SourceConfiguration()
    ) {
        self.inputBands = inputBands
        self.hopLength = hopLength
        self.step = step
        self.channels = channels
        self.hiddenChannels = hiddenChannels
        self.blocks = blocks
        self.source = source
    }

    /// A refiner whose step is the divisor of the hop that is nearest to 5.8 ms.
    public init(fitting convention: MelConvention) {
        let (hop, wanted) = (convention.hopLength, Double(convention.sampleRate) * 128 / 22_050)
        func distance(_ step: Int) -> Double { abs(log2(Double(step) / wanted)) }
        let step = (1...hop).filter { hop % $0 == 0 }.min { distance($0) < distance($1) }!
        self.init(
            inputBands: convention.bandCount, hopLength: hop, step: step,
            source: SourceConfiguration(pitch: PitchConfiguration(inputBands: convention.bandCount)))
    }

    public func network(using random: inout some RandomNumberGenerator) -> SpectralRefiner {
        SpectralRefiner(self, using: &random)
    }

    /// The window of the transform, in samples.
    public var fftSize: Int { 4 * step }
    var binCount: Int { fftSize / 2 + 1 }
    /// The kernel of all convolutions over time.
    static let kernel = 7
    /// Samples on either side of the signal that the first and the last frame reach.
    var padding: Int { (fftSize - step) / 2 }

    /// As many as the reflection at the ends needs.
    public var leastFrames: Int { padding / hopLength + 1 }

    /// What the refiner adds to the context of its source.
    public var contextFrames: Int {
        let reach = (blocks + 1) * (Self.kernel / 2) * step + fftSize
        return (reach + hopLength - 1) / hopLength
    }

    public var validationError: String? {
        let sizes = [inputBands, hopLength, step, channels, hiddenChannels]
        if sizes.contains(where: { !(1...8192).contains($0) }) || !(0...64).contains(blocks) || hopLength % step != 0
            || channels % 16 != 0 || hiddenChannels % 16 != 0 || step < 4 || weightCount > largestNetwork
        {
            return "its spectral refiner has impossible sizes (\(blocks) blocks of \(channels) and \(hiddenChannels) channels, "
                + "a step of \(step) samples for a hop of \(hopLength); channels are multiples of 16, the step divides the hop)"
        }
        guard let source else { return "its spectral refiner has no source to refine" }
        if source.pitch.inputBands != inputBands {
            return "its pitch network takes \(source.pitch.inputBands) bands and its generator \(inputBands)"
        }
        return source.validationError
    }

    public var summary: String {
        "a spectral refiner of \(blocks) blocks of \(channels) and \(hiddenChannels) channels, window \(fftSize), step \(step), "
            + "which refines a source of \(source?.iterations ?? 0) iterations of \(inputBands) bands"
    }

    /// The transform's and the source's operations are left out.
    public func operations(frames: Int) -> Double {
        2 * Double(weightCount) * Double(frames * (hopLength / step))
    }
    /// The numbers of all kernels.
    private var weightCount: Int {
        let block = channels * (Self.kernel + 2 * hiddenChannels)
        return binCount * Self.kernel * channels + blocks * block + channels * 3 * binCount
    }
}
