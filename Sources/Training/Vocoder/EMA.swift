import Kernels
public import Neural
import Tensors

/// The exponential moving average (EMA) of a network's weights, which usually sounds better than the weights of any single step:
///
///     average <- d average + (1 - d) weights,  d = min(decay, (1 + step) / (10 + step))
///
/// The decay begins at 0.1 and grows, so that the first weights are soon forgotten.
public struct EMA<Network: Parameterised> {
    public internal(set) var network: Network
    public let decay: Double

    init(of network: Network, decay: Double) {
        self.network = network
        self.decay = decay
        self.network.visitParameters { $0.value = $0.value.copied() }
    }

    /// Moves the average towards new weights.
    ///
    /// - Parameter step: The number of updates made, including this one.
    mutating func add(_ weights: Network, step: Int) {
        let share = Float(1 - min(decay, Double(1 + step) / Double(10 + step)))
        var others = weights.parameters.makeIterator()
        network.visitParameters { parameter in
            let other = others.next()!.value
            if !parameter.value.isUnique() { parameter.value = parameter.value.copied() }
            Elementwise.interpolate(parameter.value, towards: other, weight: share)
        }
    }
}
