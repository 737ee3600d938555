public import Kernels

extension Tape {
    /// Sub-bands joined to one signal: `[batch, time * bands, 1]` from `[batch, time, bands]`, float32.
    public func synthesis(of bands: Variable, by filterbank: SubBandFilterbank) -> Variable {
        let result = Variable(filterbank.synthesis(of: bands.value), needsGradient: bands.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            bands.accumulate(filterbank.synthesisGradient(from: gradient))
        }
        return result
    }
}
