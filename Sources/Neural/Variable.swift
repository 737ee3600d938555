import Kernels
public import Tensors

/// An activation on a tape, with the gradient gathered for it so far.
public final class Variable {
    public let value: Tensor
    /// Whether anything upstream wants this variable's gradient.
    public let needsGradient: Bool
    private var gradient: Tensor?

    public init(_ value: Tensor, needsGradient: Bool = false) {
        self.value = value
        self.needsGradient = needsGradient
    }

    /// Adds to the gradient; the first to come is kept as it is, without a copy.
    public func accumulate(_ addend: Tensor) {
        precondition(addend.shape == value.shape, "gradient \(addend.shape) for a value \(value.shape)")
        guard let sum = takeOwnGradient() else {
            gradient = Elementwise.converted(addend, to: value.type)
            return
        }
        Elementwise.add(addend, to: sum)
        gradient = sum
    }

    /// The gradient, which is the caller's from then on.
    public func takeGradient() -> Tensor? {
        defer { gradient = nil }
        return gradient
    }

    /// As ``takeGradient()``, in storage that nobody else sees, to be written in place.
    func takeOwnGradient() -> Tensor? {
        guard gradient != nil else { return nil }
        let isOurs = gradient!.isUnique()
        let taken = takeGradient()!
        return isOurs ? taken : taken.copied()
    }

    func setGradient(_ sum: Tensor) { gradient = sum }
}
