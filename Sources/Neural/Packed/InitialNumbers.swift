import Tensors

extension Tensor {
    /// Numbers drawn evenly from `-bound...bound`; of undefined value where `generator` draws nothing.
    static func even(_ shape: [Int], within bound: Float, using generator: inout some RandomNumberGenerator) -> Tensor {
        let tensor = Tensor(shape)
        if generator is Unset { return tensor }
        let numbers = tensor.pointer(Float.self)
        for index in 0..<tensor.count { numbers[index] = (Float(generator.next() >> 40) * 0x1p-23 - 1) * bound }
        withExtendedLifetime(tensor) {}
        return tensor
    }

    static func filled(_ shape: [Int], with value: Float) -> Tensor {
        let tensor = Tensor(shape)
        tensor.pointer(Float.self).update(repeating: value, count: tensor.count)
        return tensor
    }
}
