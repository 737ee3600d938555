import Files
import MelGAN
import Phonemes
import Spectra
import Tensors
import Testing
import TextToMel

@testable import Speech

@Suite("Speaking")
struct SpeakerTests {
    static let taught = PhonemeSequence(
        phonemes: [
            .start, Phoneme("h", isFirstOfWord: true), Phoneme("aɪ", stress: .primary, isLastOfWord: true),
            Phoneme("."), .end,
        ],
        words: [.init(text: "Hi", range: 1..<3)], language: "en-us")

    static func voice(_ convention: MelConvention = .melgan) -> Voice {
        let inventory = PhonemeInventory(of: [taught])
        let sizes = AcousticConfiguration(
            symbols: inventory.count, bands: 80, channels: 32, hiddenChannels: 48, encoderBlocks: 1, decoderBlocks: 1)
        var random = SplitMix64(seed: 3)
        let statistics = VoiceStatistics(
            bandMeans: [Float](repeating: -2, count: 80), bandDeviations: [Float](repeating: 0.5, count: 80),
            pitchMean: 5,
            pitchDeviation: 0.2)
        return Voice(
            VoiceDescription(
                language: "en-us", inventory: inventory, convention: convention, network: sizes, statistics: statistics,
                durationScale: 4),
            network: AcousticNetwork(sizes, using: &random))
    }

    static var quick: GriffinLim { GriffinLim(convention: .melgan, iterations: 1) }

    private func speak(_ text: String, form: TextReader.Form = .plain, _ options: Speaker.SpeakingOptions = .init()) throws -> (
        SpeechResult, [Float]
    ) {
        let speaker = try Speaker(AcousticSynthesizer(Self.voice()), Self.quick)
        var reader = TextReader(try Phonemizer(), form: form, text: text)
        var samples: [Float] = []
        let result = try speaker.speak(&reader, in: options) { samples += $0 }
        return (result, samples)
    }

    @Test func soundAndTimingsAgree() throws {
        let (result, samples) = try speak("[[haɪ]]. [[haɪ]] [[haɪ]].\n\n[[aɪ]]")
        #expect(result.sentenceCount == 3 && result.sampleCount == samples.count)
        #expect(result.timings.sampleCount == samples.count)
        let pause = Int(Speaker.SpeakingOptions.usualPause * 22_050)
        var end = 0
        for sentence in result.timings.sentences {
            #expect(sentence.whole.range.lowerBound == (end == 0 ? 0 : end + pause))
            // Silence between, none within.
            if end > 0 { #expect(samples[end..<end + pause].allSatisfy { $0 == 0 }) }
            #expect(samples[sentence.whole.range].contains { $0 != 0 })
            end = sentence.whole.range.upperBound
        }
        #expect(end == samples.count)
    }

    @Test func pausesOfTheTextReplaceTheUsual() throws {
        let word = "<phoneme ph='haɪ'>hi</phoneme>"
        let (plain, _) = try speak("<speak><s>\(word)</s><s>\(word)</s></speak>", form: .markup)
        let (apart, samples) = try speak(
            "<speak><s>\(word)</s><break time='1s'/><s>\(word)</s><break time='2s'/></speak>", form: .markup)
        #expect(apart.sampleCount - plain.sampleCount == 22_050 - Int(Speaker.SpeakingOptions.usualPause * 22_050) + 2 * 22_050)
        #expect(samples.suffix(2 * 22_050).allSatisfy { $0 == 0 })
    }

    /// The voice knows h and aɪ alone.
    @Test func unknownPhonemesAreReplacedUntilTheyAreMost() throws {
        let (result, _) = try speak("[[haɪ]] [[xaɪ]].")
        #expect(result.unknown == ["x"] && result.substitutes == ["x": "h"] && result.substitutedCount == 1)
        #expect(result.phonemeCount == 7)
        let error = try #require(throws: FileError.self) { try speak("[[haɪ]]. [[kʌ]] [[kɔɪ]] [[xʊ]].") }
        #expect(error.kind == .badData && error.description.contains("mostly phonemes that the voice does not know (k ʌ ɔɪ x ʊ)"), "\(error)")
    }

    @Test func soundsFadeAtBothEnds() throws {
        let (_, samples) = try speak("[[haɪ]]")
        let loudest = samples.reduce(0) { max($0, abs($1)) }
        #expect(abs(samples.first!) < loudest / 100 && abs(samples.last!) < loudest / 100)
    }

    @Test func theSameTextIsTheSameSound() throws {
        let (_, one) = try speak("[[haɪ]], [[haɪ]]!")
        let (_, other) = try speak("[[haɪ]], [[haɪ]]!")
        #expect(one == other)
    }

    @Test(arguments: ["", "...", "[[ʘ]]"]) func nothingToSpeakIsAnError(_ text: String) throws {
        let error = try #require(throws: FileError.self) { try speak(text) }
        #expect(error.kind == .badData)
    }

    @Test func vocodersOfOtherMelsAreRefused() throws {
        let convention = MelConvention.vocos
        let sizes = MelGANConfiguration(inputBands: convention.bandCount, baseChannels: 4)
        var random = SplitMix64(seed: 3)
        let model = Model(
            configuration: ModelConfiguration(convention: convention, generator: sizes),
            generator: MelGANGenerator(sizes, using: &random))
        let error = try #require(throws: MelConventionError.self) {
            try Speaker(AcousticSynthesizer(Self.voice()), Synthesizer(model))
        }
        #expect(error.description.contains("24000 Hz"), "\(error)")
    }

