import Neural
import TextToMel

/// Everything that training a voice changes: the network that speaks, and the aligner that only training needs.
struct VoiceNetworks: Parameterised {
    var acoustic: AcousticNetwork
    var aligner: Aligner

    init(_ configuration: AcousticConfiguration, using generator: inout some RandomNumberGenerator) {
        acoustic = AcousticNetwork(configuration, using: &generator)
        aligner = Aligner(channels: configuration.channels, bands: configuration.bands, using: &generator)
    }

    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try acoustic.visitParameters(visit)
        try aligner.visitParameters(visit)
    }
}
