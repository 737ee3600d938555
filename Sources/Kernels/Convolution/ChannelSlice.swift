import Tensors

/// Some channels of consecutive steps of a time-major signal.
///
/// Gathered, they are the rows of one group of a signal in polyphase form: the channels of `stride` steps side by side.
struct ChannelSlice {
    /// The slice's first channel at step 0.
    let base: UnsafeMutablePointer<Float>
    /// Steps of the signal.
    let time: Int
    /// Floats from one step to the next.
    let channels: Int
    /// Channels in the slice.
    let width: Int

    /// Copies `steps` to `place`, one after the other, with zeros for steps outside the signal.
    @inline(__always)
    func gather(_ steps: Range<Int>, at place: UnsafeMutablePointer<Float>) {
        let there = steps.clamped(to: 0..<time)
        (place).update(repeating: 0, count: (there.isEmpty ? steps.count : there.lowerBound - steps.lowerBound) * width)
        guard !there.isEmpty else { return }
        var target = place + (there.lowerBound - steps.lowerBound) * width
        forEach(there) { source in
            copy(source, target)
            target += width
        }
        target.update(repeating: 0, count: (steps.upperBound - there.upperBound) * width)
    }

    /// Copies from `place` to `steps`, one after the other, leaving out steps outside the signal.
    @inline(__always)
    func scatter(_ steps: Range<Int>, from place: UnsafePointer<Float>) {
        let there = steps.clamped(to: 0..<time)
        guard !there.isEmpty else { return }
        var source = place + (there.lowerBound - steps.lowerBound) * width
        forEach(there) { target in
            copy(source, target)
            source += width
        }
    }

    @inline(__always)
    private func forEach(_ steps: Range<Int>, _ body: (UnsafeMutablePointer<Float>) -> Void) {
        var address = base + steps.lowerBound * channels
        for _ in 0..<steps.count {
            body(address)
            address += channels
        }
    }

    /// Copies four numbers at a time, because the discriminator's groups have four channels.
    @inline(__always)
    private func copy(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
        var index = 0
        while index &+ 4 <= width {
            SIMD4<Float>(at: source + index).store(at: target + index)
            index &+= 4
        }
        while index < width {
            target[index] = source[index]
            index &+= 1
        }
    }
}
