public import Tensors

/// Windows of time cut out of packed signals, bands as a dimension of their own, for a judge that looks at both.
///
///     y[window * bands + band, t, 0] = x[row(window, t), band]
///     y[window * bands + band, t, 1] = where among the bands, -1 ... 1
///
/// Windows may reach from one signal into the next.
public struct MelWindows: Sendable {
    /// Rows of the signals, of each window; all windows are as long.
    let rows: [[Int]]
    public let bands: Int

    /// Channels of what is cut.
    public static let channels = 2

    public var windowCount: Int { rows.count }
    public var length: Int { rows[0].count }

    /// - Parameter starts: The first frame of each window, counted over all signals without margins.
    public init(_ layout: SignalLayout, starts: [Int], length: Int, bands: Int) {
        let content = layout.contentRows
        precondition(
            !starts.isEmpty && starts.allSatisfy { $0 >= 0 && $0 + length <= content.count },
            "windows of \(length) frames at \(starts) of \(content.count)")
        rows = starts.map { Array(content[$0..<$0 + length]) }
        self.bands = bands
    }

    /// - Parameter input: `[1, rows, bands or more]`; what comes after the bands is left out.
    /// - Returns: `[windows * bands, length, 2]`.
    public func cut(_ input: Tensor) -> Tensor {
        let result = Tensor([windowCount * bands, length, Self.channels])
        let (from, to, width) = (input.pointer(Float.self), result.pointer(Float.self), input.channels)
        var place = 0
        for window in rows {
            for band in 0..<bands {
                let position = Float(2 * band) / Float(max(1, bands - 1)) - 1
                for row in window {
                    to[place] = from[row * width + band]
                    to[place + 1] = position
                    place += 2
                }
            }
        }
        withExtendedLifetime((input, result)) {}
        return result
    }

    /// The adjoint of ``cut(_:)``, for an input of `shape`.
    public func gathered(_ gradient: Tensor, shape: [Int]) -> Tensor {
        let result = Tensor.zeros(shape)
        let (from, to, width) = (gradient.pointer(Float.self), result.pointer(Float.self), shape[2])
        var place = 0
        for window in rows {
            for band in 0..<bands {
                for row in window {
                    to[row * width + band] += from[place]
                    place += 2
                }
            }
        }
        withExtendedLifetime((gradient, result)) {}
        return result
    }
}
