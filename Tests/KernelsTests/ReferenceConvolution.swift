/// A convolution as its definition has it: a list of terms `output[o] += weight[w] * input[i]`, whose gradients are
/// the same terms read the other ways.
protocol ReferenceProduct {
    var batch: Int { get }
    var inputCount: Int { get }
    var weightCount: Int { get }
    var outputCount: Int { get }
    /// Calls `body(input, weight, output)` with the offsets of each term.
    func forEachTerm(_ body: (Int, Int, Int) -> Void)
}

extension ReferenceProduct {
    func output(_ input: [Double], _ weights: [Double], bias: [Double]) -> [Double] {
        var output = (0..<outputCount).map { bias[$0 % bias.count] }
        forEachTerm { output[$2] += weights[$1] * input[$0] }
        return output
    }

    func inputGradient(_ gradient: [Double], _ weights: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: inputCount)
        forEachTerm { result[$0] += weights[$1] * gradient[$2] }
        return result
    }

    func weightGradient(_ input: [Double], _ gradient: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: weightCount)
        forEachTerm { result[$1] += input[$0] * gradient[$2] }
        return result
    }

    func biasGradient(_ gradient: [Double], channels: Int) -> [Double] {
        var result = [Double](repeating: 0, count: channels)
        for (index, value) in gradient.enumerated() { result[index % channels] += value }
        return result
    }
}

/// `y[b, t, o] = sum over k, i of w[o, i, k] * x[b, t * stride + k * dilation - paddingLeft, group(o) + i]`.
struct ReferenceConvolution: ReferenceProduct {
    var batch: Int
    var time: Int
    var inputChannels: Int
    var outputChannels: Int
    var kernel: Int
    var stride = 1
    var dilation = 1
    var paddingLeft = 0
    var paddingRight = 0
    var groups = 1

    var outputTime: Int { (time + paddingLeft + paddingRight - (kernel - 1) * dilation - 1) / stride + 1 }
    var inputCount: Int { batch * time * inputChannels }
    var weightCount: Int { outputChannels * (inputChannels / groups) * kernel }
    var outputCount: Int { batch * outputTime * outputChannels }

    @inline(__always)
    func forEachTerm(_ body: (Int, Int, Int) -> Void) {
        let (inputs, outputs) = (inputChannels / groups, outputChannels / groups)
        for entry in 0..<batch {
            for step in 0..<outputTime {
                for output in 0..<outputChannels {
                    for tap in 0..<kernel {
                        let source = step * stride + tap * dilation - paddingLeft
                        guard source >= 0 && source < time else { continue }
                        let first = (entry * time + source) * inputChannels + output / outputs * inputs
                        for input in 0..<inputs {
                            body(
                                first + input, (output * inputs + input) * kernel + tap,
                                (entry * outputTime + step) * outputChannels + output)
                        }
                    }
                }
            }
        }
    }
}

/// `y[b, n, o] = sum over i, j of w[i, o, n + padding - j * stride] * x[b, j, i]`, as many samples as PyTorch's formula says.
struct ReferenceTransposedConvolution: ReferenceProduct {
    var batch: Int
    var time: Int
    var inputChannels: Int
    var outputChannels: Int
    var kernel: Int
    var stride: Int
    var padding: Int
    var outputPadding: Int

    var outputTime: Int { (time - 1) * stride - 2 * padding + kernel + outputPadding }
    var inputCount: Int { batch * time * inputChannels }
    var weightCount: Int { inputChannels * outputChannels * kernel }
    var outputCount: Int { batch * outputTime * outputChannels }

    @inline(__always)
    func forEachTerm(_ body: (Int, Int, Int) -> Void) {
        for entry in 0..<batch {
            for step in 0..<time {
                for tap in 0..<kernel {
                    let sample = step * stride + tap - padding
                    guard sample >= 0 && sample < outputTime else { continue }
                    for input in 0..<inputChannels {
                        for output in 0..<outputChannels {
                            body(
                                (entry * time + step) * inputChannels + input,
                                (input * outputChannels + output) * kernel + tap,
                                (entry * outputTime + sample) * outputChannels + output)
                        }
                    }
                }
            }
        }
    }
}
