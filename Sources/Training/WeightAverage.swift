public import MelGAN
import Neural
import Tensors

/// The exponential moving average of a generator's weights, which speaks better than any of the weights it passes.
///
///     average <- d average + (1 - d) weights,  d = min(decay, (1 + step) / (10 + step))
///
/// so that the first weights are soon forgotten.
public struct WeightAverage {
    public internal(set) var generator: Generator
    public let decay: Double

    init(of generator: Generator, decay: Double) {
        self.generator = generator
        self.decay = decay
        self.generator.visitParameters { $0.value = $0.value.copied() }
    }

    /// - Parameter step: Updates made, this one included.
    mutating func add(_ weights: Generator, step: Int) {
        let share = Float(1 - min(decay, Double(1 + step) / Double(10 + step)))
        var others = weights.parameters.makeIterator()
        generator.visitParameters { parameter in
            let other = others.next()!.value
            if !parameter.value.isUnique() { parameter.value = parameter.value.copied() }
            let (to, from) = (parameter.value.pointer(Float.self), other.pointer(Float.self))
            for index in 0..<parameter.value.count { to[index] += share * (from[index] - to[index]) }
            withExtendedLifetime(other) {}
        }
    }
}
