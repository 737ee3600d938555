import Files
import Testing

struct FileErrorTests {
    @Test("An error without remedies is its finding, and with remedies one sentence that offers them")
    func message() {
        #expect(FileError(.badData, "a", "is empty.").description == "a: is empty.")
        func message(_ remedies: Remedy...) -> String { FileError(.badData, "a", "holds no model", remedies).message }
        #expect(message(.trainModel) == "holds no model; train one.")
        #expect(message(.trainModel, .useGriffinLim) == "holds no model; train one, or use Griffin-Lim.")
        #expect(message(.instruction("wait"), .trainModel, .name(.model)) == "holds no model; wait, train one, or name a model.")
    }

    @Test("A program words the remedies itself")
    func words() {
        let error = FileError(.badData, "a", "holds no model", [.name(.model), .instruction("wait")])
        let message = error.message { if case .name(let choice) = $0 { "use --\(choice.rawValue)" } else { $0.description } }
        #expect(message == "holds no model; use --model, or wait.")
    }

    @Test("A mel is described by its preset and the settings that differ from it")
    func mel() {
        let remedy = Remedy.computeMelAgain(preset: "melgan", [.sampleRate(16_000), .bandCount(40)])
        #expect(
            remedy.description
                == "compute it again from the recording by the convention melgan with a sample rate of 16000 Hz, 40 bands")
    }
}
