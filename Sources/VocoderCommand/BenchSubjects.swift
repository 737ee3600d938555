import Audio
import Kernels
import MelGAN
import SourceFilter
import Spectra
import Tensors
import Training

/// The works that `bench` measures, and the model, mels and sounds they work on.
struct BenchSubjects {
    var model: Model
    /// The number of segments in a training step.
    var batch: Int
    /// Whether works are fewer and shorter, for a first impression.
    var isQuick: Bool

    private var convention: MelConvention { model.configuration.convention }
    /// The types of activations that this processor is fast with.
    private var precisions: [ScalarType] { Engine.hasFastBFloat16 ? [.float32, .bfloat16] : [.float32] }

    /// A generator of a kind, by default the paper's, with the random weights that training would begin with.
    static func untrainedModel(_ kind: any GeneratorConfiguration.Type = generatorKinds[0]) -> Model {
        var random = SplitMix64(seed: 0)
        guard let configuration = kind.init(fitting: .melgan) else { preconditionFailure("no \(kind.kind) has melgan's hop") }
        let generator = AnyGeneratorConfiguration(configuration).network(using: &random)
        return Model(
            configuration: ModelConfiguration(convention: .melgan, generator: generator.configuration), generator: generator,
            pitch: generator.configuration.source.map { PitchNetwork($0.pitch, using: &random) })
    }

    /// The works whose names are wanted; others are not made, since each holds its weights and its input.
    func works(where isWanted: (String) -> Bool) -> [BenchWork] {
        var works: [BenchWork] = []
        let lengths = isQuick ? [1, 10] : [1, 10, 600]
        for precision in precisions {
            let names = lengths.map { "synth-\($0)-\(precision)" } + ["first-chunk-\(precision)"]
            if names.contains(where: isWanted) { works += synthesis(lengths, precision) }
        }
        for precision in precisions where isWanted("train-\(precision)") { works.append(training(precision)) }
        let melLength = isQuick ? 60 : 600
        if isWanted("mel-\(melLength)") { works.append(melExtraction(seconds: melLength)) }
        if isWanted("griffin-lim-10") { works.append(griffinLim(seconds: 10)) }
        return works.filter { isWanted($0.name) }
    }

    private func synthesis(_ lengths: [Int], _ precision: ScalarType) -> [BenchWork] {
        let synthesizer = Synthesizer(model, precision: precision)
        let whole = lengths.map { length in
            let frameCount = frames(length)
            var work = BenchWork(
                name: "synth-\(length)-\(precision)", detail: "\(length) s of sound from its mel", precision: precision,
                audioSeconds: seconds(frameCount), operations: model.configuration.generator.operations(frames: frameCount),
                run: waveform(by: synthesizer, frames: frameCount))
            if length > 60 { work.mostRuns = 2 }
            return work
        }
        return whole + [firstChunk(synthesizer, precision)]
    }

    /// Synthesis of a mel that is all there.
    private func waveform(by vocoder: some Vocoder, frames count: Int) -> () -> Void {
        let mel = speechMel(frames: count)
        return { _ = vocoder.waveform(from: mel) }
    }

    /// The time to the first samples of a stream whose frames come one after the other, without the wait for the frames.
    private func firstChunk(_ vocoder: some Vocoder, _ precision: ScalarType) -> BenchWork {
        let mel = speechMel(frames: 4 * model.configuration.generator.contextFrames + 4)
        func firstSamples() -> Int {
            var stream = vocoder.stream(), sampleCount = 0
            mel.values.withUnsafeBufferPointer { values in
                for frame in 0..<mel.frameCount where sampleCount == 0 {
                    let row = values[frame * mel.bandCount..<(frame + 1) * mel.bandCount]
                    stream.push(UnsafeBufferPointer(rebasing: row)) { sampleCount += $0.count }
                }
            }
            return sampleCount
        }
        return BenchWork(
            name: "first-chunk-\(precision)", detail: "the first samples of a stream, its frames given one by one",
            precision: precision, audioSeconds: Double(firstSamples()) / Double(convention.sampleRate), operations: nil
        ) { _ = firstSamples() }
    }

    private func training(_ precision: ScalarType) -> BenchWork {
        let generator = model.configuration.generator, frames = max(generator.leastFrames, 8192 / generator.hopLength)
        var random = SplitMix64(seed: 0)
        let discriminators = DiscriminatorSet(MultiScaleConfiguration(), using: &random)
        var training = AdversarialTraining(generator: model.generator, discriminators: discriminators, precision: precision)
        let mel = Tensor(speechMel(frames: batch * frames).values, shape: [batch, frames, convention.bandCount])
        let sound = speech(seconds: Double(batch * frames * convention.hopLength) / Double(convention.sampleRate))
        let samples = batch * frames * convention.hopLength
        let audio = Tensor(Array(sound.samples.prefix(samples)), shape: [batch, frames * convention.hopLength, 1])
        // A source sounds like its recording.
        let source = generator.source.map { _ in
            SourceSignal(samples: audio, level: Tensor([Float](repeating: 0.1, count: audio.count), shape: audio.shape))
        }
        return BenchWork(
            name: "train-\(precision)", detail: "a training step of \(batch) x \(frames * generator.hopLength) samples",
            precision: precision, audioSeconds: seconds(batch * frames),
            operations: operations(ofStep: generator, discriminators.configurations, batch: batch, frames: frames)
        ) { _ = training.step(mel: mel, source: source, audio: audio) }
    }

    private func melExtraction(seconds length: Int) -> BenchWork {
        let extractor = MelExtractor(convention, threadCount: Parallel.threadCount)
        let sound = SyntheticSignal.whiteNoise(amplitude: 0.3, seed: 1)
            .waveform(duration: Double(length), sampleRate: convention.sampleRate)
        return BenchWork(
            name: "mel-\(length)", detail: "the mel of \(length) s of sound", audioSeconds: Double(length),
            operations: operations(ofTransforms: frames(length), size: convention.fftSize)
        ) { _ = extractor.mel(of: sound) }
    }

    private func griffinLim(seconds length: Int) -> BenchWork {
        let iterations = 60
        let griffinLim = GriffinLim(convention: convention, iterations: iterations, threadCount: Parallel.threadCount)
        return BenchWork(
            name: "griffin-lim-\(length)",
            detail: "\(iterations) iterations and the inversion of the mel before, \(length) s",
            audioSeconds: Double(length),
            operations: operations(ofTransforms: 2 * (iterations + 1) * frames(length), size: convention.fftSize),
            run: waveform(by: griffinLim, frames: frames(length)))
    }

    private func frames(_ seconds: Int) -> Int {
        Int((Double(seconds * convention.sampleRate) / Double(convention.hopLength)).rounded())
    }

    private func seconds(_ frames: Int) -> Double {
        Double(frames * convention.hopLength) / Double(convention.sampleRate)
    }

    private func speech(seconds: Double) -> Waveform {
        SyntheticSignal.speechLike(seed: 1).waveform(duration: seconds, sampleRate: convention.sampleRate)
    }

    /// The mel of ten seconds of synthetic speech, repeated.
    private func speechMel(frames count: Int) -> MelSpectrogram {
        let mel = MelExtractor(convention).mel(of: speech(seconds: 10))
        let values = (0..<count).flatMap { frame in
            let start = frame % mel.frameCount * mel.bandCount
            return mel.values[start..<start + mel.bandCount]
        }
        return MelSpectrogram(values: values, convention: convention)
    }
}
