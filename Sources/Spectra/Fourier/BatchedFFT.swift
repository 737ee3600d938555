import Platform
import Tensors

/// The complex fast Fourier transform of eight signals at once, one in each SIMD lane, in place.
///
/// `Z[k] = sum over n of z[n] exp(-2 pi i k n / size)`, and the inverse without a factor. The result of a lane does not depend on
/// the other lanes. The spectrum is in digit-reversed order, which decimation in frequency (Gentleman and Sande 1966) produces and
/// decimation in time (Cooley and Tukey 1965) takes: see ``digitReversed``.
struct BatchedFFT: Sendable {
    let size: Int
    /// The index of each `Z[k]` in digit-reversed order.
    let digitReversed: [Int]
    private let stages: [Stage]

    /// One stage: blocks of `radix * step` points with `step` butterflies each, whose points are `step` apart.
    private struct Stage: Sendable {
        let radix: Int
        let step: Int
        /// Twiddle factors: `cos(2 pi j q / (radix * step))` and the sine, for each butterfly j and each q from 1 on.
        let twiddles: [Float]
        /// `cos(2 pi q / radix)` and the sine for each q, for radices that no butterfly is written out for.
        let roots: [Float]

        init(radix: Int, step: Int) {
            (self.radix, self.step) = (radix, step)
            func root(_ part: Int, _ whole: Int) -> [Float] {
                let angle = 2 * Double.pi * Double(part % whole) / Double(whole)
                return [Float(cos(angle)), Float(sin(angle))]
            }
            twiddles = (0..<step).flatMap { j in (1..<radix).flatMap { root(j * $0, radix * step) } }
            roots = (0..<radix).flatMap { root($0, radix) }
        }
    }

    /// - Parameter size: 1 or more; fastest as a power of two, and slow where it has large prime factors.
    init(size: Int) {
        precondition(size >= 1, "a transform of \(size) points")
        self.size = size
        var (stages, digitReversed, step) = ([Stage](), [0], size)
        for radix in Self.radices(of: size) {
            step /= radix
            // The indices k = q + radix * (...) with the same q are adjacent.
            let count = digitReversed.count
            digitReversed = (0..<count * radix).map { digitReversed[$0 % count] + $0 / count * step }
            stages.append(Stage(radix: radix, step: step))
        }
        (self.stages, self.digitReversed) = (stages, digitReversed)
    }

    /// The radices of the stages: 8 as often as the rest of the power of two can be 4, then 4 or 2, then odd primes.
    private static func radices(of size: Int) -> [Int] {
        var (radices, rest, twos) = ([Int](), size, 0)
        while rest % 2 == 0 { (rest, twos) = (rest / 2, twos + 1) }
        while twos > 4 || twos == 3 {
            radices.append(8)
            twos -= 3
        }
        while twos > 1 {
            radices.append(4)
            twos -= 2
        }
        if twos == 1 { radices.append(2) }
        var prime = 3
        while rest > 1 {
            while rest % prime == 0 {
                radices.append(prime)
                rest /= prime
            }
            prime += 2
        }
        return radices
    }

    /// Transforms signals to spectra in digit-reversed order.
    func forward(_ points: UnsafeMutablePointer<SIMD8<Float>>) {
        for stage in stages { run(stage, points, isInverse: false) }
    }

    /// Transforms spectra in digit-reversed order to signals.
    func inverse(_ points: UnsafeMutablePointer<SIMD8<Float>>) {
        for stage in stages.reversed() { run(stage, points, isInverse: true) }
    }
}

// Each radix is written out with plain variables, because only then does the compiler keep a butterfly in whole registers.
extension BatchedFFT {
    @inline(__always)
    private func run(_ stage: Stage, _ points: UnsafeMutablePointer<SIMD8<Float>>, isInverse: Bool) {
        let (radix, step) = (stage.radix, stage.step)
        stage.twiddles.withUnsafeBufferPointer { twiddles in
            for block in stride(from: 0, to: size, by: radix * step) {
                let points = points + 2 * block
                if radix == 8, step == 1 {
                    // All twiddle factors are 1.
                    eight(Butterfly(points, 0, 1, twiddles.baseAddress!, isInverse: isInverse, twiddles: false))
                    continue
                }
                for j in 0..<step {
                    let twiddles = twiddles.baseAddress! + 2 &* (radix &- 1) &* j
                    let butterfly = Butterfly(points, j, step, twiddles, isInverse: isInverse, twiddles: true)
                    switch radix {
                    case 8: eight(butterfly)
                    case 4: four(butterfly)
                    case 2: two(butterfly)
                    default: other(butterfly, stage)
                    }
                }
            }
        }
    }

