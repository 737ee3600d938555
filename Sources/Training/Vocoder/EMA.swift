import Kernels
public import Neural
import Tensors

/// The exponential moving average (EMA) of a network's weights, which is a better network than those it averages:
///
///     average <- d average + (1 - d) weights,  d = min(decay, (1 + step) / (10 + step))
///
/// The decay grows from 0.1 on, so that the first weights are soon forgotten.
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
    /// - Parameter step: Updates made, this one included.
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
