public import Foundation
import Testing

extension Bundle {
    /// The path of the file `name` in the `Golden` folder of a test target; used as `Bundle.module.golden("step.safetensors")`.
    public func golden(_ name: String) throws -> String {
        let path = try #require(resourceURL).appendingPathComponent("Golden/" + name).path
        try #require(FileManager.default.fileExists(atPath: path), "no golden file \(name)")
        return path
    }
}
