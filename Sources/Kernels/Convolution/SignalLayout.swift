public import Tensors

/// The layout of signals of different lengths in one tensor `[1, rows, channels]`: one after the other, with rows of zeros before,
/// between and after them.
///
/// One convolution over all rows is then the zero-padded convolution of every signal, and nothing is computed for padding to a
/// common length: a batch of sentences need not be sorted by length.
public struct SignalLayout: Sendable, Equatable {
    /// Rows of zeros on either side of a signal: half the largest kernel.
    public static let margin = 3

    /// Rows of each signal.
    public let lengths: [Int]
    /// The first row of each signal.
    public let starts: [Int]
    /// Rows of all signals and margins.
    public let rowCount: Int

    /// - Precondition: Every length is at least 1.
    public init(lengths: [Int]) {
        precondition(!lengths.isEmpty && lengths.allSatisfy { $0 > 0 }, "no signals of \(lengths) rows")
        self.lengths = lengths
        var (starts, row) = ([Int](), Self.margin)
        for length in lengths {
            starts.append(row)
            row += length + Self.margin
        }
        (self.starts, rowCount) = (starts, row)
    }

    public var signalCount: Int { lengths.count }
    /// Rows of all signals, without margins.
    public var contentCount: Int { lengths.reduce(0, +) }

    public func rows(of signal: Int) -> Range<Int> { starts[signal]..<starts[signal] + lengths[signal] }

    /// The rows of all signals, in order.
    public var contentRows: [Int] { lengths.indices.flatMap { Array(rows(of: $0)) } }

    /// The rows from the first of the first signal to the last of the last.
    var inner: Range<Int> { Self.margin..<rowCount - Self.margin }

    /// Sets the margins of `tensor` to zero, in place.
    public func clearMargins(of tensor: Tensor) {
        check(tensor)
        let (numbers, channels) = (tensor.pointer(Float.self), tensor.channels)
        (numbers).update(repeating: 0, count: Self.margin * channels)
        for signal in lengths.indices {
            (numbers + (starts[signal] + lengths[signal]) * channels).update(repeating: 0, count: Self.margin * channels)
        }
        withExtendedLifetime(tensor) {}
    }

    func check(_ tensor: Tensor) {
        precondition(
            tensor.shape.count == 3 && tensor.batch == 1 && tensor.time == rowCount,
            "\(tensor.shape) for a layout of \(rowCount) rows")
    }

    /// The signals, `[row, channel]` each, packed into one tensor with their margins.
    public func packed(_ signals: [[Float]], channels: Int) -> Tensor {
        precondition(signals.count == signalCount, "\(signals.count) signals for a layout of \(signalCount)")
        let result = Tensor.zeros([1, rowCount, channels])
        for (signal, values) in signals.enumerated() {
            precondition(
                values.count == lengths[signal] * channels,
                "\(values.count) values for \(lengths[signal]) rows of \(channels) channels")
            values.withUnsafeBufferPointer { values in
                (result.pointer(Float.self) + starts[signal] * channels).update(
                    from: values.baseAddress!, count: values.count)
            }
        }
        withExtendedLifetime(result) {}
        return result
    }
}

/// The length regulator: repeats every row of packed signals a given number of times (Ren et al., "FastSpeech", 2019, section
/// 3.2).
public struct RowRepetition: Sendable, Equatable {
    public let input: SignalLayout
    public let output: SignalLayout
    /// For each row of the input, margins included, the rows of the output that repeat it.
    private let spans: [Range<Int>]

    /// - Parameter counts: For each signal, how often each of its rows is repeated; 0 drops the row.
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
