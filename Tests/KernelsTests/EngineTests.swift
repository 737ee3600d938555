import Dispatch
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Kernels

@Suite struct EngineTests {
    @Test("Weights used in both directions through a square convolution are not confused")
    func bothDirections() {
        let engine = Engine()
        var numbers = SplitMix64(seed: 28)
        let geometry = ConvolutionGeometry(from: 16, to: 16, kernel: 1)
        let weights = ConvolutionWeights(.random(geometry.weightShape, using: &numbers), geometry)
        let input = Tensor.random([1, 8, 16], using: &numbers)
        let gradient = Tensor.random([1, 8, 16], using: &numbers)
        expectAdjoint(
            input, engine.convolution(of: input, by: weights), gradient,
            engine.inputGradient(from: gradient, by: weights))
    }

    @Test("An engine that lets its primitives go at a limit gives the same results as one that keeps them")
    func limit() {
        let (small, large) = (Engine(primitiveLimit: 3), Engine())
        var numbers = SplitMix64(seed: 29)
        let geometry = ConvolutionGeometry(from: 16, to: 32, kernel: 3, paddingLeft: 1, paddingRight: 1)
        let plain = Tensor.random(geometry.weightShape, using: &numbers)
        let (first, second) = (ConvolutionWeights(plain, geometry), ConvolutionWeights(plain, geometry))
        for time in [5, 6, 7, 8, 9, 5, 6, 7] {
            let input = Tensor.random([1, time, 16], using: &numbers)
            #expect(
                small.convolution(of: input, by: first).values == large.convolution(of: input, by: second).values)
            #expect(small.primitiveCount <= 3)
        }
        #expect(large.primitiveCount == 5)
    }

    @Test("Engines on several threads at once do not disturb each other")
    func severalThreads() {
        let shapes = ConvolutionShape.few
        let found = Mutex<[[Float]]>(Array(repeating: [], count: shapes.count))
        DispatchQueue.concurrentPerform(iterations: shapes.count) { index in
            let values = Self.everything(shapes[index], Engine())
            found.withLock { $0[index] = values }
        }
        for (shape, values) in zip(shapes, found.withLock { $0 }) {
            expectAgreement(
                values.map(Double.init), with: Self.everything(shape, Engine()).map(Double.init), within: 1e-6,
                shape.name)
        }
    }

    @Test("An engine's primitives work in a thread other than the one that made them", arguments: ConvolutionShape.few)
    func anotherThread(shape: ConvolutionShape) {
        let engine = Engine()
        let here = Self.everything(shape, engine)
        let there = Mutex<[Float]>([])
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) let moved = engine
        DispatchQueue.global().async {
            let values = Self.everything(shape, moved)
            there.withLock { $0 = values }
            done.signal()
        }
        done.wait()
        #expect(there.withLock { $0 } == here)
    }

    /// A shape's forward convolution and both gradients, one after the other.
    static func everything(_ shape: ConvolutionShape, _ engine: Engine) -> [Float] {
        let draw = ConvolutionTests.Draw(shape)
        let parts = engine.weightGradient(
            of: shape.geometry, input: draw.input, gradient: draw.gradient, withBias: true)
        return engine.convolution(of: draw.input, by: draw.weights, bias: draw.bias).values
            + engine.inputGradient(from: draw.gradient, by: draw.weights).values + parts.weights.values
            + parts.bias!.values
    }
}
