public import Neural
public import Tensors

/// A network that tells recordings from generated audio.
///
/// To add one, write its file in this folder and name its configuration in ``discriminatorKinds``.
public protocol Discriminator: Parameterised {
    /// The factor of each feature map's mean absolute difference in the feature matching loss, before the recipe's weight.
    var featureMatchingScale: Double { get }

    /// The feature maps and logits of every sub-discriminator for `audio` `[batch, time, 1]`, float32.
    ///
    /// - Parameters:
    ///   - precision: The type of the activations; logits are float32.
    ///   - trains: Whether the discriminator's own parameters get gradients.
    func outputs(of audio: Variable, precision: ScalarType, trains: Bool, on tape: Tape) -> [DiscriminatorOutput]
}

/// What one sub-discriminator says of a batch.
public struct DiscriminatorOutput {
    /// The activations after every layer but the last: `[batch, time, channels]` each.
    public let features: [Variable]
    /// Float32: positive for real, negative for fake, one number for each stretch of the signal.
    public let logits: Variable

    public init(features: [Variable], logits: Variable) {
        (self.features, self.logits) = (features, logits)
    }
}

/// The sizes of a ``Discriminator``, from which it is made.
public protocol DiscriminatorConfiguration: Codable, Hashable, Sendable {
    associatedtype Network: Discriminator

    /// The name that options and files use, such as `multi-scale`.
    static var kind: String { get }

    /// The sizes to begin with where nothing else is said.
    init()

    /// A network with new weights.
    func network(using random: inout some RandomNumberGenerator) -> Network

    /// A sentence about sizes that no network can have; nil where there are none.
    var validationError: String? { get }
    /// The sizes on one line.
    var summary: String { get }
    /// The fewest samples of a segment that the network can be trained on.
    var minimumSamples: Int { get }
    /// Floating-point operations of one forward pass over `samples` samples: two for each weight and position.
    func operations(samples: Int) -> Double
}

/// The discriminators there are: those that `train --discriminators` offers and a run's files may name.
public let discriminatorKinds: [any DiscriminatorConfiguration.Type] = [
    MultiScaleConfiguration.self, MultiPeriodConfiguration.self, SpectrogramConfiguration.self,
]

/// One discriminator of a recipe, and the weight of its logits and features in the generator's loss.
public struct WeightedDiscriminator: Codable, Hashable, Sendable {
    public var configuration: any DiscriminatorConfiguration
    public var weight: Double

    public init(_ configuration: any DiscriminatorConfiguration, weight: Double = 1) {
        (self.configuration, self.weight) = (configuration, weight)
    }

    /// The name of the kind of discriminator.
    public var kind: String { type(of: configuration).kind }

    private enum Key: CodingKey { case kind, weight, configuration }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let kind = try values.decode(String.self, forKey: .kind)
        guard let type = discriminatorKinds.first(where: { $0.kind == kind }) else {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: values, debugDescription: "no discriminator is called \(kind)")
        }
        configuration = try values.decode(type, forKey: .configuration)
        weight = try values.decode(Double.self, forKey: .weight)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(weight, forKey: .weight)
        try values.encode(configuration, forKey: .configuration)
    }

    public static func == (one: Self, other: Self) -> Bool {
        one.weight == other.weight && AnyHashable(one.configuration) == AnyHashable(other.configuration)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(AnyHashable(configuration))
        hasher.combine(weight)
    }
}

extension [WeightedDiscriminator] {
    /// The configuration of the first discriminator of a kind; setting it changes nothing where there is none.
    public subscript<Configuration: DiscriminatorConfiguration>(_: Configuration.Type) -> Configuration? {
        get { lazy.compactMap { $0.configuration as? Configuration }.first }
        set {
            guard let newValue, let index = firstIndex(where: { $0.configuration is Configuration }) else { return }
            self[index].configuration = newValue
        }
    }

    /// A sentence about sizes or weights that cannot be; nil where there are none.
    public var validationError: String? {
        if Set(map(\.kind)).count < count { return "it names a kind of discriminator twice" }
        if let weight = map(\.weight).first(where: { !($0 > 0 && $0.isFinite) }) {
            return "a discriminator's weight of \(weight) is not a number above 0"
        }
        return lazy.compactMap(\.configuration.validationError).first
    }

    /// Kinds and sizes on one line.
    public var summary: String {
        map { $0.kind + " (" + $0.configuration.summary + ")" + ($0.weight == 1 ? "" : " x \($0.weight)") }
            .joined(separator: "; ")
    }
}

/// All discriminators of a recipe, which see the same audio.
public struct DiscriminatorSet: Parameterised {
    public let configurations: [WeightedDiscriminator]
    private var networks: [any Discriminator]

    /// Makes the networks with new weights, in order.
    public init(_ configurations: [WeightedDiscriminator], using random: inout some RandomNumberGenerator) {
        self.configurations = configurations
        networks = []
        for each in configurations { networks.append(each.configuration.network(using: &random)) }
    }

    /// A set of one.
    public init(_ configuration: some DiscriminatorConfiguration, using random: inout some RandomNumberGenerator) {
        self.init([WeightedDiscriminator(configuration)], using: &random)
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in networks.indices { try networks[index].visitParameters(visit) }
    }

    /// The outputs of all sub-discriminators, with what each counts for in the generator's loss.
    public func outputs(
        of audio: Variable, precision: ScalarType, trains: Bool, on tape: Tape
    ) -> [(output: DiscriminatorOutput, weight: Double, featureMatchingScale: Double)] {
        zip(networks, configurations).flatMap { network, configuration in
            network.outputs(of: audio, precision: precision, trains: trains, on: tape).map {
                ($0, configuration.weight, network.featureMatchingScale)
            }
        }
    }
}
