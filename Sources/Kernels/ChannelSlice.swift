/// Some channels of consecutive steps of a time-major signal.
///
/// Brought together they are the rows of a folded signal's group: the channels of `stride` steps side by side.
struct ChannelSlice {
    /// Step 0's first channel of the slice.
    let base: UnsafeMutablePointer<Float>
    /// Steps that exist.
    let time: Int
    /// From one step to the next.
    let channels: Int
    /// Channels in the slice.
    let width: Int

    /// Copies `steps` to `place`, one after the other, zeros where there is no such step.
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

    /// The way back: writes those of `steps` that exist, from `place`, one after the other.
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

    /// Four numbers at a time: the discriminator's groups have four channels.
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
