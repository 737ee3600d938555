import CExpat

/// Parses XML with Expat, and passes elements and text to an ``SSMLReader``.
enum ExpatParser {
    /// The user data of Expat's callbacks: the reader to call, and the first error.
    private struct Context: ~Copyable {
        let reader: UnsafeMutablePointer<SSMLReader>
        let parser: XML_Parser
        var error: PhonemeError?

        mutating func run(_ step: (inout SSMLReader) throws(PhonemeError) -> Void) {
            guard error == nil else { return }
            do throws(PhonemeError) { try step(&reader.pointee) } catch {
                self.error = PhonemeError("line \(XML_GetCurrentLineNumber(parser)): \(error.finding)", error.remedies)
                XML_StopParser(parser, 0)
            }
        }
    }

    /// Parses a whole document.
    ///
    /// - Throws: `PhonemeError` that names the line, for invalid XML or an error of `reader`.
    static func parse(_ bytes: [UInt8], into reader: inout SSMLReader) throws(PhonemeError) {
        guard bytes.count <= Int(Int32.max) else {
            throw PhonemeError("has 2 GiB of markup or more; split it into smaller files.")
        }
        // The result is nil only if there is no memory.
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
        // Entities that a document defines can expand without bound, and speech does not need them.
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            ExpatParser.context(context!).pointee.run { _ throws(PhonemeError) in
                throw PhonemeError("a DOCTYPE is not supported; remove it.")
            }
        }
        let error = withUnsafeMutablePointer(to: &reader) { reader in
            var context = Context(reader: reader, parser: parser)
            return withUnsafeMutablePointer(to: &context) { pointer -> PhonemeError? in
                XML_SetUserData(parser, pointer)
                let status = bytes.withUnsafeBytes {
                    XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 1)
                }
                if let error = pointer.pointee.error { return error }
                return status == XML_STATUS_OK ? nil : syntaxError(of: parser)
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
        context(pointer).pointee.run { reader throws(PhonemeError) in try reader.begin(name, found) }
    }

    private static func syntaxError(of parser: XML_Parser) -> PhonemeError {
        let reason = String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
        return PhonemeError(
            "line \(XML_GetCurrentLineNumber(parser)): the markup is not valid XML (\(reason)); SSML between <speak> and </speak> was expected."
        )
    }
}
