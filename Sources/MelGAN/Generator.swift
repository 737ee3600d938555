public import Files
public import Neural
public import SourceFilter
public import Spectra
public import Tensors

/// A network that makes audio of a mel-spectrogram.
///
/// To add one, write a folder with its configuration, its training form and its streaming form, and name its configuration in
/// ``generatorKinds``: `train`, `synth`, `import`, `info` and `bench` then know it.
public protocol Generator: Parameterised {
    associatedtype Configuration: GeneratorConfiguration
    /// The form that synthesizes.
    associatedtype Inference: Vocoder

    var configuration: Configuration { get }

    /// Names of parameters that keep their values in training.
    var frozenParameters: [String] { get }

    /// Audio from a mel `[batch, frames, bands]`, recorded on `tape`.
    ///
    /// - Parameters:
    ///   - source: What a generator with a source refines; nil for all others.
    ///   - precision: The type of the activations; audio is float32.
    func output(from mel: Tensor, source: SourceSignal?, precision: ScalarType, on tape: Tape) -> GeneratorOutput

    /// The generator with its present weights in the form that synthesizes, whole mels and streams to the same samples.
    ///
    /// - Parameters:
    ///   - convention: The convention of the mels.
    ///   - pitch: The network that estimates F0 from the mel, of generators with a source.
    ///   - precision: The type of the activations, which a generator may ignore.
    ///   - chunkFrames: Frames computed at a time in float32; the samples do not depend on it.
    func vocoder(
        for model: ModelConfiguration, pitch: PitchNetwork?, precision: ScalarType, chunkFrames: Int
    ) -> Inference
}

extension Generator {
    public var frozenParameters: [String] { [] }

    /// The audio of ``output(from:source:precision:on:)`` alone.
    public func audio(
        from mel: Tensor, source: SourceSignal? = nil, precision: ScalarType, on tape: Tape
    ) -> Variable {
        output(from: mel, source: source, precision: precision, on: tape).audio
    }
}

/// What a generator makes of a batch.
public struct GeneratorOutput {
    /// `[batch, frames * hop, 1]`, float32.
    public let audio: Variable
    /// `[batch, frames * hop / bands, bands]`: the sub-bands that the audio was joined from, of generators that make such.
    public let subBands: Variable?

    public init(audio: Variable, subBands: Variable? = nil) {
        (self.audio, self.subBands) = (audio, subBands)
    }
}

/// The shape of a ``Generator``, from which it is made.
public protocol GeneratorConfiguration: Codable, Hashable, Sendable {
    associatedtype Network: Generator where Network.Configuration == Self

    /// The name that `config.json` and options use.
    static var kind: String { get }

    /// The shape for mels of a convention where nothing else is said; nil where the generator cannot have its hop.
    init?(fitting convention: MelConvention)

    /// A network with new weights.
    func network(using random: inout some RandomNumberGenerator) -> Network

    /// Mel bands in.
    var inputBands: Int { get }
    /// Samples out for each frame.
    var hopLength: Int { get }
    /// The fewest frames that the network can be trained on.
    var leastFrames: Int { get }
    /// Frames on either side of a frame that its samples may depend on.
    var contextFrames: Int { get }
    /// The source that training prepares and synthesis makes, of generators that refine one.
    var source: SourceConfiguration? { get set }
    /// The sub-bands, of generators that make such.
    var subBands: SubBandConfiguration? { get }
    /// A sentence about a shape that no network can have; nil where there is none.
    var validationError: String? { get }
    /// The shape on one line.
    var summary: String { get }
    /// Floating-point operations of one forward pass over `frames` frames: two for each weight and position.
    func operations(frames: Int) -> Double

    /// The model in another program's checkpoint; nil where the checkpoint is of no generator of this kind.
    ///
    /// - Parameters:
    ///   - path: The checkpoint's file, which errors name.
    ///   - byteCount: The file's size.
    ///   - options: What the user says of the model.
    /// - Throws: `FileError` `.badData` where the checkpoint is of this kind, but cannot be used.
    static func imported(
        from checkpoint: TorchCheckpoint, path: String, byteCount: Int, _ options: ImportOptions
    ) throws(FileError) -> ImportedModel?
}

extension GeneratorConfiguration {
    public var source: SourceConfiguration? {
        get { nil }
        set {}
    }
    public var subBands: SubBandConfiguration? { nil }

    public static func imported(
        from checkpoint: TorchCheckpoint, path: String, byteCount: Int, _ options: ImportOptions
    ) throws(FileError) -> ImportedModel? { nil }
}

/// The generators there are: those that files may name and `train --generator` offers.
public let generatorKinds: [any GeneratorConfiguration.Type] = [
    MelGANConfiguration.self, SpectralRefinerConfiguration.self,
]

/// The configuration of any kind of generator.
public struct AnyGeneratorConfiguration: Codable, Hashable, Sendable {
    public var base: any GeneratorConfiguration

    public init(_ base: any GeneratorConfiguration) { self.base = base }

    /// The name of the kind of generator.
    public var kind: String { type(of: base).kind }
    public var inputBands: Int { base.inputBands }
    public var hopLength: Int { base.hopLength }
    public var leastFrames: Int { base.leastFrames }
    public var contextFrames: Int { base.contextFrames }
    /// Setting it changes nothing in a generator that has no source.
    public var source: SourceConfiguration? {
        get { base.source }
        set { base.source = newValue }
    }
    public var subBands: SubBandConfiguration? { base.subBands }
    public var validationError: String? { base.validationError }
    public var summary: String { base.summary }

    public func operations(frames: Int) -> Double { base.operations(frames: frames) }

    /// A network with new weights.
    public func network(using random: inout some RandomNumberGenerator) -> AnyGenerator {
        AnyGenerator(base.network(using: &random))
    }

    /// The configuration where it is of this kind; setting it to nil changes nothing.
    public subscript<Configuration: GeneratorConfiguration>(_: Configuration.Type) -> Configuration? {
        get { base as? Configuration }
        set { if let newValue { base = newValue } }
    }

    private enum Key: CodingKey { case kind, configuration }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let kind = try values.decode(String.self, forKey: .kind)
        guard let type = generatorKinds.first(where: { $0.kind == kind }) else {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: values, debugDescription: "no generator is called \(kind)")
        }
        base = try values.decode(type, forKey: .configuration)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(base, forKey: .configuration)
    }

    public static func == (one: Self, other: Self) -> Bool { AnyHashable(one.base) == AnyHashable(other.base) }

    public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(base)) }
}

/// A generator of any kind, with its weights.
public struct AnyGenerator: Parameterised {
    public private(set) var base: any Generator

    public init(_ base: any Generator) { self.base = base }

    public var configuration: AnyGeneratorConfiguration { AnyGeneratorConfiguration(base.configuration) }
    public var frozenParameters: [String] { base.frozenParameters }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try base.visitParameters(visit)
    }

    /// As ``Generator/output(from:source:precision:on:)``.
    public func output(
        from mel: Tensor, source: SourceSignal? = nil, precision: ScalarType, on tape: Tape
    ) -> GeneratorOutput {
        base.output(from: mel, source: source, precision: precision, on: tape)
    }

    /// The audio of ``output(from:source:precision:on:)`` alone.
    public func audio(
        from mel: Tensor, source: SourceSignal? = nil, precision: ScalarType, on tape: Tape
    ) -> Variable {
        output(from: mel, source: source, precision: precision, on: tape).audio
    }
}
