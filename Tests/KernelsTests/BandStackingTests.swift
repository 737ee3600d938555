import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct BandStackingTests {
    static let shapes = [(1, 1, 1), (5, 3, 1), (8, 3, 2), (9, 5, 2), (20, 5, 4)]

    @Test("Each band stands beside its neighbours, zeros where there are none", arguments: shapes)
    func forward(bands: Int, kernel: Int, stride: Int) {
        var numbers = SplitMix64(seed: 51)
        let stacking = BandStacking(inputBands: bands, kernel: kernel, stride: stride)
        let (windows, time, channels) = (2, 7, 3)
        let input = Tensor.random([windows * bands, time, channels], using: &numbers)
        let output = stacking.stacked(input)
        #expect(output.shape == [windows * stacking.outputBands, time, kernel * channels])
        let (values, found) = (input.values, output.values)
        var place = 0
        for window in 0..<windows {
            for band in 0..<stacking.outputBands {
                for step in 0..<time {
                    for tap in 0..<kernel {
                        let source = band * stride + tap - kernel / 2
                        for channel in 0..<channels {
                            let expected =
                                (0..<bands).contains(source)
                                ? values[((window * bands + source) * time + step) * channels + channel] : 0
                            #expect(found[place] == expected)
                            place += 1
                        }
                    }
                }
            }
        }
    }

    @Test("<Ax, y> = <x, A'y>", arguments: shapes)
    func adjoint(bands: Int, kernel: Int, stride: Int) {
        var numbers = SplitMix64(seed: 52)
        let stacking = BandStacking(inputBands: bands, kernel: kernel, stride: stride)
        let input = Tensor.random([3 * bands, 5, 4], using: &numbers)
        let output = stacking.stacked(input)
        let gradient = Tensor.random(output.shape, using: &numbers)
        expectAdjoint(input, output, gradient, stacking.gathered(gradient))
    }

    @Test("Windows are what lies at their frames, and tell each band's place")
    func windows() {
        var numbers = SplitMix64(seed: 53)
        let layout = SignalLayout(lengths: [6, 4])
        let windows = MelWindows(layout, starts: [0, 4], length: 5, bands: 3)
        let input = Tensor.random([1, layout.rowCount, 4], using: &numbers)
        let output = windows.cut(input)
        #expect(output.shape == [6, 5, 2])
        let (rows, values, found) = (layout.contentRows, input.values, output.values)
        for (window, start) in [0, 4].enumerated() {
            for band in 0..<3 {
                for step in 0..<5 {
                    let place = ((window * 3 + band) * 5 + step) * 2
                    #expect(found[place] == values[rows[start + step] * 4 + band])
                    #expect(found[place + 1] == Float(band) - 1)
                }
            }
        }
        // Its derivative is linear: without the places it is an operation with an adjoint.
        let gradient = Tensor.random(output.shape, using: &numbers)
        var linear = found
        for index in linear.indices where index % 2 == 1 { linear[index] = 0 }
        expectAdjoint(
            input, Tensor(linear, shape: output.shape), gradient, windows.gathered(gradient, shape: input.shape))
    }
}
