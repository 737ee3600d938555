public import Tensors

/// A two-dimensional convolution over the frames and bins of a spectrogram, with a stride over the bins and zeros around them:
///
///     y[b, t, f, o] = bias[o] + sum over i, k, l of  w[o, i, k, l] * x[b, t + l - frameKernel / 2, f * stride + k - binKernel / 2, i]
///
/// which is PyTorch's `Conv2d` over `[batch, channels, bins, frames]` padded by half its kernel.
///
/// It is brought to a convolution of stride 1 over the bins of each frame: the neighbouring frames are packed beside one another
/// as channels, with zeros around, and as many bins as the stride counts are folded into channels, which costs no work in
/// time-major memory. Activations are `[batch * frames, bins, channels]`.
public struct PlanarConvolution: Hashable, Sendable {
    public let inputChannels: Int
    public let outputChannels: Int
    /// The kernel over bins, odd.
    public let binKernel: Int
    /// The kernel over frames, odd.
    public let frameKernel: Int
    /// The stride over bins.
    public let stride: Int

    public init(from inputChannels: Int, to outputChannels: Int, binKernel: Int, frameKernel: Int, stride: Int = 1) {
        precondition(
            binKernel > 0 && frameKernel > 0 && binKernel % 2 == 1 && frameKernel % 2 == 1 && stride > 0,
            "a kernel of \(binKernel) bins and \(frameKernel) frames with a stride of \(stride)")
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.binKernel = binKernel
        self.frameKernel = frameKernel
        self.stride = stride
    }

    public var weightShape: [Int] { [outputChannels, inputChannels, binKernel, frameKernel] }

    public func outputBins(from bins: Int) -> Int { (bins - 1) / stride + 1 }

    private var foldedKernel: Int { (binKernel + stride - 1) / stride }
    /// Channels of a packed bin.
    private var packedChannels: Int { frameKernel * inputChannels }
    /// Packed bins of a frame.
    private func packedBins(from bins: Int) -> Int { (outputBins(from: bins) + foldedKernel - 1) * stride }

    /// The convolution of the packed activation.
    package var convolution: ConvolutionGeometry {
        ConvolutionGeometry(from: stride * packedChannels, to: outputChannels, kernel: foldedKernel)
    }

    // MARK: - Weights

    /// Calls `body` with the index of each weight and its index among the convolution's weights.
    private func forEachWeight(_ body: (_ own: Int, _ folded: Int) -> Void) {
        var own = 0
        for output in 0..<outputChannels {
            for input in 0..<inputChannels {
                for bin in 0..<binKernel {
                    let (tap, phase) = bin.quotientAndRemainder(dividingBy: stride)
                    for frame in 0..<frameKernel {
                        let channel = phase * packedChannels + frame * inputChannels + input
                        body(own, (output * stride * packedChannels + channel) * foldedKernel + tap)
                        own += 1
                    }
                }
            }
        }
    }

    /// Weights of ``weightShape`` as those of ``convolution``.
    package func foldedWeights(_ weights: Tensor) -> Tensor {
        let folded = Tensor.zeros(convolution.weightShape)
        let (from, to) = (weights.pointer(Float.self), folded.pointer(Float.self))
        forEachWeight { to[$1] = from[$0] }
        withExtendedLifetime((weights, folded)) {}
        return folded
    }

    /// The way back of ``foldedWeights(_:)``, for gradients.
    package func planarWeights(_ folded: Tensor) -> Tensor {
        let weights = Tensor(weightShape)
        let (from, to) = (folded.pointer(Float.self), weights.pointer(Float.self))
        forEachWeight { to[$0] = from[$1] }
        withExtendedLifetime((weights, folded)) {}
        return weights
    }

    // MARK: - Activations

    /// The input as ``convolution`` takes it.
    ///
    /// - Parameters:
    ///   - input: `[batch * frames, bins, inputChannels]`.
    ///   - frames: The frames of one signal.
    /// - Returns: `[batch * frames, packed bins / stride, stride * frameKernel * inputChannels]`.
    public func packed(_ input: Tensor, frames: Int) -> Tensor {
        check(input.shape, frames)
        let (bins, rows, size) = (input.time, packedBins(from: input.time), input.channels * input.type.byteCount)
        let output = Tensor([input.batch, rows / stride, stride * packedChannels], input.type)
        let before = binKernel / 2
        // Where the stride leaves bins over, the last of them is not read.
        let content = min(bins, rows - before)
        Parallel.forEach(input.batch, grain: max(1, elementGrain / (rows * packedChannels))) { planes in
            for plane in planes {
                let target = output.address + plane * rows * frameKernel * size
                target.initializeMemory(as: UInt8.self, repeating: 0, count: before * frameKernel * size)
                let end = before + content
                (target + end * frameKernel * size)
                    .initializeMemory(as: UInt8.self, repeating: 0, count: (rows - end) * frameKernel * size)
                for tap in 0..<frameKernel {
                    let place = target + (before * frameKernel + tap) * size
                    let frame = plane % frames + tap - frameKernel / 2
                    let source: UnsafeRawPointer? =
                        (0..<frames).contains(frame)
                        ? UnsafeRawPointer(input.address + (plane + tap - frameKernel / 2) * bins * size) : nil
                    copyRows(content, of: size, from: source, to: place, stride: frameKernel * size)
                }
            }
        }
        withExtendedLifetime((input, output)) {}
        return output
    }

