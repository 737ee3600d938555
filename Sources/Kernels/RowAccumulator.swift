/// A row of sums in registers: `vectors` of them side by side.
///
/// The micro-kernels hold several such rows at once, and the compiler keeps all of them in registers.
protocol RowAccumulator: BitwiseCopyable {
    /// Numbers in the row.
    static var width: Int { get }
    init(loading address: UnsafePointer<Float>)
    /// `self += factor * weights[0..<width]`, each product and sum rounded once.
    mutating func add(_ factor: Float, times weights: UnsafePointer<Float>)
    /// As ``add(_:times:)-(_,UnsafePointer<Float>)``, of weights that several rows share and registers hold.
    mutating func add(_ factor: Float, times weights: Self)
    /// `max(x, slope * x)` of each.
    func rectified(_ slope: Float) -> Self
    func store(at address: UnsafeMutablePointer<Float>)
}

/// A vector of floats as a register holds it: of 4, 8 or 16.
protocol FloatVector: SIMD, BitwiseCopyable where Scalar == Float {
    /// `max(x, slope * x)` of each.
    func rectified(_ slope: Float) -> Self
}

// Written out for each: over any `FloatVector` the compiler would choose lane by lane, with a branch for every one.
extension SIMD4<Float>: FloatVector {
    @inline(__always)
    func rectified(_ slope: Float) -> Self { replacing(with: self * slope, where: self .< 0) }
}

extension SIMD8<Float>: FloatVector {
    @inline(__always)
    func rectified(_ slope: Float) -> Self { replacing(with: self * slope, where: self .< 0) }
}

extension SIMD16<Float>: FloatVector {
    @inline(__always)
    func rectified(_ slope: Float) -> Self { replacing(with: self * slope, where: self .< 0) }
}

extension FloatVector {
    @inline(__always)
    init(at address: UnsafePointer<Float>) {
        self = UnsafeRawPointer(address).loadUnaligned(as: Self.self)
    }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
    }
}

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
    func rectified(_ slope: Float) -> Self { Self(a.rectified(slope)) }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) { a.store(at: address) }
}

/// Two rows of sums, one after the other: two of these are four vectors.
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
    func rectified(_ slope: Float) -> Self { Self(low.rectified(slope), high.rectified(slope)) }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) {
        low.store(at: address)
        high.store(at: address + Half.width)
    }
}
