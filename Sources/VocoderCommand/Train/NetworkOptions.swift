import ArgumentParser
import Training

/// The options that say how large the networks are.
struct NetworkOptions: ParsableArguments {
    @Option(help: "The generator's upsampling factors, such as 8,8,2,2; their product is the hop (multi-band: a quarter of it).")
    var upsampling: String?

    @Option(help: "Channels after the generator's first convolution (512; source: 256; multi-band: 384); each stage halves them.")
    var channels: Int?

    @Option(help: "Residual blocks a stage (3; multi-band, full-band: 4).")
    var residualBlocks: Int?

    @Option(help: "Passes that shape the source by the mel (source: 30).")
    var passes: Int?

    @Option(help: "Channels of the discriminator's first layer (16) and its widest (1024; source: 256; multi-band: 512), as 16,1024.")
    var discriminatorChannels: String?

    func validate() throws {
        _ = try factors()
        _ = try widths()
    }

    func factors() throws -> [Int]? {
        guard let upsampling else { return nil }
        let factors = upsampling.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard let known = factors as? [Int], known.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("--upsampling \(upsampling): whole numbers such as 8,8,2,2 were expected.")
        }
        return known
    }

    private func widths() throws -> (first: Int, widest: Int)? {
        guard let discriminatorChannels else { return nil }
        let widths = discriminatorChannels.split(separator: ",").compactMap { Int($0) }
        guard widths.count == 2 else {
            throw ValidationError("--discriminator-channels \(discriminatorChannels): two numbers such as 16,1024 were expected.")
        }
        return (widths[0], widths[1])
    }

    /// Sets what was given; everything was validated before.
    func apply(to configuration: inout RunConfiguration) {
        if let factors = try? factors() { configuration.generator.upsampling = factors }
        if let channels {
            configuration.generator.baseChannels = max(1, channels >> configuration.generator.upsampling.count)
        }
        if let residualBlocks { configuration.generator.residualBlocks = residualBlocks }
        if let passes { configuration.generator.source?.passes = passes }
        if let widths = try? widths() {
            configuration.discriminator.baseChannels = widths.first
            configuration.discriminator.maximumChannels = widths.widest
        }
    }
}
