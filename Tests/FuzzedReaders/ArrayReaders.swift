import Audio
import Files
import MelGAN
import Spectra

extension FuzzedReader {
    /// Sound, by name as libsndfile opens it, and through a pipe, where it reads our stream in memory.
    static let sound = FuzzedReader("sound", longest: 32_768) { bytes, folder in
        let path = try folder.file("sound", bytes)
        var refusals: [FileError] = []
        do throws(FileError) { _ = try AudioFile(at: path) } catch { refusals.append(error) }
        try folder.withPipe(of: bytes) { path in _ = try AudioFile(at: path) }
        if let refusal = refusals.first { throw refusal }
    }

    /// Arrays, mels and checkpoints of other programs.
    static let arrayReaders = [
        FuzzedReader("npy", longest: 4096) { bytes, folder in
            let path = try folder.file("array.npy", bytes)
            let array = try NumericArray.readNumpy(at: path)
            _ = array.hasNonFinite
            _ = try MelFile(at: path)
        },
        FuzzedReader("npz", longest: 8192, otherSeeds: ["Tests/FilesTests/Golden/stored.npz", "Tests/FilesTests/Golden/deflated.npz"]) {
            bytes, folder in
            let path = try folder.file("arrays.npz", withRightChecksums(bytes))
            _ = try NumpyArchive.read(at: path)
            _ = try MelFile(at: path)
        },
        FuzzedReader("safetensors", longest: 4096) { bytes, folder in
            let path = try folder.file("tensors.safetensors", bytes)
            _ = try SafeTensors.read(at: path)
            _ = try MelFile(at: path)
        },
        FuzzedReader(
            "torch", longest: 24_000,
            otherSeeds: ["kinds-legacy.pt", "kinds-zip.pt", "module.pt"].map { "Tests/FilesTests/Golden/" + $0 }
                + ["neurips-legacy.pt", "neurips-zip.pt", "parallel.pt", "parallelwavegan.pkl", "parametrizations.pt", "plain.pt", "seungwonpark.pt"]
                    .map { "Tests/MelGANTests/Golden/import-" + $0 }
        ) { bytes, folder in
            let path = try folder.file("checkpoint.pt", withRightChecksums(bytes))
            _ = try ImportedModel.read(at: path, ImportOptions(hasSampleRate: true))
        },
    ]
}
