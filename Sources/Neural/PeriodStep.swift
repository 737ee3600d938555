import Kernels

extension Tape {
    /// A signal's columns by a period: `[batch * period, ceil(time / period), 1]` from `[batch, time, 1]`, float32, its end
    /// reflected up to a multiple of the period.
    public func columns(of signal: Variable, period: Int) -> Variable {
        let result = Variable(PeriodColumns.columns(of: signal.value, period: period), needsGradient: signal.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            signal.accumulate(PeriodColumns.inputGradient(from: gradient, time: signal.value.time, period: period))
        }
        return result
    }
}
