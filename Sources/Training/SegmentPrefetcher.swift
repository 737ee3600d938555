import Dispatch
import Synchronization

/// Has the next batch ready: while the batch of one step is trained on, another thread draws that of the next.
///
/// What it returns is what ``SegmentSampler/batch(_:)`` returns, whatever the order of the steps asked for.
public final class SegmentPrefetcher: Sendable {
    public let sampler: SegmentSampler
    private let queue = DispatchQueue(label: "batches", qos: .userInitiated)
    private let ready = Mutex<(step: Int, batch: Batch)?>(nil)

    public init(_ sampler: SegmentSampler) {
        self.sampler = sampler
    }

    /// The batch of training step `step`; that of `step + 1` is begun.
    public func batch(_ step: Int) -> Batch {
        let batch = queue.sync { take(step) } ?? sampler.batch(step)
        queue.async { [self] in
            let next = sampler.batch(step + 1)
            ready.withLock { $0 = (step + 1, next) }
        }
        return batch
    }

    private func take(_ step: Int) -> Batch? {
        ready.withLock { held in
            defer { held = nil }
            return held?.step == step ? held?.batch : nil
        }
    }
}
