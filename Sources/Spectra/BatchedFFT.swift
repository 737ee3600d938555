import Platform
import Tensors

/// Complex Fourier transforms of eight signals at once, one in each lane, in place.
///
/// `Z[k] = sum over n of z[n] exp(-2 pi i k n / size)`, and back without a factor. A lane's numbers are the same whatever the
/// others hold. The spectrum is left in the order in which decimation in frequency (Gentleman and Sande 1966) makes
/// it, and decimation in time (Cooley and Tukey 1965) takes it: see ``places``.
struct BatchedFFT: Sendable {
    let size: Int
    /// Where `Z[k]` lies.
    let places: [Int]
    private let stages: [Stage]

    /// Blocks of `radix * step` points, in each of which `step` butterflies take every `step`-th.
    private struct Stage: Sendable {
        let radix: Int
        let step: Int
        /// `cos(2 pi j q / (radix * step))` and the sine, for each j of the step, in turn for q from 1 on.
        let twiddles: [Float]
        /// `cos(2 pi q / radix)` and the sine, for radices without a butterfly of their own.
        let circle: [Float]

        init(radix: Int, step: Int) {
            (self.radix, self.step) = (radix, step)
            func turn(_ part: Int, _ whole: Int) -> [Float] {
                let angle = 2 * Double.pi * Double(part % whole) / Double(whole)
                return [Float(cos(angle)), Float(sin(angle))]
            }
            twiddles = (0..<step).flatMap { j in (1..<radix).flatMap { turn(j * $0, radix * step) } }
            circle = (0..<radix).flatMap { turn($0, radix) }
        }
    }

    /// - Parameter size: 1 or more; fastest as a power of two, and slow where it has large prime factors.
    init(size: Int) {
        precondition(size >= 1, "a transform of \(size) points")
        self.size = size
        var (stages, places, step) = ([Stage](), [0], size)
        for radix in Self.radices(of: size) {
            step /= radix
            // Of the numbers k = q + radix * (...) those with one q lie together.
            let count = places.count
            places = (0..<count * radix).map { places[$0 % count] + $0 / count * step }
            stages.append(Stage(radix: radix, step: step))
        }
        (self.stages, self.places) = (stages, places)
    }

    /// As many eights as leave fours for the rest, and odd primes.
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

    /// From signals, in their order, to spectra, at their ``places``.
    func forward(_ points: UnsafeMutablePointer<SIMD8<Float>>) {
        for stage in stages { run(stage, points, isInverse: false) }
    }

    /// From spectra to signals.
    func inverse(_ points: UnsafeMutablePointer<SIMD8<Float>>) {
        for stage in stages.reversed() { run(stage, points, isInverse: true) }
    }
}

// Each radix is written out, in plain variables: only so does the compiler keep a butterfly in registers, and those whole.
extension BatchedFFT {
    @inline(__always)
    private func run(_ stage: Stage, _ points: UnsafeMutablePointer<SIMD8<Float>>, isInverse: Bool) {
        let (radix, step) = (stage.radix, stage.step)
        stage.twiddles.withUnsafeBufferPointer { twiddles in
            for block in stride(from: 0, to: size, by: radix * step) {
                let points = points + 2 * block
                if radix == 8, step == 1 {
                    // All its turns are by nothing.
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

    /// The points that a butterfly reads and writes. They are turned after a forward one, and before an inverse one.
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
        private func turned(_ point: ComplexSIMD8, _ number: Int) -> ComplexSIMD8 {
            guard hasTwiddles, number > 0 else { return point }
            let place = 2 &* number &- 2
            return point.turned(twiddles[place], twiddles[place &+ 1], conjugates: isInverse)
        }

        /// Point `number`, to be transformed.
        @inline(__always)
        subscript(number: Int) -> ComplexSIMD8 {
            let point = ComplexSIMD8(at: points, first &+ number &* step)
            return isInverse ? turned(point, number) : point
        }

        /// Puts a point of the transform; `mirrored`, its number from the other end, is where it belongs in an inverse one.
        @inline(__always)
        func put(_ point: ComplexSIMD8, _ number: Int, mirrored: Int) {
            if isInverse { return point.store(at: points, first &+ mirrored &* step) }
            turned(point, number).store(at: points, first &+ number &* step)
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
        let (odd, oddGap) = (b + d, (b - d).turnedBack)
        x.put(even + odd, 0, mirrored: 0)
        x.put(evenGap + oddGap, 1, mirrored: 3)
        x.put(even - odd, 2, mirrored: 2)
        x.put(evenGap - oddGap, 3, mirrored: 1)
    }

    @inline(__always)
    private func eight(_ x: Butterfly) {
        let a = x[0], e = x[4], ae = a + e, aeGap = a - e
        let c = x[2], g = x[6], cg = c + g, cgGap = (c - g).turnedBack
        let b = x[1], f = x[5], bf = b + f, bfGap = b - f
        let d = x[3], h = x[7], dh = d + h, dhGap = (d - h).turnedBack
        let even = ae + cg, odd = bf + dh
        x.put(even + odd, 0, mirrored: 0)
        x.put(even - odd, 4, mirrored: 4)
        let evenGap = ae - cg, oddGap = (bf - dh).turnedBack
        x.put(evenGap + oddGap, 2, mirrored: 6)
        x.put(evenGap - oddGap, 6, mirrored: 2)
        let root = SIMD8<Float>(repeating: 0.707_106_77)
        let first = bfGap + dhGap, second = aeGap + cgGap
        // Times exp(-i pi / 4).
        let turned = ComplexSIMD8(root * (first.real + first.imaginary), root * (first.imaginary - first.real))
        x.put(second + turned, 1, mirrored: 7)
        x.put(second - turned, 5, mirrored: 3)
        let third = bfGap - dhGap, fourth = aeGap - cgGap
        // Times exp(-3 i pi / 4).
        let turnedBack = ComplexSIMD8(root * (third.imaginary - third.real), -root * (third.real + third.imaginary))
        x.put(fourth + turnedBack, 3, mirrored: 5)
        x.put(fourth - turnedBack, 7, mirrored: 1)
    }

    /// Any radix, by its definition.
    @inline(never)
    private func other(_ x: Butterfly, _ stage: Stage) {
        let radix = stage.radix
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: 2 * radix) { points in
            let points = points.baseAddress!
            for number in 0..<radix { x[number].store(at: points, number) }
            for number in 0..<radix {
                var sum = ComplexSIMD8(at: points, 0)
                for other in 1..<radix {
                    let turn = 2 * (number * other % radix)
                    let point = ComplexSIMD8(at: points, other)
                    sum = sum + point.turned(stage.circle[turn], stage.circle[turn + 1], conjugates: false)
                }
                x.put(sum, number, mirrored: (radix - number) % radix)
            }
        }
    }
}
