public import ArgumentParser
public import Training

extension AdversarialObjective: ExpressibleByArgument {}

/// The options that set the losses.
struct LossOptions: ParsableArguments {
    @OptionGroup var weights: LossWeightOptions

    @Option(
        help:
            "The GAN loss: \(AdversarialObjective.allCases.map(\.rawValue).joined(separator: ", ")) (hinge; source, multi-band, full-band: least-squares)."
    )
    var objective: AdversarialObjective?

    @Option(help: "Weight of the GAN loss, summed over the discriminators' outputs (1; multi-band, full-band: 0.83).")
    var adversarial: Double?

    @Option(help: "Weight of feature matching (10; refiner, melgan-spectral, source: 2; multi-band, full-band: 0).")
    var featureMatching: Double?

    @Option(help: "Updates of the discriminators for each of the generator (1).")
    var discriminatorSteps: Int?

    func apply(to configuration: inout RunConfiguration) {
        configuration.losses.merge(weights.given) { _, given in given }
        if let objective { configuration.objective = objective }
        if let adversarial { configuration.adversarialWeight = adversarial }
        if let featureMatching { configuration.featureMatchingWeight = featureMatching }
        if let discriminatorSteps { configuration.discriminatorSteps = discriminatorSteps }
    }
}

/// An option such as `--mel-loss` for each of ``lossKinds``, with its help and its defaults.
///
/// The argument parser finds options by reflection and reads their values through `Decodable`; both are written out here, since
/// the options come from a list.
struct LossWeightOptions: ParsableArguments, CustomReflectable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ kind: LossKind) { stringValue = kind.name + "-loss" }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private var options: [Option<Double?>]

    init() {
        options = lossKinds.map { kind in
            let weights = kind.recipeWeights.sorted { $0.key.rawValue < $1.key.rawValue }
            let defaults = ["0"] + weights.map { "\($0.key.rawValue): \($0.value.formatted)" }
            return Option(
                name: .customLong(Key(kind).stringValue),
                help: ArgumentHelp("Weight of the \(kind.help) (\(defaults.joined(separator: "; ")))."))
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        options = try lossKinds.map { try values.decode(Option<Double?>.self, forKey: Key($0)) }
    }

    var customMirror: Mirror {
        Mirror(self, children: zip(lossKinds, options).map { (label: "_" + Key($0).stringValue, value: $1 as Any) })
    }

    /// The weights that were given, by the losses' names.
    var given: [String: Double] {
        var given: [String: Double] = [:]
        for (kind, option) in zip(lossKinds, options) { given[kind.name] = option.wrappedValue }
        return given
    }
}

extension Double {
    /// Without the zero after the point where the number is whole.
    fileprivate var formatted: String { self == rounded() && magnitude < 1e9 ? String(Int(self)) : String(self) }
}
