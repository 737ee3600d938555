public import Tensors

/// Cuts windows of time out of packed mel spectrograms, with bands as a separate dimension, for a discriminator that convolves over
/// both.
///
///     y[window * bands + band, t, 0] = x[row(window, t), band]
///     y[window * bands + band, t, 1] = position of the band, -1 ... 1
///
/// Windows may reach from one signal into the next.
public struct MelWindows: Sendable {
    /// The rows of each window; all windows have the same length.
    let rows: [[Int]]
    public let bands: Int

    /// Channels of the result: the mel and the position of the band.
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

    /// - Parameter input: `[1, rows, bands or more]`; channels after the bands are ignored.
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

/// Stacks each band with its neighbours as channels, so that a convolution over time becomes one over bands and time.
///
///     y[n * outputs + b, t, k * C + c] = x[n * inputs + b * stride + k - kernel / 2, t, c]
///
/// with zeros for bands that do not exist. A two-dimensional convolution with `kernel` bands by some frames and a stride over bands
/// is this, followed by a convolution over time with `kernel * C` input channels.
public struct BandStacking: Sendable, Hashable {
    public let inputBands: Int
    public let kernel: Int
    public let stride: Int

    /// - Parameter kernel: Odd.
    public init(inputBands: Int, kernel: Int, stride: Int) {
        precondition(kernel % 2 == 1 && stride > 0 && inputBands > 0, "a kernel of \(kernel) over \(inputBands) bands")
        (self.inputBands, self.kernel, self.stride) = (inputBands, kernel, stride)
    }

    public var outputBands: Int { (inputBands - 1) / stride + 1 }

    /// - Parameter input: `[n * inputBands, time, C]`.
    /// - Returns: `[n * outputBands, time, kernel * C]`.
    public func stacked(_ input: Tensor) -> Tensor {
        let result = Tensor.zeros([input.batch / inputBands * outputBands, input.time, kernel * input.channels])
        forEachPlane(input.batch, input.time, input.channels) { source, target in
            let (from, to) = (input.pointer(Float.self) + source, result.pointer(Float.self) + target)
            for step in 0..<input.time {
                (to + step * kernel * input.channels).update(from: from + step * input.channels, count: input.channels)
            }
        }
        withExtendedLifetime((input, result)) {}
        return result
    }

    /// The adjoint of ``stacked(_:)``.
    public func gathered(_ gradient: Tensor) -> Tensor {
        let channels = gradient.channels / kernel
        let result = Tensor.zeros([gradient.batch / outputBands * inputBands, gradient.time, channels])
        forEachPlane(result.batch, gradient.time, channels) { target, source in
            let from = UnsafePointer(gradient.pointer(Float.self)) + source
            let to = result.pointer(Float.self) + target
            for step in 0..<gradient.time {
                let place = to + step * channels
                combine(UnsafePointer(place), from + step * kernel * channels, place, count: channels) { $0 + $1 }
            }
        }
        withExtendedLifetime((gradient, result)) {}
        return result
    }

    /// Calls `body` with the offsets of each input band and of its place in each stack that holds it.
    private func forEachPlane(
        _ batch: Int, _ time: Int, _ channels: Int, _ body: (_ input: Int, _ output: Int) -> Void
    ) {
        precondition(batch % inputBands == 0, "\(batch) planes are no windows of \(inputBands) bands")
        for window in 0..<batch / inputBands {
            for band in 0..<outputBands {
                for tap in 0..<kernel {
                    let source = band * stride + tap - kernel / 2
                    guard (0..<inputBands).contains(source) else { continue }
                    body(
                        (window * inputBands + source) * time * channels,
                        ((window * outputBands + band) * time * kernel + tap) * channels)
                }
            }
        }
    }
}
