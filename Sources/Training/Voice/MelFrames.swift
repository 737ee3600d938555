import Evaluation
import Platform
import Spectra

/// Frames of mels as a Fréchet distance compares them: the first cosines of their natural logarithms over the bands, and by how much
/// each changes to the next frame.
///
/// An even mel changes too little from frame to frame and varies too little; this tells where a mean error cannot.
struct MelFrames {
    /// Cosines of a frame.
    private static let count = 20
    static let dimension = 2 * count

    private var values: [Float] = []
    private let bands: Int
    /// `[cosine, band]`, in nepers for the convention's units.
    private let cosines: [Float]

    init(_ convention: MelConvention) {
        let bands = convention.bandCount
        self.bands = bands
        cosines = (0..<Self.count).flatMap { order in
            (0..<bands).map { band in
                let scale = ((order == 0 ? 1 : 2) / Double(bands)).squareRoot() * convention.compression.naturalLogPerUnit
                return Float(scale * cos(Double.pi * Double(order) * (Double(band) + 0.5) / Double(bands)))
            }
        }
    }

    /// - Parameter mel: `[frame, band]`, in the convention's units.
    mutating func add(_ mel: [Float]) {
        let cepstra = (0..<mel.count / bands).map { frame in
            (0..<Self.count).map { order in
                (0..<bands).reduce(Float(0)) { $0 + cosines[order * bands + $1] * mel[frame * bands + $1] }
            }
        }
        for (frame, next) in zip(cepstra, cepstra.dropFirst()) { values += frame + zip(next, frame).map { $0 - $1 } }
    }

    /// nil where there are too few frames.
    func distance(to other: MelFrames) -> Double? {
        FrechetDistance(of: values, from: other.values, dimension: Self.dimension)?.distance
    }
}
