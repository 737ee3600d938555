import CPNG
public import Platform

/// A picture of numbers, from dark for 0 to bright for 255.
public struct PalettePicture: Sendable, Equatable {
    /// Pixels.
    public let width: Int
    public let height: Int
    /// Rows from the top.
    public let pixels: [UInt8]

    /// - Precondition: There are as many pixels as the sizes say, and at least one.
    public init(pixels: [UInt8], width: Int, height: Int) {
        precondition(
            width > 0 && height > 0 && pixels.count == width * height,
            "\(pixels.count) pixels for a picture of \(width) x \(height)")
        (self.pixels, self.width, self.height) = (pixels, width, height)
    }

    /// A PNG file with a palette of 256 colours.
    public var png: Data {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = 256
        defer { png_image_free(&image) }
        // Without memory libpng says how many bytes it would need.
        var byteCount = 0
        var status = png_image_write_to_memory(&image, nil, &byteCount, 0, pixels, 0, ColourMap.bytes)
        precondition(status != 0, "a picture of \(width) x \(height) pixels is none that libpng can write")
        var bytes = [UInt8](repeating: 0, count: byteCount)
        status = png_image_write_to_memory(&image, &bytes, &byteCount, 0, pixels, 0, ColourMap.bytes)
        precondition(status != 0, "libpng wrote more than the \(bytes.count) bytes it asked for")
        return Data(bytes[..<byteCount])
    }
}
