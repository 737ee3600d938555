public import Tensors

/// A ConvNeXt block (Liu et al. 2022) in one dimension over packed signals, forward and backward:
///
///     y = x + dropout(scale * contract(GELU(expand(layerNorm(depthwise(x))))))
///
/// | operation | weights | shape of its result for T rows |
/// |---|---|---|
/// | depthwise convolution, zeros around each signal | `[kernel, C]`, `[C]` | `[T, C]` |
/// | layer normalization without weights, which `expand` makes redundant | | `[T, C]` |
/// | expand, GELU | `[H, C, 1]`, `[H]` | `[T, H]` |
/// | contract, scale by channel | `[C, H, 1]`, `[C]`, `[C]` | `[T, C]` |
/// | dropout, in training only | | |
///
/// Rows go through all operations in tiles that stay in the cache. The scale is multiplied into `contract` beforehand; its gradient
/// follows from that of the product. Channel counts are multiples of 16.
public struct ConvNeXtPass {
    /// The weights, with the shapes of the table above; also their gradients.
    public struct Weights {
        public var depthwise: Tensor
        public var depthwiseBias: Tensor
        public var expand: Tensor
        public var expandBias: Tensor
        public var contract: Tensor
        public var contractBias: Tensor
        public var scale: Tensor

        public init(
            depthwise: Tensor, depthwiseBias: Tensor, expand: Tensor, expandBias: Tensor, contract: Tensor,
            contractBias: Tensor, scale: Tensor
        ) {
            (self.depthwise, self.depthwiseBias) = (depthwise, depthwiseBias)
            (self.expand, self.expandBias) = (expand, expandBias)
            (self.contract, self.contractBias, self.scale) = (contract, contractBias, scale)
        }
    }

    /// Intermediate results that the backward pass needs.
    public struct Memory {
        /// The result of layer normalization, `[1, rows, C]`.
        let normalized: Tensor
        /// The factor `1 / sqrt(variance + epsilon)` of each row.
        let scales: Tensor
        /// The input of the GELU, `[1, rows, H]`; the backward pass overwrites it.
        let hidden: Tensor
    }

    let weights: Weights
    let channels: Int
    let hiddenChannels: Int
    let kernel: Int
    /// `contract` and its bias times `scale`.
    let scaledContract: Tensor
    let expand: PackedGEMM
    let contract: PackedGEMM

    /// Rows of a tile.
    static let tileRows = 48

    public init(_ weights: Weights) {
        self.weights = weights
        (kernel, channels) = (weights.depthwise.shape[0], weights.depthwise.shape[1])
        hiddenChannels = weights.expand.shape[0]
        precondition(
            channels % 16 == 0 && hiddenChannels % 16 == 0 && kernel % 2 == 1 && kernel / 2 <= SignalLayout.margin,
            "a block of \(channels) and \(hiddenChannels) channels with a kernel of \(kernel)")
        precondition(
            weights.expand.shape == [hiddenChannels, channels, 1] && weights.contract.shape == [channels, hiddenChannels, 1],
            "\(weights.expand.shape) and \(weights.contract.shape) for \(channels) channels")
        let (scaledContract, scaledBias) = (Tensor(weights.contract.shape), Tensor([channels]))
        for channel in 0..<channels {
            let factor = weights.scale.pointer(Float.self)[channel]
            scaledBias.pointer(Float.self)[channel] = factor * weights.contractBias.pointer(Float.self)[channel]
            transform(
                UnsafePointer(weights.contract.pointer(Float.self)) + channel * hiddenChannels,
                scaledContract.pointer(Float.self) + channel * hiddenChannels, count: hiddenChannels
            ) { $0 * factor }
        }
        self.scaledContract = scaledContract
        expand = Self.product(weights.expand, bias: weights.expandBias)
        contract = Self.product(scaledContract, bias: scaledBias)
        withExtendedLifetime(weights) {}
    }

    /// The GEMM of a pointwise layer with weights `[output, input, 1]`.
    private static func product(_ weights: Tensor, bias: Tensor?) -> PackedGEMM {
        let (outputs, inputs) = (weights.shape[0], weights.shape[1])
        return PackedGEMM(
            from: inputs, to: outputs, shifts: [0],
            taps: MatrixView(weights, rowOffsets: Array(0..<inputs), columnOffsets: (0..<outputs).map { $0 * inputs }),
            bias: bias)
    }

    /// The adjoint of a pointwise layer.
    static func adjoint(_ weights: Tensor) -> PackedGEMM {
        let (outputs, inputs) = (weights.shape[0], weights.shape[1])
        return PackedGEMM(
            from: outputs, to: inputs, shifts: [0],
            taps: MatrixView(weights, rowOffsets: (0..<outputs).map { $0 * inputs }, columnOffsets: Array(0..<inputs)),
            bias: nil)
    }

    /// The block's result, without dropout.
    public func output(of input: Tensor, _ layout: SignalLayout) -> Tensor {
        run(input, layout, dropout: nil, memory: nil)
    }

    /// The block's result, and the intermediate results that ``gradients(from:input:_:dropout:_:)`` needs.
    public func outputWithMemory(
        of input: Tensor, _ layout: SignalLayout, dropout: Dropout?
    ) -> (output: Tensor, memory: Memory) {
        let memory = Memory(
            normalized: Tensor(input.shape), scales: Tensor([layout.rowCount]),
            hidden: Tensor([1, layout.rowCount, hiddenChannels]))
        let output = run(input, layout, dropout: dropout, memory: memory)
        // Margins take part in products, so they must hold finite numbers.
        layout.clearMargins(of: memory.normalized)
        layout.clearMargins(of: memory.hidden)
        return (output, memory)
    }

