import CExpat

/// Expat, and what it calls for elements and text.
enum ExpatParser {
    /// What Expat's calls are given: where they are to go, and what they found wrong.
    private struct Context: ~Copyable {
        let reading: UnsafeMutablePointer<SSMLReader>
        let parser: XML_Parser
        var error: PhonemeError?

        mutating func run(_ step: (inout SSMLReader) throws(PhonemeError) -> Void) {
            guard error == nil else { return }
            do throws(PhonemeError) { try step(&reading.pointee) } catch {
                self.error = PhonemeError("line \(XML_GetCurrentLineNumber(parser)): \(error)")
                XML_StopParser(parser, 0)
            }
        }
    }

    static func parse(_ bytes: [UInt8], into reading: inout SSMLReader) throws(PhonemeError) {
        guard bytes.count <= Int(Int32.max) else {
            throw PhonemeError("has 2 GiB or more of markup; give it in parts.")
        }
        // Nil only where there is no memory for it.
        let parser = XML_ParserCreate(nil)!
        defer { XML_ParserFree(parser) }
        XML_SetElementHandler(
            parser, { context, name, attributes in ExpatParser.begin(context!, name!, attributes!) },
            { context, _ in ExpatParser.context(context!).pointee.run { $0.end() } })
        XML_SetCharacterDataHandler(parser) { context, text, count in
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            let text = String(decoding: bytes, as: UTF8.self)
            ExpatParser.context(context!).pointee.run { $0.append(text: text) }
        }
        // Entities of a document's own can grow without bound, and no speech needs them.
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            ExpatParser.context(context!).pointee.run { _ throws(PhonemeError) in
                throw PhonemeError("a DOCTYPE is not read; take it out.")
            }
        }
        let error = withUnsafeMutablePointer(to: &reading) { reading in
            var context = Context(reading: reading, parser: parser)
            return withUnsafeMutablePointer(to: &context) { pointer -> PhonemeError? in
                XML_SetUserData(parser, pointer)
                let status = bytes.withUnsafeBytes {
                    XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 1)
                }
                if let error = pointer.pointee.error { return error }
                return status == XML_STATUS_OK ? nil : fault(of: parser)
            }
        }
        if let error { throw error }
    }

    private static func context(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Context> {
        pointer.assumingMemoryBound(to: Context.self)
    }

    private static func begin(
        _ pointer: UnsafeMutableRawPointer, _ name: UnsafePointer<XML_Char>,
        _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>
    ) {
        var found: [String: String] = [:]
        var index = 0
        while let name = attributes[index], let value = attributes[index + 1] {
            found[String(cString: name)] = String(cString: value)
            index += 2
        }
        let name = String(cString: name)
        context(pointer).pointee.run { reading throws(PhonemeError) in try reading.begin(name, found) }
    }

    private static func fault(of parser: XML_Parser) -> PhonemeError {
        let reason = String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
        return PhonemeError(
            "line \(XML_GetCurrentLineNumber(parser)): is no XML that can be read (\(reason)); SSML was expected, within <speak> and </speak>."
        )
    }
}
