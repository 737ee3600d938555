import Platform

/// How much of a log a run keeps that resumes from an earlier step.
enum LogTruncation {
    /// Bytes of the whole TensorBoard records, from the first on, whose steps are at most `step`.
    static func eventBytes(of bytes: UnsafeRawBufferPointer, within step: Int) -> Int {
        TFRecord.visitMessages(in: bytes) { TensorBoardEvent.step(of: $0) <= step }
    }

    /// Bytes of the whole JSON lines, from the first on, whose `step` is at most `step`.
    static func lineBytes(of bytes: UnsafeRawBufferPointer, within step: Int) -> Int {
        struct Line: Decodable { let step: Int }
        let decoder = JSONDecoder()
        var kept = 0
        while let end = bytes[kept...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let line = try? decoder.decode(Line.self, from: Data(bytes[kept..<end])), line.step <= step else {
                break
            }
            kept = end + 1
        }
        return kept
    }
}

/// The text of JSON.
enum JSONLine {
    /// `text` in quotation marks, what JSON reserves escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
