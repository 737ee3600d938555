import Tensors

/// Something to be timed.
struct BenchWork {
    /// Such as `synth-10`: what ``BenchCommand`` is told to do by, and what its results are called.
    var name: String
    /// What a run does, in words.
    var detail: String
    /// The type that its convolutions compute in; nil where it has none.
    var precision: ScalarType?
    /// Seconds of sound that a run makes, reads or learns from.
    var audioSeconds: Double
    /// Floating-point operations of a run, a multiplication and an addition counted apart; nil where that says nothing.
    var operations: Double?
    /// Runs at most, however many are asked for: fewer of what takes long.
    var mostRuns = Int.max
    var run: () -> Void
}
