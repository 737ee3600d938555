import Kernels
import Tensors
import TestSupport
import Testing

/// What ``PlanarConvolution`` computes as a whole is compared with PyTorch's by the tests of the spectrogram discriminators.
@Suite struct PlanarConvolutionTests {
    @Test("A packed activation and its gradient are adjoint", arguments: [(9, 3, 2, 17), (5, 1, 1, 8), (3, 5, 3, 11), (1, 1, 4, 10)])
    func adjoint(binKernel: Int, frameKernel: Int, stride: Int, bins: Int) {
        for channels in [1, 2, 8, 16, 19] {
            var numbers = SplitMix64(seed: 61)
            let planar = PlanarConvolution(
                from: channels, to: 4, binKernel: binKernel, frameKernel: frameKernel, stride: stride)
            let input = Tensor.random([2 * 3, bins, channels], using: &numbers)
            let output = planar.packed(input, frames: 3)
            let gradient = Tensor.random(output.shape, using: &numbers)
            expectAdjoint(input, output, gradient, planar.inputGradient(from: gradient, frames: 3, bins: bins))
        }
    }
}
