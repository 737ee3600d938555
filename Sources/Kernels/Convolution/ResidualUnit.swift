public import Tensors

/// A residual unit of MelGAN's generator over whole signals, float32, without copies for padding and activation:
///
///     y = shortcut(x) + pointwise(leakyReLU(h)),    h = dilated(padded(leakyReLU(x)))
///
/// with reflection padding of `dilation` steps on both sides and an optional leaky ReLU of `y`. Time is divided into tiles small
/// enough that everything a tile needs stays in the second-level cache, so that each signal is read and written once.
public struct ResidualUnit {
    /// Weights `[channels, channels, kernel]` and bias.
    public struct Layer {
        let weights: Tensor
        let bias: Tensor

        public init(weights: Tensor, bias: Tensor) { (self.weights, self.bias) = (weights, bias) }
    }

    let channels: Int
    let dilation: Int
    let negativeSlope: Float
    let dilated: Layer
    let pointwise: Layer
    let shortcut: Layer

    public init(dilated: Layer, pointwise: Layer, shortcut: Layer, dilation: Int, negativeSlope: Float) {
        channels = dilated.weights.shape[0]
        (self.dilated, self.pointwise, self.shortcut) = (dilated, pointwise, shortcut)
        (self.dilation, self.negativeSlope) = (dilation, negativeSlope)
        for (layer, kernel) in [(dilated, 3), (pointwise, 1), (shortcut, 1)] {
            precondition(
                layer.weights.shape == [channels, channels, kernel] && layer.bias.count == channels,
                "weights \(layer.weights.shape), expected \([channels, channels, kernel])")
        }
    }

    /// Whether this is faster than separate convolutions for signals of this size: wider ones are shorter and stay in the cache
    /// anyway.
    public static func suits(channels: Int, time: Int, dilation: Int) -> Bool {
        WeightGradientGEMM.isFast && channels <= 128 && time > dilation
    }

    /// - Parameter rectifies: Whether a leaky ReLU comes last.
    /// - Returns: y, and leakyReLU(h) for the backward pass; both have the shape of `input`, `[batch, time, channels]`.
    public func output(of input: Tensor, rectifies: Bool) -> (output: Tensor, hidden: Tensor) {
        precondition(input.channels == channels, "\(input.shape) given, \(channels) channels expected")
        let (output, hidden) = (Tensor(input.shape), Tensor(input.shape))
        let geometry = ConvolutionGeometry(from: channels, to: channels, kernel: 1)
        let first = PackedGEMM(
            ConvolutionWeights(
                dilated.weights, ConvolutionGeometry(from: channels, to: channels, kernel: 3, dilation: dilation)),
            bias: dilated.bias)
        let second = PackedGEMM(
            ConvolutionWeights(pointwise.weights, geometry), bias: pointwise.bias,
            shortcut: (ConvolutionWeights(shortcut.weights, geometry), shortcut.bias))
        let tiles = ResidualTiles(batch: input.batch, time: input.time, channels: channels, dilation: dilation)
        let workers = Parallel.threadCount
        let scratch = Tensor([workers, (tiles.longest + 2 * dilation) * channels])
        Parallel.forEachItem(tiles.count, workers: workers) { worker, item in
            let tile = tiles[item]
            let start = (tile.entry * input.time + tile.steps.lowerBound) * channels
            let source = input.pointer(Float.self) + start
            let padded = scratch.pointer(Float.self) + worker * scratch.shape[1]
            fillPadded(padded, tile, input)
            let kept = Rows(hidden.pointer(Float.self) + start, stride: channels)
            first.run(
                tile.steps.count, input: Rows(padded, stride: channels), output: kept, negativeSlope: negativeSlope)
            second.run(
                tile.steps.count, input: kept, shortcut: Rows(source, stride: channels),
                output: Rows(output.pointer(Float.self) + start, stride: channels),
                negativeSlope: rectifies ? negativeSlope : nil)
        }
        withExtendedLifetime((input, output, hidden, scratch)) {}
        return (output, hidden)
    }

    /// Fills in the rows of padded(leakyReLU(x)) that a tile's rows of h read.
    func fillPadded(_ place: UnsafeMutablePointer<Float>, _ tile: ResidualTiles.Tile, _ input: Tensor) {
        let source = input.pointer(Float.self) + tile.entry * input.time * channels
        let seen = tile.steps.lowerBound - dilation..<tile.steps.upperBound + dilation
        let there = seen.clamped(to: 0..<input.time)
        func copy(_ from: Int, _ to: Int, _ count: Int) {
            transform(
                UnsafePointer(source) + from * channels, place + (to - seen.lowerBound) * channels, count: count * channels
            ) { $0.leakyReLU(negativeSlope) }
        }
        copy(there.lowerBound, there.lowerBound, there.count)
        for step in seen.lowerBound..<there.lowerBound { copy(ReflectionPadding.reflect(step, input.time), step, 1) }
        for step in there.upperBound..<seen.upperBound { copy(ReflectionPadding.reflect(step, input.time), step, 1) }
    }
}

/// The division of a ``ResidualUnit``'s signals into tiles.
struct ResidualTiles {
    struct Tile {
        let entry: Int
        let steps: Range<Int>
    }

    private let time: Int
    private let perEntry: Int
    let count: Int

    /// Floats of one signal's tile. Seven of them and the weights fit into a second-level cache of a megabyte.
    private static let floats = 20_000

    init(batch: Int, time: Int, channels: Int, dilation: Int) {
        precondition(time > dilation, "reflection by \(dilation) needs more than \(time) steps")
        self.time = time
        // A tile is longer than a margin, which therefore repeats steps of the adjacent tile only.
        perEntry = max(1, min(time / max(96, Self.floats / channels), time / (dilation + 1)))
        count = batch * perEntry
    }

    /// Steps of the longest tile.
    var longest: Int { (time + perEntry - 1) / perEntry }

    subscript(index: Int) -> Tile {
        let (entry, tile) = index.quotientAndRemainder(dividingBy: perEntry)
        return Tile(entry: entry, steps: time * tile / perEntry..<time * (tile + 1) / perEntry)
    }
}
