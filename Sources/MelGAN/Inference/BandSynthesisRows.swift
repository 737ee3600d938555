import Kernels
import Tensors

/// The end of a generator in sub-bands, over consecutive rows: the hyperbolic tangent of the bands, then the filters that join
/// them.
struct BandSynthesisRows {
    let bandCount: Int
    /// Rows on either side that a row of samples depends on.
    let reach: Int
    private let product: PackedGEMM

    init(_ configuration: SubBandConfiguration) {
        let filterbank = configuration.filterbank
        (bandCount, reach) = (filterbank.bandCount, filterbank.reachSteps)
        product = filterbank.synthesisProduct()
    }

    /// - Parameters:
    ///   - input: From `reach` rows before the first output's to as many after the last's.
    ///   - output: A row of as many samples as there are bands for each of `count`.
    func run(_ count: Int, input: Rows, output: UnsafeMutablePointer<Float>) {
        let rows = count + 2 * reach
        let bands = Tensor([1, rows, bandCount])
        let numbers = bands.pointer(Float.self)
        numbers.update(from: input.base, count: rows * bandCount)
        Elementwise.tanh(numbers, count: rows * bandCount)
        product.runOnAllThreads(
            count, input: Rows(numbers, stride: bandCount), output: Rows(output, stride: bandCount))
        withExtendedLifetime(bands) {}
    }
}
