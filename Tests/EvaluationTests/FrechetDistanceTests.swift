@testable import Evaluation
import Platform
import Testing

@Suite struct FrechetDistanceTests {
    /// Frames of `dimension` independent, nearly normal values with given means and standard deviations.
    private func frames(_ count: Int, means: [Double], deviations: [Double], seed: UInt64) -> [Float] {
        let random = SyntheticSpeech.noise(count * means.count * 12, seed: seed)
        return (0..<count * means.count).map { index in
            // Twelve uniform variables of -1...1 have a variance of 4.
            let normal: Double = random[12 * index..<12 * index + 12].reduce(0, +) / 2
            let column = index % means.count
            return Float(means[column] + deviations[column] * normal)
        }
    }

    @Test func independentNormalsHaveTheDistanceOfTheFormula() throws {
        let mine = frames(20_000, means: [0, 1, -2], deviations: [1, 2, 0.5], seed: 1)
        let other = frames(20_000, means: [0.5, 1, -1], deviations: [1, 1, 1.5], seed: 2)
        let found = try #require(FrechetDistance(of: mine, from: other, dimension: 3))
        // The distance is |m - n|^2 plus the squared differences of the standard deviations.
        #expect(abs(found.distance - (0.25 + 1 + 1 + 1)) < 0.1)
        #expect(found.frameCount == 20_000)
    }

    @Test func itDoesNotDependOnTheAxes() throws {
        let mine = frames(2000, means: [0, 1], deviations: [1, 2], seed: 3)
        let other = frames(2000, means: [1, 0], deviations: [2, 0.5], seed: 4)
        func turned(_ frames: [Float]) -> [Float] {
            stride(from: 0, to: frames.count, by: 2).flatMap { index -> [Float] in
                let (x, y) = (frames[index], frames[index + 1])
                let turnedX: Float = 0.6 * x - 0.8 * y
                let turnedY: Float = 0.8 * x + 0.6 * y
                return [turnedX, turnedY]
            }
        }
        let straight = try #require(FrechetDistance(of: mine, from: other, dimension: 2))
        let oblique = try #require(FrechetDistance(of: turned(mine), from: turned(other), dimension: 2))
        #expect(abs(straight.distance - oblique.distance) < 1e-4)
        let swapped = try #require(FrechetDistance(of: other, from: mine, dimension: 2))
        #expect(abs(straight.distance - swapped.distance) < 1e-9)
    }

    @Test func framesAreAsFarFromThemselvesAsRoundingSays() throws {
        let mine = frames(500, means: [0, 3, 100], deviations: [1, 0, 10], seed: 5)
        let found = try #require(FrechetDistance(of: mine, from: mine, dimension: 3))
        #expect(found.distance < 1e-6)
    }

    @Test func tooFewFramesAndNumbersThatAreNoneGiveNothing() {
        let mine = frames(3, means: [0, 0, 0], deviations: [1, 1, 1], seed: 6)
        #expect(FrechetDistance(of: mine, from: mine, dimension: 3) == nil)
        let broken = [Float](repeating: .nan, count: 300)
        #expect(FrechetDistance(of: broken, from: broken, dimension: 3) == nil)
    }

    @Test func theRootSquaredIsTheMatrix() {
        let factors = SyntheticSpeech.noise(39 * 39, seed: 7)
        var product = [Double](repeating: 0, count: 39 * 39)
        for row in 0..<39 {
            for column in 0..<39 {
                for k in 0..<39 {
                    product[row * 39 + column] += factors[row * 39 + k] * factors[column * 39 + k]
                }
            }
        }
        let matrix = SymmetricMatrix(size: 39, values: product)
        let root = matrix.squareRoot
        let identity = SymmetricMatrix(size: 39, values: (0..<39 * 39).map { $0 % 40 == 0 ? 1 : 0 })
        let squared = identity.congruent(by: root)
        for (value, expected) in zip(squared.values, matrix.values) {
            #expect(abs(value - expected) < 1e-10)
        }
        #expect(abs(matrix.eigenvalues.reduce(0, +) - matrix.trace) < 1e-10)
        let diagonal = SymmetricMatrix(size: 2, values: [4, 0, 0, 9])
        #expect(diagonal.squareRoot.values == [2, 0, 0, 3])
    }
}
