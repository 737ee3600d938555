internal import Tensors

/// The division of a weight-gradient GEMM: which weights are summed together, and over which blocks of time.
///
/// The weights of a group are a matrix with a row for each output and a column for each pair of tap and input. A tile of it stays
/// in registers. With enough outputs, vectors run along them and each input is a scalar factor; in the discriminator's narrow
/// groups vectors run along inputs and taps, which lie side by side in memory.
struct WeightGradientPlan {
    /// The weights from some inputs to some outputs of each of some groups: their sums fit into the second-level cache.
    struct Part {
        let groups: Range<Int>
        let chunks: Range<Int>
        let panels: Range<Int>
        /// Where the part's sums start.
        let offset: Int

        var panelCount: Int { groups.count * panels.count }
        /// Pairs of chunk and panel.
        var pairCount: Int { panelCount * chunks.count }
    }

    /// Consecutive steps of the output of one batch entry.
    struct Steps {
        let entry: Int
        let range: Range<Int>
    }

    let geometry: ConvolutionGeometry
    /// Steps of the signal in memory; `phases` of them make one step of the convolution.
    let inputTime: Int
    let phases: Int
    let outputTime: Int
    /// Whether vectors run along inputs and taps instead of along outputs.
    let runsAlongInputs: Bool
    /// Inputs of a group that are packed side by side.
    let chunks: [Range<Int>]
    /// Outputs of a group that are packed side by side.
    let panels: [PackedPanels.Panel]
    private(set) var parts: [Part] = []
    /// Steps that are packed and multiplied together.
    private(set) var blocks: [[Steps]] = []
    /// Floats of the sums of one pair of chunk and panel; the first pair is as large as any.
    private(set) var pairFloats = 0
    /// Floats of one packed chunk of a block's input: for each segment its steps and those that the taps reach.
    private(set) var chunkFloats = 0
    /// Floats of one packed panel of a block's output gradient.
    private(set) var panelFloats = 0

    /// Inputs of a group.
    var inputs: Int { geometry.inputChannels / geometry.groups }
    /// Outputs of a group.
    var outputs: Int { geometry.outputChannels / geometry.groups }

    /// Vectors in a tile's row where they run along inputs; the last may be padding.
    static let inputVectors = PackedPanels.widest == 4 * PackedPanels.lanes ? 6 : 3
    /// Floats of sums, and of packed operands, that a thread works on at a time: a second-level cache of a megabyte
    /// holds both.
    private static let cachedFloats = 1 << 17

    init(_ geometry: ConvolutionGeometry, batch: Int, inputTime: Int, phases: Int, threads: Int) {
        self.geometry = geometry
        self.inputTime = inputTime
        self.phases = phases
        outputTime = geometry.outputTime(from: (inputTime + phases - 1) / phases)
        let (inputs, outputs) = (geometry.inputChannels / geometry.groups, geometry.outputChannels / geometry.groups)
        runsAlongInputs =
            outputs < 2 * PackedPanels.lanes && (geometry.dilation == 1 || geometry.kernel == 1)
            && 2 * inputs * geometry.kernel > Self.inputVectors * PackedPanels.lanes
        panels =
            runsAlongInputs
            ? [PackedPanels.Panel(column: 0, width: outputs, count: outputs)] : PackedPanels(columns: outputs).panels
        let chunk = inputs <= 96 || phases > 1 ? inputs : 64
        chunks = stride(from: 0, to: inputs, by: chunk).map { $0..<min($0 + chunk, inputs) }
        pairFloats = aligned(rows(0, 0) * columns(0, 0))
        divideWeights(threads)
        divideTime(batch)
        measureBlocks()
    }

