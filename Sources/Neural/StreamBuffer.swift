package import Kernels
import Platform
package import Tensors

/// Rows of a signal that slides past: new ones are appended, and those that no layer will read again make room.
///
/// Row 0 is the signal's first. Around the signal lie a layer's margins: as many rows as it reaches beyond either end,
/// reflected or zeros. They are filled in as soon as what they mirror is there, so that a layer sees rows and nothing else.
package struct StreamBuffer {
    package enum Padding { case reflected, zeros }

    package let channels: Int
    /// Rows around the signal.
    package let margin: Int
    package let padding: Padding
    /// Rows kept before row 0: the margin, and what the layer before writes ahead of its first row.
    private let front: Int
    private let rowBytes: Int
    private var numbers: Tensor
    /// The row that lies first in memory.
    private var base: Int
    /// One past the last row of the signal so far.
    package private(set) var end = 0
    /// The first row whose output is still to be computed.
    package private(set) var next = 0
    private var hasStart: Bool
    package private(set) var hasEnded = false

    /// - Parameter lead: Rows that may be written before row 0, and mean nothing.
    package init(channels: Int, type: ScalarType, margin: Int, padding: Padding, lead: Int = 0) {
        (self.channels, self.margin, self.padding) = (channels, margin, padding)
        rowBytes = channels * type.byteCount
        front = max(margin, lead)
        numbers = Tensor([1, front + 64, channels], type)
        base = -front
        hasStart = padding == .zeros || margin == 0
        if padding == .zeros, margin > 0 { clear(-margin..<0) }
    }

    /// One past the last row there is, the margin at the end included.
    private var paddedEnd: Int { end + (hasEnded ? margin : 0) }

    /// The rows whose neighbours, `right` on that side, are all there.
    package func ready(reachingRight right: Int) -> Range<Int> {
        next..<(hasStart ? max(next, paddedEnd - right) : next)
    }

    /// Memory from `row` on, of float32.
    package func rows(from row: Int) -> Rows {
        Rows(numbers.pointer(Float.self) + (row - base) * channels, stride: channels)
    }

    /// The memory of `range`, whether written yet or not, as long as there is room for it.
    package func tensor(_ range: Range<Int>) -> Tensor {
        numbers.steps(range.lowerBound - base..<range.upperBound - base)
    }

    /// Makes sure that rows up to `limit` can be written. What lies before the rows still needed is let go.
    package mutating func makeRoom(upTo limit: Int) {
        guard limit + margin - base > numbers.time else { return }
        // The reflection at the end looks back as far as the margin.
        // Before the first row of the signal come those that the layer before writes ahead of it.
        let first = end == 0 ? base : max(base, min(hasStart ? next - margin : base, end - margin - 1))
        let (kept, needed) = (max(0, paddedEnd - first), limit + margin - first)
        let old = numbers
        if needed > old.time {
            numbers = Tensor([1, max(needed, old.time + old.time / 2), channels], old.type)
        }
        memmove(numbers.address, old.address + (first - base) * rowBytes, kept * rowBytes)
        withExtendedLifetime((old, numbers)) {}
        base = first
    }

    /// The rows before `newEnd` have been written.
    package mutating func extend(to newEnd: Int) {
        if padding == .zeros, margin > 0, end == 0, newEnd > 0 { clear(-margin..<0) }
        end = max(end, newEnd)
        if !hasStart, end > margin {
            for step in 1...margin { copyRow(step, to: -step) }
            hasStart = true
        }
    }

    /// Adds rows after those there are.
    ///
    /// - Precondition: of float32, and whole rows.
    package mutating func append(_ numbers: UnsafeBufferPointer<Float>) {
        precondition(numbers.count % channels == 0, "\(numbers.count) numbers for rows of \(channels)")
        let newEnd = end + numbers.count / channels
        makeRoom(upTo: newEnd)
        if let source = numbers.baseAddress {
            rows(from: end).base.update(from: source, count: numbers.count)
        }
        extend(to: newEnd)
    }

    /// No more rows come.
    package mutating func finish() {
        guard !hasEnded else { return }
        makeRoom(upTo: end)
        precondition(hasStart, "\(end) rows are too few to reflect \(margin)")
        if margin > 0 {
            switch padding {
            case .zeros: clear(end..<end + margin)
            case .reflected: for step in 1...margin { copyRow(end - 1 - step, to: end - 1 + step) }
            }
        }
        hasEnded = true
    }

    /// The output of all rows before `row` has been computed.
    package mutating func consume(to row: Int) { next = row }

    private func copyRow(_ source: Int, to target: Int) {
        address(of: target).copyMemory(from: address(of: source), byteCount: rowBytes)
    }

    private func clear(_ range: Range<Int>) {
        // All bits zero are a zero in either type.
        memset(address(of: range.lowerBound), 0, range.count * rowBytes)
    }

    private func address(of row: Int) -> UnsafeMutableRawPointer {
        numbers.address + (row - base) * rowBytes
    }
}
