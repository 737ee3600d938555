import Kernels
import Platform
import Spectra
import Tensors

/// What the figures were measured on.
struct BenchMachine: Encodable {
    let processor: String
    let cores: Int
    let threads: Int
    /// Of the instruction sets that matter here, those the processor has.
    let features: [String]
    let versions: [String: String]

    static var current: BenchMachine {
        let fields = processorFields
        let flags = Set((fields["flags"] ?? fields["Features"] ?? "").split(separator: " ").map(String.init))
        let telling = [
            "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "asimd",
            "bf16", "sve",
        ]
        return BenchMachine(
            processor: fields["model name"] ?? "unknown", cores: ProcessInfo.processInfo.activeProcessorCount,
            threads: Parallel.threadCount, features: telling.filter(flags.contains),
            versions: ["oneDNN": Engine.libraryVersion, "FFTW": FourierTransform.libraryVersion])
    }

    /// What the system says of its first processor.
    private static var processorFields: [String: String] {
        #if canImport(Darwin)
            var text = [CChar](repeating: 0, count: 256), count = 256
            guard sysctlbyname("machdep.cpu.brand_string", &text, &count, nil, 0) == 0 else { return [:] }
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return ["model name": name]
        #else
            guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return [:] }
            var fields: [String: String] = [:]
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).prefix(while: { !$0.isEmpty }) {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let trimmed = parts.map { String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
                fields[trimmed[0]] = trimmed[1]
            }
            return fields
        #endif
    }
}
