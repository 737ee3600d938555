import Tensors

/// The times of one kind of work, each beside the machine's peak at that moment.
struct BenchMeasurement {
    let work: BenchWork
    /// Seconds a run took, and the operations a second that a matrix product reached just before it.
    private(set) var runs: [(seconds: Double, peak: Double)] = []

    init(_ work: BenchWork) { self.work = work }

    var times: [Double] { runs.map(\.seconds) }
    var medianSeconds: Double { median(times) }
    /// Half of the runs took between these.
    var quartiles: (lower: Double, upper: Double) { (quantile(times, 0.25), quantile(times, 0.75)) }
    /// Seconds of sound for each second of computing.
    var timesRealTime: Double { work.audioSeconds / medianSeconds }
    /// Operations a second.
    var rate: Double? { work.operations.map { $0 / medianSeconds } }
    /// Of the matrix product's rate: the median over runs, each held against the product just before it.
    var shareOfPeak: Double? {
        work.operations.map { operations in median(runs.map { operations / $0.seconds / $0.peak }) }
    }

    /// Times every work `count` times, in turns: the speed of a machine that others use too changes from minute to
    /// minute, and so hits all alike.
    ///
    /// - Parameter progress: called before each turn with its number.
    static func all(of works: [BenchWork], count: Int, progress: (Int) -> Void) -> [BenchMeasurement] {
        var measurements = works.map(BenchMeasurement.init)
        var peaks: [ScalarType: BenchPeak] = [:]
        for type in Set(works.map { $0.precision ?? .float32 }) {
            peaks[type] = BenchPeak(type)
            _ = peaks[type]!.measure()
        }
        // Code is generated and memory is taken at the first run.
        for work in works where work.mostRuns > count { work.run() }
        let clock = ContinuousClock()
        for turn in 0..<count {
            progress(turn)
            for index in works.indices where turn < works[index].mostRuns {
                let peak = peaks[works[index].precision ?? .float32]!.measure()
                let time = clock.measure { works[index].run() }
                measurements[index].runs.append((time.inSeconds, peak))
            }
        }
        return measurements
    }
}

/// The middle one, or the mean of the middle two.
func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

/// Interpolated between neighbours; `share` is in 0...1.
func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    let position = share * Double(sorted.count - 1)
    let index = min(Int(position), sorted.count - 1), next = min(index + 1, sorted.count - 1)
    return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
}