    private mutating func divideWeights(_ threads: Int) {
        let groups = geometry.groups
        let pairs = chunks.count * panels.count
        let limit = max(1, min(Self.cachedFloats, pairs * groups * pairFloats / threads) / pairFloats)
        // A part is several whole groups, or a section of one that is about as high as wide.
        let groupsEach = min(groups, 16, max(1, limit / pairs))
        var chunksEach = chunks.count
        if pairs > limit {
            chunksEach = 1
            while chunksEach < chunks.count && (chunksEach + 1) * (chunksEach + 1) <= limit { chunksEach += 1 }
        }
        let panelsEach = min(panels.count, max(1, limit / chunksEach))
        var offset = 0
        for group in stride(from: 0, to: groups, by: groupsEach) {
            for panel in stride(from: 0, to: panels.count, by: panelsEach) {
                for chunk in stride(from: 0, to: chunks.count, by: chunksEach) {
                    let part = Part(
                        groups: group..<min(group + groupsEach, groups),
                        chunks: chunk..<min(chunk + chunksEach, chunks.count),
                        panels: panel..<min(panel + panelsEach, panels.count), offset: offset)
                    parts.append(part)
                    offset += part.pairCount * pairFloats
                }
            }
        }
    }

    private mutating func divideTime(_ batch: Int) {
        let largest = parts[0]
        let floats = largest.groups.count * (largest.chunks.count * chunks[0].count + largest.panels.count * panels[0].width)
        let limit = min(96, max(64, Self.cachedFloats / floats))
        var (block, count) = ([Steps](), 0)
        for entry in 0..<batch {
            var start = 0
            while start < outputTime {
                let end = min(outputTime, start + limit - count)
                block.append(Steps(entry: entry, range: start..<end))
                count += end - start
                start = end
                if count == limit {
                    blocks.append(block)
                    (block, count) = ([], 0)
                }
            }
        }
        if !block.isEmpty { blocks.append(block) }
    }

    private mutating func measureBlocks() {
        var (inputRows, gradientRows) = (0, 0)
        for block in blocks {
            let steps = block.reduce(0) { $0 + $1.range.count }
            gradientRows = max(gradientRows, steps)
            inputRows = max(inputRows, steps + block.count * geometry.reach)
        }
        // The last tile reads past its end. One more cache line keeps neighbours out of the same cache sets.
        chunkFloats = aligned(inputRows * chunks[0].count + Self.inputVectors * PackedPanels.lanes) + 16
        panelFloats = aligned(gradientRows * panels[0].width + 16) + 16
    }

    /// Whether tiles read the input without packing: it has whole rows, no padding, and nothing is read past its end.
    var readsInputDirectly: Bool {
        !runsAlongInputs && phases == 1 && chunks[0].count == geometry.inputChannels && geometry.paddingLeft == 0
            && geometry.paddingRight == 0 && (geometry.dilation == 1 ? geometry.kernel : 1) * geometry.inputChannels >= 8
    }

    /// Whether tiles read the output gradient without packing: there is one group, and a panel is a whole row.
    var readsGradientDirectly: Bool {
        !runsAlongInputs && geometry.groups == 1 && panels[0].width == geometry.outputChannels
    }

    /// Rows of the sums of a chunk and a panel: pairs of tap and input, or outputs.
    func rows(_ chunk: Int, _ panel: Int) -> Int {
        runsAlongInputs ? panels[panel].count : geometry.kernel * chunks[chunk].count
    }

    /// Columns of the sums of a chunk and a panel, padded: outputs, or pairs of tap and input.
    func columns(_ chunk: Int, _ panel: Int) -> Int {
        guard runsAlongInputs else { return panels[panel].width }
        let along = Self.inputVectors * PackedPanels.lanes
        return (geometry.kernel * chunks[chunk].count + along - 1) / along * along
    }

    /// Floats of all sums.
    var sumFloats: Int { parts.last!.offset + parts.last!.pairCount * pairFloats }

    /// Floats of a panel's bias sums.
    var biasFloats: Int { aligned(panels[0].width) }
    /// Floats of all bias sums.
    var allBiasFloats: Int { geometry.groups * panels.count * biasFloats }

    /// Floats of a thread's packed operands.
    var packedFloats: Int {
        let largest = parts[0]
        return largest.groups.count * (largest.chunks.count * chunkFloats + largest.panels.count * panelFloats)
    }

    /// Whether threads divide the parts rather than the blocks of time: no sums need be added up then, but every thread reads all
    /// of time.
    func dividesParts(among threads: Int) -> Bool { parts.count >= threads && sumFloats > Self.cachedFloats }

    /// Rounds up to whole cache lines, so that no vector lies across two.
    private func aligned(_ floats: Int) -> Int { (floats + 15) / 16 * 16 }
}
