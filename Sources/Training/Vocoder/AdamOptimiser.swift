import Kernels
public import Neural
public import Tensors

/// Adam (Kingma & Ba 2015) with its moments.
public struct AdamOptimiser {
    public var learningRate: Double
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Double
    /// The decoupled weight decay of matrices (Loshchilov and Hutter 2019): before each update they shrink by this factor times the
    /// learning rate.
    public let weightDecay: Double
    /// The number of updates made.
    public private(set) var step: Int
    /// Running means of each parameter's gradient and of its square, by the parameter's name.
    public private(set) var moments: [String: (first: Tensor, second: Tensor)] = [:]

    /// The defaults are MelGAN's.
    public init(
        learningRate: Double = 1e-4, beta1: Double = 0.5, beta2: Double = 0.9, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        step = 0
    }

    /// Continues from the state of another optimizer.
    public mutating func resume(step: Int, moments: [String: (first: Tensor, second: Tensor)]) {
        self.step = step
        self.moments = moments
    }

    /// Moves `model` one step against `gradients`, in place.
    ///
    /// - Parameter share: The factor of the learning rate.
    /// - Precondition: Every parameter of the model has a gradient.
    public mutating func update(_ model: inout some Parameterised, along gradients: Gradients, share: Double = 1) {
        step += 1
        model.visitParameters { parameter in
            guard let gradient = gradients[parameter.name] else {
                preconditionFailure("no gradient for \(parameter.name)")
            }
            if !parameter.value.isUnique() { parameter.value = parameter.value.copied() }
            var moments =
                self.moments.removeValue(forKey: parameter.name)
                ?? (first: .zeros(parameter.value.shape), second: .zeros(parameter.value.shape))
            if !moments.first.isUnique() { moments.first = moments.first.copied() }
            if !moments.second.isUnique() { moments.second = moments.second.copied() }
            self.moments[parameter.name] = moments
            if weightDecay > 0, parameter.value.shape.count > 1 {
                Elementwise.scale(parameter.value, by: Float(1 - share * learningRate * weightDecay))
            }
            Adam.update(
                parameter.value, firstMoment: moments.first, secondMoment: moments.second, gradient: gradient,
                step: step, learningRate: share * learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        }
    }
}
