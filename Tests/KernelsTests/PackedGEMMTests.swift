import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite struct PackedGEMMTests {
    /// A product of random numbers, and its definition in double precision.
    struct Draw {
        let shape: Shape
        let input: Tensor
        let shortcut: Tensor
        let weights: Tensor
        let shortcutWeights: Tensor
        let bias: Tensor

        init(_ shape: Shape, rows: Int) {
            var numbers = SplitMix64(seed: 5)
            self.shape = shape
            input = .random([1, rows + shape.shifts.max()!, shape.inputs], using: &numbers)
            shortcut = .random([1, rows, max(1, shape.shortcut)], using: &numbers)
            weights = .random([shape.outputs, shape.inputs, shape.shifts.count], using: &numbers)
            shortcutWeights = .random([shape.outputs, max(1, shape.shortcut), 1], using: &numbers)
            bias = .random([shape.outputs], using: &numbers)
        }

        var product: PackedGEMM {
            let columns = 0..<shape.outputs
            let taps = shape.shifts.indices.flatMap { tap in (0..<shape.inputs).map { $0 * shape.shifts.count + tap } }
            return PackedGEMM(
                from: shape.inputs, to: shape.outputs, shifts: shape.shifts,
                taps: MatrixView(
                    weights, rowOffsets: taps, columnOffsets: columns.map { $0 * shape.inputs * shape.shifts.count }),
                bias: bias, shortcutChannels: shape.shortcut,
                shortcut: shape.shortcut == 0
                    ? nil
                    : MatrixView(
                        shortcutWeights, rowOffsets: Array(0..<shape.shortcut),
                        columnOffsets: columns.map { $0 * shape.shortcut }))
        }

        /// Computes the product in chunks that end at `cuts`.
        func output(cuts: [Int], negativeSlope: Float? = nil) -> [Float] {
            let rows = cuts.last!
            let output = Tensor([1, rows, shape.outputs])
            let product = product
            for (start, end) in zip([0] + cuts, cuts) {
                product.run(
                    end - start, input: Rows(input).advanced(by: start), shortcut: Rows(shortcut).advanced(by: start),
                    output: Rows(output).advanced(by: start), negativeSlope: negativeSlope)
            }
            return output.values
        }

        func expected(rows: Int) -> [Double] {
            let (x, z) = (input.doubles, shortcut.doubles)
            let (w, v, b) = (weights.doubles, shortcutWeights.doubles, bias.doubles)
            return (0..<rows).flatMap { row in
                (0..<shape.outputs).map { output in
                    var sum = b[output]
                    for (tap, shift) in shape.shifts.enumerated() {
                        for channel in 0..<shape.inputs {
                            sum += x[(row + shift) * shape.inputs + channel]
                                * w[(output * shape.inputs + channel) * shape.shifts.count + tap]
                        }
                    }
                    for channel in 0..<shape.shortcut {
                        sum += z[row * shape.shortcut + channel] * v[output * shape.shortcut + channel]
                    }
                    return sum
                }
            }
        }
    }

    struct Shape: CustomTestStringConvertible, Sendable {
        let inputs: Int
        let outputs: Int
        let shifts: [Int]
        var shortcut = 0

        var testDescription: String { "\(inputs) to \(outputs) at \(shifts), shortcut \(shortcut)" }

        static let all = [
            Shape(inputs: 80, outputs: 512, shifts: Array(0..<7)), Shape(inputs: 32, outputs: 32, shifts: [0, 9, 18]),
            Shape(inputs: 64, outputs: 64, shifts: [0, 3, 6]), Shape(inputs: 32, outputs: 32, shifts: [0], shortcut: 32),
            Shape(inputs: 48, outputs: 96, shifts: [0, 1], shortcut: 48), Shape(inputs: 50, outputs: 1, shifts: [0, 2]),
            Shape(inputs: 3, outputs: 17, shifts: [1], shortcut: 2), Shape(inputs: 1, outputs: 100, shifts: [0, 1, 2]),
        ]
    }

    @Test("A packed GEMM is its definition", arguments: Shape.all)
    func definition(shape: Shape) {
        for rows in [1, 5, 6, 20] {
            let draw = Draw(shape, rows: rows)
            expectAgreement(
                draw.output(cuts: [rows]).map(Double.init), with: draw.expected(rows: rows), within: singleRounding)
        }
    }

    @Test("Rows have the same bits however they are divided", arguments: Shape.all)
    func chunks(shape: Shape) {
        let draw = Draw(shape, rows: 23)
        let whole = draw.output(cuts: [23])
        #expect(draw.output(cuts: [1, 8, 10, 23]) == whole)
        #expect(draw.output(cuts: Array(1...23)) == whole)
    }

    @Test("A leaky ReLU comes last", arguments: Shape.all)
    func rectified(shape: Shape) {
        let draw = Draw(shape, rows: 17)
        let plain = draw.output(cuts: [17])
        #expect(plain.contains { $0 < 0 })
        #expect(draw.output(cuts: [17], negativeSlope: 0.2) == plain.map { $0 < 0 ? $0 * 0.2 : $0 })
    }

    @Test("Nothing is written beyond the rows and channels asked for")
    func bounds() {
        let draw = Draw(Shape(inputs: 3, outputs: 17, shifts: [0]), rows: 7)
        let output = Tensor([Float](repeating: 7, count: 9 * 20), shape: [1, 9, 20])
        draw.product.run(7, input: Rows(draw.input), output: Rows(output))
        let values = output.values
        for row in 0..<9 {
            for column in 0..<20 where row >= 7 || column >= 17 { #expect(values[row * 20 + column] == 7) }
        }
    }

    @Test("Panels cover the columns once, surplus ones only at the end", arguments: 1...200)
    func panels(columns: Int) {
        let panels = PackedPanels(columns: columns)
        var next = 0
        for panel in panels.panels {
            #expect(panel.column == next && panel.count > 0)
            next += panel.width
        }
        #expect(next == panels.paddedColumns && next - columns < PackedPanels.lanes)
        #expect(panels.panels.reduce(0) { $0 + $1.count } == columns)
    }
}

extension Rows {
    init(_ tensor: Tensor) { self.init(tensor.pointer(Float.self), stride: tensor.channels) }
}
