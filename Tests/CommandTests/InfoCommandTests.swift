import Foundation
import Platform
import Testing

struct InfoCommandTests {
    private let program: Program

    init() throws { program = try Program() }

    @Test("sounds, mels, models and training runs are described in a few lines")
    func description() throws {
        try program.writeSoundAndMel()
        try program.writeModel()
        try program.writeModel("run/best")
        let outcome = try program.run("info", "a.wav", "a.npy", "model", "run", "model/generator.safetensors")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        for words in [
            "22050 Hz, 1 channel", "34 frames of 80 bands", "looks like melgan", "melgan, 12 steps",
            "upsampling 8 x 8 x 2 x 2", "hop 256", "of the training run's run/best", "126 tensors",
        ] { #expect(outcome.text.contains(words), "\(words) in:\n\(outcome.text)") }
    }

    @Test("the program tells its version")
    func version() throws {
        let outcome = try program.run("--version")
        #expect(outcome.status == 0 && outcome.text == "0.9.0\n", "\(outcome.text)")
    }

    @Test("each file has a JSON object, a line long")
    func json() throws {
        try program.writeSoundAndMel()
        try program.writeModel()
        let outcome = try program.run("info", "a.wav", "a.npy", "model", "--json")
        let lines = outcome.text.split(separator: "\n")
        #expect(outcome.status == 0 && lines.count == 3)
        for (line, key) in zip(lines, ["sound", "mel", "model"]) {
            #expect((try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?[key] != nil)
        }
    }
}
