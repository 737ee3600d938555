import Platform

/// The bytes of a file, from index 0, whose header is read and changed in place.
struct HeaderBytes {
    var bytes: Data

    init(_ original: Data) { bytes = original.startIndex == 0 ? original : Data(original) }

    func begins(_ name: String, at offset: Int = 0) -> Bool {
        offset >= 0 && offset + name.utf8.count <= bytes.count && bytes[offset..<offset + name.utf8.count].elementsEqual(name.utf8)
    }

    /// Where `name` is, from `start` on.
    func places(of name: String, from start: Int) -> [Int] {
        var (places, offset) = ([Int](), start)
        while let place = firstPlace(of: name, from: offset) {
            places.append(place)
            offset = place + 1
        }
        return places
    }

    /// Where `name` is first, from `start` on.
    func firstPlace(of name: String, from start: Int) -> Int? {
        let wanted = Array(name.utf8)
        return bytes.withUnsafeBytes { all in
            var offset = start
            // The library's search for one byte is many times faster than a loop over all.
            while offset + wanted.count <= all.count, let found = memchr(all.baseAddress! + offset, Int32(wanted[0]), all.count - offset) {
                let place = all.baseAddress!.distance(to: found)
                if place + wanted.count <= all.count, memcmp(found, wanted, wanted.count) == 0 { return place }
                offset = place + 1
            }
            return nil
        }
    }

    /// The first chunk of this name: where its contents start, and the size that it claims.
    func chunk(
        _ name: String, from first: Int, _ isBigEndian: Bool, skippingUnknownSizes: Bool = false
    ) -> (start: Int, size: Int)? {
        var offset = first
        while offset + 8 <= bytes.count {
            let size = number(at: offset + 4, byteCount: 4, isBigEndian)
            if bytes[offset..<offset + 4] == Data(name.utf8) { return (offset + 8, size) }
            guard size < bytes.count else { return nil }
            offset += 8 + size + size % 2
        }
        return nil
    }

    /// An integer of the header; 0 beyond the end of the file.
    func number(at offset: Int, byteCount: Int, _ isBigEndian: Bool) -> Int {
        guard offset + byteCount <= bytes.count else { return 0 }
        let field = bytes[offset..<offset + byteCount]
        let unsigned = (isBigEndian ? Array(field) : field.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(truncatingIfNeeded: unsigned)
    }

    mutating func write(_ value: Int, at offset: Int, byteCount: Int, _ isBigEndian: Bool) {
        guard offset + byteCount <= bytes.count else { return }
        for index in 0..<byteCount {
            let shift = 8 * (isBigEndian ? byteCount - 1 - index : index)
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }
}
