import Kernels
import MelGAN
import Platform
import Spectra
import Tensors

/// The times of one benchmark, each with the machine's peak at that moment.
struct BenchMeasurement {
    let work: BenchWork
    /// For each run its seconds, and the operations per second that a matrix product reached just before it.
    private(set) var runs: [(seconds: Double, peak: Double)] = []

    init(_ work: BenchWork) { self.work = work }

    var times: [Double] { runs.map(\.seconds) }
    var medianSeconds: Double { median(times) }
    /// The quartiles of the times.
    var quartiles: (lower: Double, upper: Double) { (quantile(times, 0.25), quantile(times, 0.75)) }
    /// Seconds of sound per second of computing.
    var timesRealTime: Double { work.audioSeconds / medianSeconds }
    /// Operations per second.
    var rate: Double? { work.operations.map { $0 / medianSeconds } }
    /// The fraction of the matrix product's rate: the median over runs, each divided by the product just before it.
    var shareOfPeak: Double? {
        work.operations.map { operations in median(runs.map { operations / $0.seconds / $0.peak }) }
    }

    /// Times every benchmark `count` times, one run of each in turn: the speed of a shared machine changes from minute to
    /// minute, and in this way changes all results alike.
    ///
    /// - Parameter progress: called before each turn with its number.
    static func all(of works: [BenchWork], count: Int, progress: (Int) -> Void) -> [BenchMeasurement] {
        var measurements = works.map(BenchMeasurement.init)
        var peaks: [ScalarType: BenchPeak] = [:]
        for type in Set(works.map { $0.precision ?? .float32 }) {
            peaks[type] = BenchPeak(type)
            _ = peaks[type]!.measure()
        }
        // The first run, which generates code and allocates memory, is not timed.
        for work in works where work.mostRuns > count { work.run() }
        let clock = ContinuousClock()
        for turn in 0..<count {
            progress(turn)
            for index in works.indices where turn < works[index].mostRuns {
                let peak = peaks[works[index].precision ?? .float32]!.measure()
                let time = clock.measure { works[index].run() }
                measurements[index].runs.append((time.inSeconds, peak))
            }
        }
        return measurements
    }
}

/// The median of `values`: the middle one, or the mean of the middle two.
func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

/// The quantile of `values` at `fraction`, 0...1, interpolated between neighbours.
func quantile(_ values: [Double], _ fraction: Double) -> Double {
    let sorted = values.sorted()
    let position = fraction * Double(sorted.count - 1)
    let index = min(Int(position), sorted.count - 1), next = min(index + 1, sorted.count - 1)
    return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
}

/// A benchmark: work to be timed.
struct BenchWork {
    /// Its name on the command line and in results, such as `synth-10`.
    var name: String
    /// A description of what a run does.
    var detail: String
    /// The type that its convolutions compute in; nil for a benchmark without convolutions.
    var precision: ScalarType?
    /// The seconds of sound that a run makes, reads or trains on.
    var audioSeconds: Double
    /// The floating-point operations of a run, where a multiplication and an addition are two; nil where they are not counted.
    var operations: Double?
    /// The most runs, however many are asked for; few for what takes long.
    var mostRuns = Int.max
    var run: () -> Void
}

/// The rate at which this machine multiplies large matrices, a peak for convolutions.
///
/// It is measured with oneDNN's convolution of kernel 1 as a product of two matrices of 2048 rows and columns.
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

    /// The operations per second of the fastest product of those that fit in a tenth of a second, at least two.
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

// Floating-point operations are counted as usual: two for each weight of a convolution at each position; activation
// functions, biases and sums are not counted.

/// The operations of one adversarial step: the generator forward and backward (for inputs and for weights), the discriminators
/// forward and backward on real and on generated audio, then forward and backward to their input on generated audio.
func operations(
    ofStep generator: AnyGeneratorConfiguration, _ discriminators: [WeightedDiscriminator], batch: Int, frames: Int
) -> Double {
    let samples = frames * generator.hopLength
    let discriminator = discriminators.reduce(0) { $0 + $1.configuration.operations(samples: samples) }
    return Double(batch) * (3 * generator.operations(frames: frames) + (2 * 3 + 2) * discriminator)
}

/// The operations of `count` real Fourier transforms, by the usual count of `5/2 n log2 n` each.
func operations(ofTransforms count: Int, size: Int) -> Double {
    2.5 * Double(count) * Double(size) * log2(Double(size))
}
