import Tensors
import TextToMel

/// Which sentences a step trains on: a function of the seed and the step.
///
/// Every sentence comes once before any comes again. They are not sorted by length, as packed signals need no padding.
struct VoiceSampler: Sendable {
    let count: Int
    let batch: Int
    let seed: UInt64

    /// - Parameters:
    ///   - count: sentences there are.
    ///   - batch: sentences a step; no more than there are.
    init(count: Int, batch: Int, seed: UInt64) {
        self.count = count
        self.batch = min(batch, count)
        self.seed = seed
    }

    /// Places of sentences, for the step after `step` steps.
    func sentences(_ step: Int) -> [Int] {
        let places = step * batch..<(step + 1) * batch
        // A batch is no larger than a round: two of these at the most.
        let rounds = [places.lowerBound / count, (places.upperBound - 1) / count]
        let orders = rounds.map(order(ofRound:))
        return places.map { orders[$0 / count == rounds[0] ? 0 : 1][$0 % count] }
    }

    private func order(ofRound round: Int) -> [Int] {
        var random = SplitMix64(seed: seed, position: [0x766F_6963_65, UInt64(round)])
        var order = Array(0..<count)
        for place in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(place, random.integer(below: place + 1))
        }
        return order
    }
}
