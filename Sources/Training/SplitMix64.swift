/// Random numbers that are a function of a seed and a position, and of nothing else.
///
/// SplitMix64 (Steele, Lea and Flood 2014), started at a hash of the position: the numbers of training step n are
/// drawn without those of the steps before, so that resuming needs no state but the seed and n.
struct SplitMix64 {
    private var state: UInt64

    /// The sequence at `position` of the one that `seed` names; positions are hashed one into the other.
    init(seed: UInt64, position: [UInt64]) {
        state = position.reduce(Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)) {
            Self.mixed($0 ^ Self.mixed($1 &+ 0xD1B5_4A32_D192_ED03))
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// Uniform in 0..<1, with 53 bits.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0..<bound.
    mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "no integer lies in 0..<\(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A hash of `text` that is the same in every run (Swift's own is not).
    static func hash(_ text: String, seed: UInt64) -> UInt64 {
        var value = mixed(seed ^ 0xCBF2_9CE4_8422_2325)
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return mixed(value)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
