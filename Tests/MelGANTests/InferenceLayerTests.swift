import Audio
import Kernels
import Neural
import Tensors
import Testing

@testable import MelGAN

/// Single layers that see their input in chunks, against the same layer on a tape.
struct InferenceLayerTests {
    static let layers: [(WeightNormConvolution.Form, StreamBuffer.Padding)] =
        [
            (16, 8, 4, 0), (4, 2, 1, 0), (11, 5, 3, 0), (10, 5, 2, 0), (7, 3, 2, 1), (4, 4, 0, 0), (3, 3, 1, 2), (9, 2, 4, 1),
        ].map {
            (.transposedConvolution(from: 6, to: 4, kernel: $0.0, stride: $0.1, padding: $0.2, outputPadding: $0.3), .zeros)
        }
        + [3, 7, 11].flatMap { kernel in
            [1, 3, 5].map { dilation in
                (
                    .convolution(from: 6, to: 6, kernel: kernel, dilation: dilation, padding: kernel / 2 * dilation),
                    StreamBuffer.Padding.zeros
                )
            }
        }

    @Test("A layer gives the tape's numbers however its input comes", arguments: layers, [1, 3, 64])
    func chunks(layer: (form: WeightNormConvolution.Form, padding: StreamBuffer.Padding), chunk: Int) {
        var random = SplitMix64(seed: 5)
        let convolution = WeightNormConvolution("layer", layer.form, using: &random)
        let time = 50
        let input = Tensor((0..<time * 6).map { Float((($0 * 37) % 101) - 50) / 50 }, shape: [1, time, 6])
        let tape = Tape(Engine())
        let expected = tape.convolution(Variable(input), by: convolution, negativeSlope: 0.1).value

        let fast = InferenceLayer(convolution, negativeSlope: 0.1, padding: layer.padding, .float32)
        var buffer = fast.window(lead: 0)
        var output = StreamBuffer(
            channels: fast.outputChannels, type: .float32, margin: 1, padding: .zeros, lead: fast.trim)
        var made: [Float] = []
        var marginIsZero: Bool?
        func take() {
            if marginIsZero == nil, output.end > 0 {
                let margin = UnsafeBufferPointer(start: output.rows(from: -1).base, count: fast.outputChannels)
                marginIsZero = margin.allSatisfy { $0 == 0 }
            }
            let rows = output.next..<output.end
            made += UnsafeBufferPointer(start: output.rows(from: rows.lowerBound).base, count: rows.count * fast.outputChannels)
            output.consume(to: rows.upperBound)
        }
        for first in stride(from: 0, to: time, by: chunk) {
            let rows = first * 6..<min(time, first + chunk) * 6
            input.values[rows].withUnsafeBufferPointer { buffer.append($0) }
            fast.advance(&buffer, into: &output)
            take()
        }
        buffer.finish()
        fast.advance(&buffer, into: &output)
        take()
        #expect(output.hasEnded && marginIsZero == true)
        #expect(made.count == expected.count)
        #expect(distance(made, expected.values) < 2e-6)
    }
}
