/// Where the block after this one lies: the cache lines of its rows are asked for while this one is multiplied.
struct WeightGradientLookahead {
    /// The cache lines of a row: `lines` of each phase.
    struct Row {
        let base: UnsafeMutablePointer<Float>
        let phaseStride: Int
        let phases: Int
        let lines: Int
        let stride: Int

        @inline(__always)
        func line(_ index: Int) -> (UnsafePointer<Float>, Int) {
            (UnsafePointer(base + index / lines * phaseStride + index % lines * 16), stride)
        }
    }

    let input: Row
    let gradient: Row
    /// Which of as many shares of the lines is this one's.
    let share: Int
    let shares: Int

    /// Line number `index` of this share: the input's first; after the last, one that is there already.
    @inline(__always)
    func line(_ index: Int) -> (UnsafePointer<Float>, Int) {
        let inputLines = input.phases * input.lines
        let count = inputLines + gradient.lines
        let line = count * share / shares + index
        if line >= count * (share + 1) / shares { return (UnsafePointer(input.base), 0) }
        return line < inputLines ? input.line(line) : gradient.line(line - inputLines)
    }
}
