import Kernels
import Tensors
import Testing

@Suite struct PeriodColumnsTests {
    static let shapes = [(2, 7), (3, 9), (5, 8), (7, 8), (11, 12), (11, 131), (1, 4), (2, 2)]

    @Test("Columns are every period-th sample, the end reflected", arguments: shapes)
    func definition(period: Int, time: Int) {
        var numbers = SplitMix64(seed: 12)
        let input = Tensor.random([2, time, 1], using: &numbers)
        let columns = PeriodColumns.columns(of: input, period: period)
        let steps = (time + period - 1) / period
        #expect(columns.shape == [2 * period, steps, 1])
        let (values, found) = (input.values, columns.values)
        for entry in 0..<2 {
            for place in 0..<steps * period {
                let sample = place < time ? place : 2 * (time - 1) - place
                #expect(found[(entry * period + place % period) * steps + place / period] == values[entry * time + sample])
            }
        }
    }

    @Test("<Ax, y> = <x, A'y>", arguments: shapes)
    func adjoint(period: Int, time: Int) {
        var numbers = SplitMix64(seed: 13)
        let input = Tensor.random([3, time, 1], using: &numbers)
        let columns = PeriodColumns.columns(of: input, period: period)
        let gradient = Tensor.random(columns.shape, using: &numbers)
        expectAdjoint(input, columns, gradient, PeriodColumns.inputGradient(from: gradient, time: time, period: period))
    }
}