    /// The points that a butterfly reads and writes, multiplied by the twiddle factors after a forward and before an inverse butterfly.
    private struct Butterfly {
        let points: UnsafeMutablePointer<SIMD8<Float>>
        let first: Int
        let step: Int
        let twiddles: UnsafePointer<Float>
        let isInverse: Bool
        let hasTwiddles: Bool

        @inline(__always)
        init(
            _ points: UnsafeMutablePointer<SIMD8<Float>>, _ first: Int, _ step: Int, _ twiddles: UnsafePointer<Float>, isInverse: Bool,
            twiddles hasTwiddles: Bool
        ) {
            (self.points, self.first, self.step, self.twiddles) = (points, first, step, twiddles)
            (self.isInverse, self.hasTwiddles) = (isInverse, hasTwiddles)
        }

        @inline(__always)
        private func twiddled(_ point: ComplexSIMD8, _ number: Int) -> ComplexSIMD8 {
            guard hasTwiddles, number > 0 else { return point }
            let index = 2 &* number &- 2
            return point.rotated(twiddles[index], twiddles[index &+ 1], conjugates: isInverse)
        }

        /// Point `number` before the butterfly.
        @inline(__always)
        subscript(number: Int) -> ComplexSIMD8 {
            let point = ComplexSIMD8(at: points, first &+ number &* step)
            return isInverse ? twiddled(point, number) : point
        }

        /// Stores point `number` after the butterfly; an inverse butterfly stores it at `mirrored`, its number from the other end.
        @inline(__always)
        func put(_ point: ComplexSIMD8, _ number: Int, mirrored: Int) {
            if isInverse { return point.store(at: points, first &+ mirrored &* step) }
            twiddled(point, number).store(at: points, first &+ number &* step)
        }
    }

    @inline(__always)
    private func two(_ x: Butterfly) {
        let (a, b) = (x[0], x[1])
        x.put(a + b, 0, mirrored: 0)
        x.put(a - b, 1, mirrored: 1)
    }

    @inline(__always)
    private func four(_ x: Butterfly) {
        let (a, b, c, d) = (x[0], x[1], x[2], x[3])
        let (even, evenGap) = (a + c, a - c)
        let (odd, oddGap) = (b + d, (b - d).timesMinusI)
        x.put(even + odd, 0, mirrored: 0)
        x.put(evenGap + oddGap, 1, mirrored: 3)
        x.put(even - odd, 2, mirrored: 2)
        x.put(evenGap - oddGap, 3, mirrored: 1)
    }

    @inline(__always)
    private func eight(_ x: Butterfly) {
        let a = x[0], e = x[4], ae = a + e, aeGap = a - e
        let c = x[2], g = x[6], cg = c + g, cgGap = (c - g).timesMinusI
        let b = x[1], f = x[5], bf = b + f, bfGap = b - f
        let d = x[3], h = x[7], dh = d + h, dhGap = (d - h).timesMinusI
        let even = ae + cg, odd = bf + dh
        x.put(even + odd, 0, mirrored: 0)
        x.put(even - odd, 4, mirrored: 4)
        let evenGap = ae - cg, oddGap = (bf - dh).timesMinusI
        x.put(evenGap + oddGap, 2, mirrored: 6)
        x.put(evenGap - oddGap, 6, mirrored: 2)
        let root = SIMD8<Float>(repeating: 0.707_106_77)
        let first = bfGap + dhGap, second = aeGap + cgGap
        // Times exp(-i pi / 4).
        let rotated = ComplexSIMD8(root * (first.real + first.imaginary), root * (first.imaginary - first.real))
        x.put(second + rotated, 1, mirrored: 7)
        x.put(second - rotated, 5, mirrored: 3)
        let third = bfGap - dhGap, fourth = aeGap - cgGap
        // Times exp(-3 i pi / 4).
        let rotatedThrice = ComplexSIMD8(root * (third.imaginary - third.real), -root * (third.real + third.imaginary))
        x.put(fourth + rotatedThrice, 3, mirrored: 5)
        x.put(fourth - rotatedThrice, 7, mirrored: 1)
    }

    /// A butterfly of any radix, by the definition of the transform.
    @inline(never)
    private func other(_ x: Butterfly, _ stage: Stage) {
        let radix = stage.radix
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: 2 * radix) { points in
            let points = points.baseAddress!
            for number in 0..<radix { x[number].store(at: points, number) }
            for number in 0..<radix {
                var sum = ComplexSIMD8(at: points, 0)
                for other in 1..<radix {
                    let root = 2 * (number * other % radix)
                    let point = ComplexSIMD8(at: points, other)
                    sum = sum + point.rotated(stage.roots[root], stage.roots[root + 1], conjugates: false)
                }
                x.put(sum, number, mirrored: (radix - number) % radix)
            }
        }
    }
}
