/// The results of one training step, by name. Log, checkpoint and progress line read it without knowing the names.
public struct StepResults: Equatable, Sendable {
    /// A name under which a step reports a number.
    public struct Name: Hashable, Sendable {
        /// The tag in logs, such as `loss/mel`.
        public let tag: String
        /// A short name for the progress line; nil where the number is only logged.
        public let label: String?

        public init(_ tag: String, label: String? = nil) { (self.tag, self.label) = (tag, label) }

        /// The discriminators' loss, summed over their outputs.
        public static let discriminator = Name("loss/discriminator", label: "D")
        /// The generator's whole loss.
        public static let generator = Name("loss/generator")
        /// The generator's GAN loss, weighted and summed over outputs.
        public static let adversarial = Name("loss/adversarial", label: "adv")
        /// The feature matching loss, weighted.
        public static let featureMatching = Name("loss/feature_matching", label: "fm")
        /// The norm of the generator's gradient before clipping.
        public static let gradientNorm = Name("gradient/generator")
        /// The fraction of logits on the right side of the middle, averaged over outputs.
        public static let realAccuracy = Name("accuracy/real", label: "real")
        /// The ``realAccuracy`` for generated audio: the fraction of logits below the middle.
        public static let fakeAccuracy = Name("accuracy/fake", label: "fake")

        /// A loss of ``lossKinds``, weighted.
        public static func loss(_ name: String) -> Name {
            Name("loss/" + name.map { $0 == "-" ? "_" : String($0) }.joined(), label: name)
        }
    }

    private var entries: [(name: Name, value: Double)] = []

    public init() {}

    /// Creates results that are 0 under these names until a step sets them.
    init(zero names: [Name]) { entries = names.map { ($0, 0) } }

    /// The value of a name; 0 if the step has not reported it.
    public subscript(name: Name) -> Double {
        get { entries.first { $0.name == name }?.value ?? 0 }
        set {
            if let index = entries.firstIndex(where: { $0.name == name }) {
                entries[index].value = newValue
            } else {
                entries.append((name, newValue))
            }
        }
    }

    /// Whether every value is finite.
    public var isFinite: Bool { entries.allSatisfy(\.value.isFinite) }
    /// The values under their tags, for logs.
    public var scalars: [(tag: String, value: Double)] { entries.map { ($0.name.tag, $0.value) } }
    /// The values that the progress line shows.
    public var brief: [(name: String, value: Double)] {
        entries.compactMap { entry in entry.name.label.map { ($0, entry.value) } }
    }

    public static func == (one: Self, other: Self) -> Bool {
        one.entries.elementsEqual(other.entries) { $0.name == $1.name && $0.value == $1.value }
    }
}
