public import Tensors

/// Where signals of different lengths lie in one tensor `[1, rows, channels]`: one after the other, rows of zeros before,
/// between and after them.
///
/// A convolution over all rows is then that of every signal with zeros around it, and no step is computed for padding: a batch
/// of sentences need not be sorted by length.
public struct SignalLayout: Sendable, Equatable {
    /// Rows of zeros on either side of a signal: the farthest that a convolution may look.
    public static let margin = 3

    /// Rows of each signal.
    public let lengths: [Int]
    /// The row that each signal begins at.
    public let starts: [Int]
    /// Of all signals and margins.
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

    /// From the first row of the first signal to the last of the last.
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

    /// A tensor of the signals, `[row, channel]` each, with their margins.
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
