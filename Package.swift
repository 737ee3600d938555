// swift-tools-version: 6.1
import PackageDescription

/// A C library found through pkg-config or the compiler's own search path, and the packages that bring it.
func library(_ name: String, pkgConfig: String?, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// A target of the package. Imports go strictly downward: see the order of the targets below.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: [], resources: [.copy("Golden")],
        swiftSettings: settings)
}

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "vocoder",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "vocoder", targets: ["VocoderCommand"])
    ],
    traits: [
        .default(enabledTraits: ["ESpeak"]),
        .trait(
            name: "ESpeak",
            description: "Phonemes of text through libespeak-ng, which is under the GPL 3; without it text comes as phonemes."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // 0: C libraries, no logic.
        library("CFFTW", pkgConfig: "fftw3f", apt: "libfftw3-dev", brew: "fftw"),
        library("CSndFile", pkgConfig: "sndfile", apt: "libsndfile1-dev", brew: "libsndfile"),
        library("CSoxr", pkgConfig: "soxr", apt: "libsoxr-dev", brew: "libsoxr"),
        library("COneDNN", pkgConfig: nil, apt: "libdnnl-dev", brew: "onednn"),
        library("CMinizip", pkgConfig: "minizip", apt: "libminizip-dev", brew: "minizip"),
        library("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
        library("CESpeakNG", pkgConfig: "espeak-ng", apt: "libespeak-ng-dev", brew: "espeak-ng"),
        library("CExpat", pkgConfig: "expat", apt: "libexpat1-dev", brew: "expat"),
        .systemLibrary(name: "CProcessor"),
        // 1: the system, what the world brings, and memory.
        .target(name: "Platform", swiftSettings: settings),
        module("Files", ["Platform", "CMinizip"]),
        module("Tensors", ["Platform"]),
        module("Audio", ["Platform", "Files", "CSndFile", "CSoxr"]),
        // 2: arithmetic.
        module("Kernels", ["Platform", "Tensors", "COneDNN", "CProcessor"]),
        module("Spectra", ["Platform", "Audio", "Files", "CFFTW"]),
        module("Phonemes", ["Platform", "Files", "CExpat", .target(name: "CESpeakNG", condition: .when(traits: ["ESpeak"]))]),
        // 3: differentiation.
        module("Neural", ["Platform", "Kernels", "Tensors", "Files"]),
        // 4: models, and their judges, who see waveforms only.
        module("MelGAN", ["Platform", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        module("TextToMel", ["Platform", "Phonemes", "Neural", "Kernels", "Tensors", "Spectra", "Files"]),
        module("Evaluation", ["Platform", "Spectra", "Audio", "Files", "CPNG"]),
        // 5: text to sound, and training.
        module("Speech", ["Platform", "TextToMel", "MelGAN", "Phonemes", "Spectra", "Audio", "Files"]),
        module("Training", [
                "Platform", "MelGAN", "TextToMel", "Phonemes", "Evaluation", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files",
            ]),
        // 6: the command line.
        .executableTarget(
            name: "VocoderCommand",
            dependencies: [
                "Platform", "Training", "Speech", "MelGAN", "TextToMel", "Phonemes", "Evaluation", "Spectra", "Audio", "Files", "Kernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        tests("Files", ["Platform", "Files"]),
        tests("Audio", ["Platform", "Audio", "Files"]),
        tests("Kernels", ["Platform", "Kernels", "Tensors"]),
        tests("Spectra", ["Platform", "Spectra", "Audio", "Files"]),
        tests("Phonemes", ["Platform", "Phonemes", "Files"]),
        tests("Neural", ["Platform", "Neural", "Kernels", "Tensors"]),
        tests("MelGAN", ["Platform", "Training", "MelGAN", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        tests("TextToMel", ["Platform", "TextToMel", "Phonemes", "Neural", "Kernels", "Tensors", "Spectra", "Files"]),
        tests("Speech", ["Platform", "Speech", "TextToMel", "MelGAN", "Phonemes", "Spectra", "Audio", "Files"]),
        tests("Evaluation", ["Platform", "Evaluation", "Spectra", "Audio", "Files", "CPNG"]),
        tests("Training", ["Platform", "Training", "MelGAN", "TextToMel", "Phonemes", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        tests("Command", ["Platform", "VocoderCommand", "MelGAN", "TextToMel", "Phonemes", "Tensors", "Neural", "Evaluation", "Files", "Audio", "Spectra"]),
    ]
)
