public import Kernels
public import Tensors

/// Operations without parameters.
extension Tape {
    /// The hyperbolic tangent, float32.
    public func tanh(_ input: Variable) -> Variable {
        let result = Variable(Elementwise.tanh(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(Elementwise.tanhGradient(gradient, output: result.value))
        }
        return result
    }

    /// The sum with a constant.
    public func sum(_ input: Variable, _ constant: Tensor) -> Variable {
        let sum = constant.copied()
        Elementwise.add(input.value, to: sum)
        let result = Variable(sum, needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(gradient)
        }
        return result
    }

    /// The elementwise product with a constant of the same shape, float32.
    public func product(_ input: Variable, _ constant: Tensor) -> Variable {
        let result = Variable(Elementwise.product(input.value, constant), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(Elementwise.product(gradient, constant))
        }
        return result
    }

    /// Average pooling by 2; see ``AveragePooling``.
    public func averagePooled(_ input: Variable) -> Variable {
        let result = Variable(AveragePooling.pooled(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(AveragePooling.inputGradient(from: gradient, time: input.value.time))
        }
        return result
    }

    /// The same numbers in another type; the gradient is converted back to the input's type.
    public func converted(_ input: Variable, to type: ScalarType) -> Variable {
        guard input.value.type != type else { return input }
        let result = Variable(Elementwise.converted(input.value, to: type), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(Elementwise.converted(gradient, to: input.value.type))
        }
        return result
    }

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

    /// The same numbers, with their gradient multiplied by `factor`.
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

    /// Dropout; nil and a rate of 0 drop nothing.
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

    /// Each row repeated as ``RowRepetition`` says.
    public func repeated(_ input: Variable, _ repetition: RowRepetition) -> Variable {
        let result = Variable(repetition.repeated(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(repetition.gathered(gradient))
        }
        return result
    }

    /// Windows cut out of a mel spectrogram; see ``MelWindows``.
    public func cut(_ input: Variable, by windows: MelWindows) -> Variable {
        let result = Variable(windows.cut(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(windows.gathered(gradient, shape: input.value.shape))
        }
        return result
    }

    /// Each band stacked with its neighbours as channels; see ``BandStacking``.
    public func stacked(_ input: Variable, by stacking: BandStacking) -> Variable {
        let result = Variable(stacking.stacked(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(stacking.gathered(gradient))
        }
        return result
    }

    /// The synthesis of a signal from its sub-bands: `[batch, time * bands, 1]` from `[batch, time, bands]`, float32.
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