    /// The adjoint of ``packed(_:frames:)``.
    ///
    /// - Parameter bins: The bins of the input.
    public func inputGradient(from gradient: Tensor, frames: Int, bins: Int) -> Tensor {
        let output = Tensor([gradient.batch, bins, inputChannels], gradient.type)
        check(output.shape, frames)
        let (rows, before) = (packedBins(from: bins), binKernel / 2)
        let content = min(bins, rows - before)
        func run<Scalar: VectorLoadable>(_: Scalar.Type) {
            Parallel.forEach(output.batch, grain: max(1, elementGrain / (rows * packedChannels))) { planes in
                for plane in planes {
                    let target = output.pointer(Scalar.self) + plane * bins * inputChannels
                    (target + content * inputChannels).update(repeating: Scalar(0), count: (bins - content) * inputChannels)
                    // A frame is the neighbour `tap` of the frame that is `tap - frameKernel / 2` before it.
                    let after = plane % frames + frameKernel / 2
                    let taps = max(0, after - frames + 1)..<min(frameKernel, after + 1)
                    let source = UnsafePointer(gradient.pointer(Scalar.self)) + (plane + frameKernel / 2) * rows * packedChannels
                    addRows(content, taps, from: source + before * packedChannels, (1 - rows * frameKernel) * inputChannels, to: target)
                }
            }
        }
        if output.type == .float32 { run(Float.self) } else { run(BFloat16.self) }
        withExtendedLifetime((gradient, output)) {}
        return output
    }

    /// Sums, for each row of `inputChannels` numbers, those of several taps.
    ///
    /// - Parameters:
    ///   - source: The first row of tap 0; its rows are `packedChannels` numbers apart.
    ///   - tapStep: Numbers from a tap to the next.
    @inline(__always)
    private func addRows<Scalar: VectorLoadable>(
        _ count: Int, _ taps: Range<Int>, from source: UnsafePointer<Scalar>, _ tapStep: Int, to target: UnsafeMutablePointer<Scalar>
    ) {
        let (channels, step) = (inputChannels, packedChannels)
        for row in 0..<count {
            for first in Swift.stride(from: 0, to: channels, by: 16) {
                let lanes = min(16, channels &- first)
                var sum = SIMD16<Float>()
                for tap in taps { sum += load(source + (tap &* tapStep &+ row &* step &+ first), lanes) }
                store(sum, at: target + (row &* channels &+ first), lanes)
            }
        }
    }

    private func check(_ shape: [Int], _ frames: Int) {
        precondition(
            shape.count == 3 && frames > 0 && shape[0] % frames == 0 && shape[2] == inputChannels,
            "\(shape) for signals of \(frames) frames and \(inputChannels) channels")
    }
}

/// Copies `count` rows of `size` bytes to rows `stride` bytes apart, or zeros where there is no source.
private func copyRows(
    _ count: Int, of size: Int, from source: UnsafeRawPointer?, to target: UnsafeMutableRawPointer, stride: Int
) {
    /// Rows of a size that the processor moves at once.
    func copy<Unit: BitwiseCopyable>(_: Unit.Type, zero: Unit) {
        guard let source else {
            for row in 0..<count { (target + row &* stride).storeBytes(of: zero, as: Unit.self) }
            return
        }
        for row in 0..<count {
            (target + row &* stride).storeBytes(of: (source + row &* size).loadUnaligned(as: Unit.self), as: Unit.self)
        }
    }
    switch size {
    case 4: copy(UInt32.self, zero: 0)
    case 8: copy(UInt64.self, zero: 0)
    case 16: copy(SIMD4<UInt32>.self, zero: .zero)
    case 32: copy(SIMD8<UInt32>.self, zero: .zero)
    case 64: copy(SIMD16<UInt32>.self, zero: .zero)
    default:
        for row in 0..<count {
            let place = target + row * stride
            if let source {
                place.copyMemory(from: source + row * size, byteCount: size)
            } else {
                place.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            }
        }
    }
}
