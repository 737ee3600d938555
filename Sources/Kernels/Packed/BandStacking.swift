public import Tensors

/// Each band beside its neighbours: with it a convolution over time is one over bands and time.
///
///     y[n * outputs + b, t, k * C + c] = x[n * inputs + b * stride + k - kernel / 2, t, c]
///
/// with zeros where there is no such band. A convolution with a kernel of `kernel` bands by some frames and a stride of bands is
/// this, and then the convolution over time that takes `kernel * C` channels.
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

    /// Calls `body` with where the numbers of each band and each band that it stands beside begin.
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