    private func run(_ input: Tensor, _ layout: SignalLayout, dropout: Dropout?, memory: Memory?) -> Tensor {
        layout.check(input)
        precondition(input.channels == channels, "\(input.channels) channels given, \(channels) expected")
        let output = Tensor(input.shape)
        let inner = layout.inner
        forEachTile(inner.count) { tile, scratch in
            let first = inner.lowerBound + tile.lowerBound
            let normal =
                memory.map { $0.normalized.pointer(Float.self) + first * channels } ?? scratch.normal.pointer(Float.self)
            let hidden =
                memory.map { $0.hidden.pointer(Float.self) + first * hiddenChannels } ?? scratch.hidden.pointer(Float.self)
            let source = UnsafePointer(input.pointer(Float.self)) + first * channels
            let result = output.pointer(Float.self) + first * channels
            addBranch(
                tile.count, source, normal: normal, hidden: hidden, gated: scratch.hidden.pointer(Float.self),
                scales: memory.map { $0.scales.pointer(Float.self) + first }, dropout: dropout.map { ($0, first * channels) },
                into: result)
        }
        layout.clearMargins(of: output)
        withExtendedLifetime((input, output, memory, weights)) {}
        return output
    }

    /// Computes `count` rows of the result on all threads. A row has the same bits however rows are divided among calls.
    ///
    /// - Parameter input: Begins half a kernel before the first row, and ends as much after the last.
    package func runOnAllThreads(_ count: Int, input: Rows, output: Rows) {
        precondition(input.stride == channels && output.stride == channels, "rows of \(input.stride) and \(output.stride) numbers")
        forEachTile(count) { tile, scratch in
            let hidden = scratch.hidden.pointer(Float.self)
            addBranch(
                tile.count, UnsafePointer(input.base) + (tile.lowerBound + kernel / 2) * channels,
                normal: scratch.normal.pointer(Float.self), hidden: hidden, gated: hidden, scales: nil, dropout: nil,
                into: output.base + tile.lowerBound * channels)
        }
        withExtendedLifetime(weights) {}
    }

    /// Calls `body` for every tile of `count` rows, in parallel, with memory for its intermediate results.
    private func forEachTile(_ count: Int, _ body: (_ rows: Range<Int>, _ scratch: (normal: Tensor, hidden: Tensor)) -> Void) {
        let tiles = (count + Self.tileRows - 1) / Self.tileRows
        let threads = max(1, min(Parallel.threadCount, tiles))
        let scratch = (0..<threads).map { _ in
            (normal: Tensor([Self.tileRows, channels]), hidden: Tensor([Self.tileRows, hiddenChannels]))
        }
        Parallel.forEachItem(tiles, workers: threads) { worker, tile in
            body(tile * Self.tileRows..<min(count, (tile + 1) * Self.tileRows), scratch[worker])
        }
        withExtendedLifetime(scratch) {}
    }

    /// Computes rows of the result.
    ///
    /// - Parameters:
    ///   - source: The rows' input, with its neighbours around it.
    ///   - normal: Takes the result of layer normalization.
    ///   - hidden: Takes the input of the GELU, and `gated` its output; they may be the same memory.
    ///   - scales: Takes the factor of layer normalization of each row.
    ///   - dropout: Dropout, and the number of its first factor.
    private func addBranch(
        _ count: Int, _ source: UnsafePointer<Float>, normal: UnsafeMutablePointer<Float>, hidden: UnsafeMutablePointer<Float>,
        gated: UnsafeMutablePointer<Float>, scales: UnsafeMutablePointer<Float>?, dropout: (Dropout, first: Int)?,
        into result: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<count {
            let place = normal + row * channels
            convolve(source + (row - kernel / 2) * channels, into: place)
            let scale = LayerNormalization.normalize(UnsafePointer(place), into: place, channels)
            scales?[row] = scale
        }
        expand.run(count, input: Rows(normal, stride: channels), output: Rows(hidden, stride: hiddenChannels))
        transform(UnsafePointer(hidden), gated, count: count * hiddenChannels) { gelu($0) }
        contract.run(count, input: Rows(gated, stride: hiddenChannels), output: Rows(result, stride: channels))
        for index in stride(from: 0, to: count * channels, by: 16) {
            var branch = Float.loadVector(UnsafePointer(result + index))
            if let dropout { branch *= dropout.0.factors(dropout.first + index) }
            Float.store(branch + Float.loadVector(source + index), at: result + index)
        }
    }

    /// Computes one row of the depthwise convolution.
    ///
    /// - Parameter source: The first row that the kernel reaches.
    @inline(__always)
    private func convolve(_ source: UnsafePointer<Float>, into place: UnsafeMutablePointer<Float>) {
        let (taps, bias) = (
            UnsafePointer(weights.depthwise.pointer(Float.self)), UnsafePointer(weights.depthwiseBias.pointer(Float.self))
        )
        for index in stride(from: 0, to: channels, by: 16) {
            var sum = Float.loadVector(bias + index)
            for tap in 0..<kernel {
                let place = tap &* channels &+ index
                sum.addProduct(Float.loadVector(taps + place), Float.loadVector(source + place))
            }
            Float.store(sum, at: place + index)
        }
    }
}
