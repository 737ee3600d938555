public import Audio
import Kernels
public import Spectra
public import Tensors

/// A generator ready to run: weight norm folded, weights packed once, long mels in pieces.
///
/// The receptive field is finite, so a piece with as much context on either side gives the samples of the whole (up to the
/// rounding of float32, since oneDNN may sum in another order for another length),
/// and memory does not grow with length.
public final class Synthesizer {
    public let configuration: ModelConfiguration
    private let network: InferenceNetwork
    /// Frames a piece has, context included.
    private let pieceFrames: Int

    /// - Parameter pieceFrames: More than twice the context; larger pieces waste less on it and take more memory.
    public init(_ model: Model, precision: ScalarType = .float32, pieceFrames: Int = 128) {
        configuration = model.configuration
        network = InferenceNetwork(model.generator, precision: precision, engine: Engine(primitiveLimit: 256))
        self.pieceFrames = max(pieceFrames, 2 * configuration.generator.contextFrames + 1)
    }

    /// The sound of `mel`, `hop` samples a frame.
    ///
    /// - Precondition: The mel has the model's bands. Its convention is the caller's to check: see
    ///   `MelSpectrogram.fitted(to:)`.
    public func waveform(from mel: MelSpectrogram) -> Waveform {
        let (bands, hop) = (configuration.convention.bandCount, configuration.convention.hopLength)
        precondition(mel.bandCount == bands, "\(mel.bandCount) bands given, \(bands) expected")
        let frames = mel.frameCount
        guard frames > 0 else { return Waveform(samples: [], sampleRate: configuration.convention.sampleRate) }
        var values = mel.values
        // Reflection needs a few frames: the shortest mels are followed by silence, which is cut off again.
        let least = configuration.generator.leastFrames
        if frames < least {
            for _ in frames..<least { values += configuration.convention.silence }
        }
        var samples: [Float] = []
        samples.reserveCapacity(frames * hop)
        for piece in Piece.covering(max(frames, least), size: pieceFrames, context: configuration.generator.contextFrames) {
            let input = Tensor(
                Array(values[piece.frames.lowerBound * bands..<piece.frames.upperBound * bands]),
                shape: [1, piece.frames.count, bands])
            let kept = piece.kept.lowerBound - piece.frames.lowerBound..<piece.kept.upperBound - piece.frames.lowerBound
            samples += network.audio(from: input).values[kept.lowerBound * hop..<kept.upperBound * hop]
        }
        return Waveform(
            samples: Array(samples.prefix(frames * hop)), sampleRate: configuration.convention.sampleRate)
    }
}

/// A stretch of frames that is run through the network, and the part of it whose samples are kept.
struct Piece: Equatable {
    let frames: Range<Int>
    let kept: Range<Int>

    /// Pieces of equal size, so that one set of generated code serves all; only a mel shorter than a piece is taken whole.
    static func covering(_ count: Int, size: Int, context: Int) -> [Piece] {
        guard count > size else { return [Piece(frames: 0..<count, kept: 0..<count)] }
        var (pieces, done) = ([Piece](), 0)
        while done < count {
            let start = min(max(0, done - context), count - size)
            let end = start + size == count ? count : start + size - context
            pieces.append(Piece(frames: start..<start + size, kept: done..<end))
            done = end
        }
        return pieces
    }
}
