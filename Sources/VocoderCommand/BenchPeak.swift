import Kernels
import Tensors

/// The rate at which this machine multiplies large matrices: what convolutions can hope for.
///
/// The product of two matrices of 2048 rows and columns by oneDNN, as the convolution of kernel 1 that it is.
final class BenchPeak {
    static let size = 2048
    private let engine = Engine(primitiveLimit: 8)
    private let input: Tensor
    private let weights: ConvolutionWeights
    private let clock = ContinuousClock()

    init(_ precision: ScalarType) {
        let numbers = (0..<Self.size * Self.size).map { Float(($0 &* 2_654_435_761) & 0xFFFF) * 0x1p-16 - 0.5 }
        input = Elementwise.converted(Tensor(numbers, shape: [1, Self.size, Self.size]), to: precision)
        weights = ConvolutionWeights(
            Tensor(numbers, shape: [Self.size, Self.size, 1]),
            ConvolutionGeometry(from: Self.size, to: Self.size, kernel: 1))
    }

    /// Operations a second: the best of the products that fit in a tenth of a second, and of two at least.
    func measure() -> Double {
        let start = clock.now
        var best = Duration.seconds(3600), count = 0
        while count < 2 || clock.now - start < .milliseconds(100) {
            let time = clock.measure { _ = engine.convolution(of: input, by: weights, forInference: true) }
            best = min(best, time)
            count += 1
        }
        let size = Double(Self.size)
        return 2 * size * size * size / best.inSeconds
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
