import FuzzedReaders
import Platform

// Fuzzes one reader by libFuzzer: `fuzzer READER [OPTIONS AND FOLDERS OF LIBFUZZER]`. Without arguments it prints the readers' names;
// with `--seeds READER` the files of other tests from which it begins.

/// libFuzzer, linked as a library: it calls back with every input that it makes.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private func end(_ sentence: String) -> Never {
    let line = Array((sentence + "\n").utf8)
    write(2, line, line.count)
    exit(64)
}

let arguments = CommandLine.arguments.dropFirst()
guard let name = arguments.first else {
    print(FuzzedReader.all.map(\.name).joined(separator: "\n"))
    exit(0)
}
guard let found = FuzzedReader.all.first(where: { $0.name == (name == "--seeds" ? arguments.dropFirst().first : name) }) else {
    end("\(arguments.last!) is no reader that is fuzzed.")
}
if name == "--seeds" {
    print(found.otherSeeds.joined(separator: "\n"))
    exit(0)
}

nonisolated(unsafe) let folder = try InputFolder()
let reader = found
// Later options replace earlier ones, so that the caller's hold.
let options = ["fuzzer", "-max_len=\(reader.longest)", "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-timeout=60", "-print_final_stats=1"]
var count = CInt(options.count + arguments.count - 1)
var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = {
    let words = (options + arguments.dropFirst()).map { strdup($0) } + [nil]
    let pointer = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count)
    pointer.initialize(from: words, count: words.count)
    return pointer
}()
let status = runDriver(&count, &words) { bytes, count in
    do { try reader.read(Array(UnsafeBufferPointer(start: bytes, count: count)), in: folder) } catch {
        fatalError("\(reader): \(error)")
    }
    return 0
}
exit(status)
