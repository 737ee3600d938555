import Platform

/// SplitMix64 (Steele, Lea and Flood 2014, figure 15): the same numbers for the same seed on every machine.
///
/// It is the one generator of this package. Where a number must depend on a position alone (the step of a training run, the
/// index of a sample), ``init(seed:position:)`` starts the sequence at a hash of that position, and no state need be kept.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    /// What the state grows by at each number: 2^64 divided by the golden ratio, made odd.
    public static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
    @usableFromInline var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// The sequence at `position` of those that `seed` names; the position's numbers are hashed one into the other.
    public init(seed: UInt64, position: [UInt64]) {
        state = position.reduce(Self.mixed(seed &+ Self.increment)) {
            Self.mixed($0 ^ Self.mixed($1 &+ 0xD1B5_4A32_D192_ED03))
        }
    }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// Skips the next `count` numbers in constant time.
    public mutating func skip(_ count: Int) { state &+= UInt64(count) &* Self.increment }

    /// Uniform in 0..<1, with 53 bits.
    @inlinable
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in -1..<1.
    @inlinable
    public mutating func signedUniform() -> Double { 2 * uniform() - 1 }

    /// Uniform in 0..<bound.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "no integer lies in 0..<\(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A sample of the standard normal distribution (Box and Muller 1958).
    public mutating func normal() -> Float {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return Float(radius * cos(2 * .pi * uniform()))
    }

    /// The finalizer of SplitMix64: a bijection of 64-bit numbers that changes about half of the bits for each bit changed.
    @inlinable @inline(__always)
    public static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A hash of `text` that is the same in every run (Swift's own is not): FNV-1a of its UTF-8, finalized.
    public static func hash(_ text: String, seed: UInt64) -> UInt64 {
        var value = mixed(seed ^ 0xCBF2_9CE4_8422_2325)
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return mixed(value)
    }
}
