public import Kernels
import Tensors

extension Tape {
    /// Windows of a mel, as ``MelWindows`` cuts them.
    public func cut(_ input: Variable, by windows: MelWindows) -> Variable {
        let result = Variable(windows.cut(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(windows.gathered(gradient, shape: input.value.shape))
        }
        return result
    }

    /// Each band beside its neighbours.
    public func stacked(_ input: Variable, by stacking: BandStacking) -> Variable {
        let result = Variable(stacking.stacked(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        record {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(stacking.gathered(gradient))
        }
        return result
    }
}
