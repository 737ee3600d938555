public import Kernels
import Tensors

extension Tape {
    /// The sum of variables of one shape.
    public func sum(of parts: [Variable]) -> Variable {
        let sum = parts[0].value.copied()
        for part in parts.dropFirst() { Elementwise.add(part.value, to: sum) }
        let result = Variable(sum, needsGradient: parts.contains { $0.needsGradient })
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            for part in parts where part.needsGradient { part.accumulate(gradient) }
        }
        return result
    }

    /// The same numbers; their gradient comes back multiplied by `factor`.
    public func withGradient(of input: Variable, scaledBy factor: Float) -> Variable {
        let result = Variable(input.value, needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeOwnGradient() else { return }
            Elementwise.scale(gradient, by: factor)
            input.accumulate(gradient)
        }
        return result
    }

    public func dropped(_ input: Variable, _ dropout: Dropout?) -> Variable {
        guard let dropout, dropout.rate > 0 else { return input }
        let result = Variable(dropout.applied(to: input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(dropout.applied(to: gradient))
        }
        return result
    }

    /// Each row as often as `repetition` says.
    public func repeated(_ input: Variable, _ repetition: RowRepetition) -> Variable {
        let result = Variable(repetition.repeated(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(repetition.gathered(gradient))
        }
        return result
    }
}
