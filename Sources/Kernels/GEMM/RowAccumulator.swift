import Tensors

/// One row of a register tile: some vectors of sums side by side.
///
/// The micro-kernels hold several such rows at once, and the compiler keeps all of them in registers.
protocol RowAccumulator: BitwiseCopyable {
    /// How many sums the row holds.
    static var width: Int { get }
    init(loading address: UnsafePointer<Float>)
    /// `self += factor * weights[0..<width]`, each product and sum rounded once.
    mutating func add(_ factor: Float, times weights: UnsafePointer<Float>)
    /// Adds `factor * weights`, where several rows use the same weights and registers hold them already.
    mutating func add(_ factor: Float, times weights: Self)
    /// The leaky ReLU of each sum.
    func leakyReLU(_ negativeSlope: Float) -> Self
    func store(at address: UnsafeMutablePointer<Float>)
}

/// A row of one vector.
struct OneVector<Vector: FloatVector>: RowAccumulator {
    var a: Vector

    static var width: Int { Vector.scalarCount }

    @inline(__always)
    init(_ a: Vector) { self.a = a }

    @inline(__always)
    init(loading address: UnsafePointer<Float>) { a = Vector(at: address) }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: UnsafePointer<Float>) {
        a = a.addingProduct(Vector(repeating: factor), Vector(at: weights))
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: Self) {
        a = a.addingProduct(Vector(repeating: factor), weights.a)
    }

    @inline(__always)
    func leakyReLU(_ negativeSlope: Float) -> Self { Self(a.leakyReLU(negativeSlope)) }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) { a.store(at: address) }
}

/// A row of two halves, one after the other; nested twice it is four vectors.
struct Doubled<Half: RowAccumulator>: RowAccumulator {
    var low: Half
    var high: Half

    static var width: Int { 2 * Half.width }

    @inline(__always)
    init(_ low: Half, _ high: Half) { (self.low, self.high) = (low, high) }

    @inline(__always)
    init(loading address: UnsafePointer<Float>) {
        self.init(Half(loading: address), Half(loading: address + Half.width))
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: UnsafePointer<Float>) {
        low.add(factor, times: weights)
        high.add(factor, times: weights + Half.width)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: Self) {
        low.add(factor, times: weights.low)
        high.add(factor, times: weights.high)
    }

    @inline(__always)
    func leakyReLU(_ negativeSlope: Float) -> Self { Self(low.leakyReLU(negativeSlope), high.leakyReLU(negativeSlope)) }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) {
        low.store(at: address)
        high.store(at: address + Half.width)
    }
}

extension RowAccumulator {
    @inline(__always)
    static var zero: Self {
        // The compiler removes the allocation.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { zeros in
            zeros.initialize(repeating: 0)
            return Self(loading: zeros.baseAddress!)
        }
    }
}

/// A row of three thirds, one after the other.
struct Tripled<Third: RowAccumulator>: RowAccumulator {
    var low: Third
    var middle: Third
    var high: Third

    static var width: Int { 3 * Third.width }

    @inline(__always)
    init(loading address: UnsafePointer<Float>) {
        low = Third(loading: address)
        middle = Third(loading: address + Third.width)
        high = Third(loading: address + 2 * Third.width)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: UnsafePointer<Float>) {
        low.add(factor, times: weights)
        middle.add(factor, times: weights + Third.width)
        high.add(factor, times: weights + 2 * Third.width)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: Self) {
        low.add(factor, times: weights.low)
        middle.add(factor, times: weights.middle)
        high.add(factor, times: weights.high)
    }

    @inline(__always)
    func leakyReLU(_ negativeSlope: Float) -> Self {
        var copy = self
        copy.low = low.leakyReLU(negativeSlope)
        copy.middle = middle.leakyReLU(negativeSlope)
        copy.high = high.leakyReLU(negativeSlope)
        return copy
    }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) {
        low.store(at: address)
        middle.store(at: address + Third.width)
        high.store(at: address + 2 * Third.width)
    }
}
