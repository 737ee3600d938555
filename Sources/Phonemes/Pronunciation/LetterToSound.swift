import Platform

/// Says words that no lexicon has: a small convolutional network that gives each letter its phonemes.
///
/// | layer | shape |
/// |---|---|
/// | embedding of the letters, with a mark at both ends | [letters, 112] |
/// | five times h + relu(convolution of 5 letters) | [letters, 112] |
/// | output: the phonemes of a letter (none, one or two), and the stress of their vowel | [letters, 101 + 3] |
///
/// The vowel whose letter is the likeliest to have primary stress has it. Weights are stored in 8 bits with a scale for each row.
/// `Scripts/english-data` trains the network on the lexicon.
struct LetterToSound: Sendable {
    /// The network of American English, which is read when it is needed first.
    static let english = LetterToSound()

    private let width: Int
    private let kernel: Int
    /// The phonemes that a letter can stand for.
    private let chunks: [[Phoneme]]
    private let embedding: [Float]
    private let layers: [Layer]
    private let output: Layer
    private static let letters = Array("^$'abcdefghijklmnopqrstuvwxyz".utf8)

    private struct Layer: Sendable {
        let biases: [Float]
        /// A row for each output.
        let weights: [Float]
    }

    private init() {
        let data = DataFile.letters.bytes
        let sizes = (0..<5).map { Int(data.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
        let (width, kernel) = (sizes[0], sizes[2])
        (self.width, self.kernel) = (width, kernel)
        var place = 20 + sizes[4]
        chunks = String(decoding: data[20..<place], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { chunk in chunk.split(separator: " ").map { Phoneme(String($0)) } }
        func layer(rows: Int, columns: Int) -> Layer {
            let floats = (0..<2 * rows).map { data.loadUnaligned(fromByteOffset: place + 4 * $0, as: Float.self) }
            place += 8 * rows
            defer { place += rows * columns }
            let weights = (0..<rows * columns).map { Float(Int8(bitPattern: data[place + $0])) * floats[$0 / columns] }
            return Layer(biases: Array(floats[rows...]), weights: weights)
        }
        embedding = layer(rows: Self.letters.count, columns: width).weights
        layers = (0..<sizes[1]).map { _ in layer(rows: width, columns: kernel * width) }
        output = layer(rows: sizes[3] + 3, columns: width)
    }

    /// The phonemes of a word; nil if it contains other characters than the letters a to z and the apostrophe, or no letter.
    func phonemes(of word: String) -> [Phoneme]? {
        let codes = word.lowercased().utf8.map { Self.letters.firstIndex(of: $0) ?? 0 }
        guard codes.contains(where: { $0 > 2 }), codes.allSatisfy({ $0 >= 2 }) else { return nil }
        var hidden = ([0] + codes + [1]).flatMap { embedding[$0 * width..<($0 + 1) * width] }
        for layer in layers { hidden = residual(hidden, layer) }
        let scores = (1...codes.count).map { product(output, hidden[$0 * width..<($0 + 1) * width]) }
        return decoded(scores)
    }

    /// h + relu(convolution of h), with zeros beyond both ends.
    private func residual(_ hidden: [Float], _ layer: Layer) -> [Float] {
        let edge = [Float](repeating: 0, count: kernel / 2 * width)
        let padded = edge + hidden + edge
        var result = hidden
        for row in 0..<hidden.count / width {
            let values = product(layer, padded[row * width..<(row + kernel) * width])
            for channel in 0..<width { result[row * width + channel] += max(0, values[channel]) }
        }
        return result
    }

    /// The matrix of a layer times a vector, and its biases.
    private func product(_ layer: Layer, _ input: ArraySlice<Float>) -> [Float] {
        let count = input.count
        return layer.biases.indices.map { row in
            input.withUnsafeBufferPointer { input in
                layer.weights.withUnsafeBufferPointer { weights in
                    var sum = SIMD16<Float>.zero
                    for start in stride(from: 0, to: count, by: 16) {
                        let left = UnsafeRawPointer(input.baseAddress! + start).loadUnaligned(as: SIMD16<Float>.self)
                        let right = UnsafeRawPointer(weights.baseAddress! + row * count + start)
                        sum += left * right.loadUnaligned(as: SIMD16<Float>.self)
                    }
                    return layer.biases[row] + sum.sum()
                }
            }
        }
    }

    /// The likeliest phonemes of each letter, with one primary stress.
    private func decoded(_ scores: [[Float]]) -> [Phoneme] {
        let likeliest = scores.map { score in chunks.indices.max { score[$0] < score[$1] }! }
        let stresses = scores.map { $0.suffix(3).map { $0 } }
        let vowels = likeliest.indices.filter { chunks[likeliest[$0]].contains(where: \.isVowel) }
        func advantage(_ place: Int) -> Float { stresses[place][2] - max(stresses[place][0], stresses[place][1]) }
        let primary = vowels.max { advantage($0) < advantage($1) }
        var result: [Phoneme] = []
        for (place, label) in likeliest.enumerated() {
            var stress = place == primary ? Phoneme.Stress.primary : stresses[place][1] > stresses[place][0] ? .secondary : .none
            for phoneme in chunks[label] {
                result.append(Phoneme(phoneme.symbol, stress: phoneme.isVowel ? stress : .none))
                if phoneme.isVowel { stress = .none }
            }
        }
        return result.asWord()
    }
}
