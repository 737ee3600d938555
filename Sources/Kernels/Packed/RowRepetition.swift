public import Tensors

/// Every row of some packed signals repeated as often as asked: length regulation (Ren et al., "FastSpeech", 2019, section 3.2).
public struct RowRepetition: Sendable, Equatable {
    public let input: SignalLayout
    public let output: SignalLayout
    /// For each row of the input, margins included, the first row of the output that repeats it, and how many do.
    private let spans: [Range<Int>]

    /// - Parameter counts: of each signal, how often each of its rows comes; 0 drops one.
    public init(_ input: SignalLayout, counts: [[Int]]) {
        precondition(counts.map(\.count) == input.lengths, "\(counts.map(\.count)) counts for \(input.lengths) rows")
        self.input = input
        output = SignalLayout(lengths: counts.map { $0.reduce(0, +) })
        var spans = [Range<Int>](repeating: 0..<0, count: input.rowCount)
        for (signal, counts) in counts.enumerated() {
            var row = output.starts[signal]
            for (index, count) in counts.enumerated() {
                spans[input.starts[signal] + index] = row..<row + count
                row += count
            }
        }
        self.spans = spans
    }

    public func repeated(_ tensor: Tensor) -> Tensor {
        input.check(tensor)
        let channels = tensor.channels
        let result = Tensor([1, output.rowCount, channels])
        Parallel.forEach(spans.count, grain: 16) { rows in
            for row in rows {
                for target in spans[row] {
                    (result.pointer(Float.self) + target * channels).update(
                        from: tensor.pointer(Float.self) + row * channels, count: channels)
                }
            }
        }
        output.clearMargins(of: result)
        withExtendedLifetime((tensor, result)) {}
        return result
    }

    /// The adjoint of ``repeated(_:)``: the sum of each row's repetitions.
    public func gathered(_ gradient: Tensor) -> Tensor {
        output.check(gradient)
        let channels = gradient.channels
        let result = Tensor.zeros([1, input.rowCount, channels])
        Parallel.forEach(spans.count, grain: 16) { rows in
            for row in rows {
                let sum = result.pointer(Float.self) + row * channels
                for source in spans[row] {
                    let from = UnsafePointer(gradient.pointer(Float.self)) + source * channels
                    combine(UnsafePointer(sum), from, sum, count: channels) { $0 + $1 }
                }
            }
        }
        withExtendedLifetime((gradient, result)) {}
        return result
    }
}