    private func reader(_ text: String, form: TextReader.Form = .plain) throws -> TextReader {
        TextReader(try Phonemizer(), form: form, text: text)
    }

    @Test(arguments: ["[[haɪ]]. [[haɪ]] [[haɪ]].\n\n[[aɪ]]", "<speak><break time='1s'/><s>hi</s> hi<break time='2s'/></speak>"])
    func theSequenceIsTheSameSound(_ text: String) async throws {
        let form = text.hasPrefix("<") ? TextReader.Form.markup : .plain
        let speaker = try Speaker(AcousticSynthesizer(Self.voice()), Self.quick)
        let (result, samples) = try speak(text, form: form)
        var (heard, sentences): ([Float], [SpeechTimings.Sentence]) = ([], [])
        for try await chunk in speaker.speech(of: try reader(text, form: form)) {
            heard += chunk.samples
            if let sentence = chunk.sentence { sentences.append(sentence) }
        }
        #expect(heard == samples && sentences == result.timings.sentences && !sentences.isEmpty)
    }

    @Test func theSequenceMakesASentenceWhenItIsAskedFor() async throws {
        let speaker = try Speaker(AcousticSynthesizer(Self.voice()), Self.quick)
        var iterator = speaker.speech(of: try reader("[[haɪ]]. [[haɪ]]. [[haɪ]]. [[haɪ]].")).makeAsyncIterator()
        #expect(iterator.stream.result.phonemeCount == 0)
        for count in 1...3 {
            let chunk = try await iterator.next()
            #expect(chunk?.sentence != nil && iterator.stream.result.sentenceCount == count)
        }
    }

    @Test func aCancelledTaskGetsNoMoreSentences() async throws {
        let task = Task {
            let speaker = try Speaker(AcousticSynthesizer(Self.voice()), Self.quick)
            let text = TextReader(try Phonemizer(), text: "[[haɪ]]. [[haɪ]]. [[haɪ]]. [[haɪ]].")
            var count = 0
            for try await _ in speaker.speech(of: text) {
                count += 1
                if count == 2 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return count
        }
        #expect(try await task.value == 2)
    }

    @Test(arguments: ["", "<speak><break time='1s'/></speak>"]) func theSequenceOfNothingEndsInAnError(_ text: String)
        async throws
    {
        let speaker = try Speaker(AcousticSynthesizer(Self.voice()), Self.quick)
        let reader = try reader(text, form: text.isEmpty ? .plain : .markup)
        await #expect(throws: FileError.self) {
            for try await chunk in speaker.speech(of: reader) { #expect(chunk.sentence == nil) }
        }
    }
}
