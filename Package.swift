// swift-tools-version: 6.1
import PackageDescription

/// A C library found through pkg-config or the compiler's own search path, and the packages that bring it.
func library(_ name: String, pkgConfig: String?, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// A target of the package. Imports go strictly downward: see the order of the targets below.
func module(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// A target of tests; `golden` says whether it has a folder of golden files.
func tests(_ name: String, golden: Bool = false, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: ["TestSupport"] + dependencies, resources: golden ? [.copy("Golden")] : [],
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
        .executable(name: "vocoder", targets: ["VocoderCommand"]),
        // Vocoding: audio files, mels, Griffin-Lim, models and synthesis.
        .library(name: "Vocoder", targets: ["Vocoder"]),
        // Text to speech; includes Vocoder.
        .library(name: "Speech", targets: ["Speech"]),
        // Training of vocoders and voices; includes Vocoder.
        .library(name: "VocoderTraining", targets: ["VocoderTraining"]),
    ],
    traits: [
        .default(enabledTraits: ["ESpeak"]),
        .trait(
            name: "ESpeak",
            description: "Phonemes of text through libespeak-ng, which is under the GPL 3; without it English is read by a lexicon and a letter-to-sound model."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // 0: C libraries, without any logic.
        library("CFFTW", pkgConfig: "fftw3f", apt: "libfftw3-dev", brew: "fftw"),
        library("CSndFile", pkgConfig: "sndfile", apt: "libsndfile1-dev", brew: "libsndfile"),
        library("CSoxr", pkgConfig: "soxr", apt: "libsoxr-dev", brew: "libsoxr"),
        library("COneDNN", pkgConfig: nil, apt: "libdnnl-dev", brew: "onednn"),
        library("CMinizip", pkgConfig: "minizip", apt: "libminizip-dev", brew: "minizip"),
        library("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
        library("CESpeakNG", pkgConfig: "espeak-ng", apt: "libespeak-ng-dev", brew: "espeak-ng"),
        library("CExpat", pkgConfig: "expat", apt: "libexpat1-dev", brew: "expat"),
        .systemLibrary(name: "CProcessor"),
        // Data of English pronunciation as a part of the program, which an assembler includes.
        .target(name: "CEnglish", exclude: ["NOTICE.md", "lexicon.bin", "letters.bin", "heteronyms.bin"], cSettings: [.headerSearchPath(".")]),
        // 1: the system, files, tensors and audio.
        .target(name: "Platform", swiftSettings: settings),
        module("Files", ["Platform", "CMinizip"]),
        module("Tensors", ["Platform"]),
        module("Audio", ["Platform", "Tensors", "Files", "CSndFile", "CSoxr"]),
        // 2: numeric kernels, spectra and phonemes.
        module("Kernels", ["Platform", "Tensors", "COneDNN", "CProcessor"]),
        module("Spectra", ["Platform", "Tensors", "Audio", "Files", "CFFTW"]),
        module(
            "Phonemes", ["Platform", "Files", "CExpat", "CEnglish", .target(name: "CESpeakNG", condition: .when(traits: ["ESpeak"]))],
            // Embedded, so that a program needs no folder beside it.
            resources: [.embedInCode("Resources")]),
        // 3: layers and automatic differentiation.
        module("Neural", ["Platform", "Kernels", "Tensors", "Files"]),
        // 4: models, and their evaluation, which sees waveforms only.
        module("SourceFilter", ["Platform", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        module("MelGAN", ["Platform", "SourceFilter", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        module("TextToMel", ["Platform", "Phonemes", "Neural", "Kernels", "Tensors", "Spectra", "Files"]),
        module("Evaluation", ["Platform", "Tensors", "Spectra", "Audio", "Files", "CPNG"]),
        // 5: the modules that programs import, text to speech, and training.
        module("Vocoder", ["MelGAN", "SourceFilter", "Spectra", "Audio", "Files", "Tensors"]),
        module("Speech", ["Platform", "Vocoder", "TextToMel", "Phonemes"]),
        module("Training", [
                "Platform", "MelGAN", "SourceFilter", "TextToMel", "Phonemes", "Evaluation", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files",
            ]),
        module("VocoderTraining", ["Training", "Vocoder", "TextToMel", "Phonemes"]),
        // 6: the command line.
        .executableTarget(
            name: "VocoderCommand",
            dependencies: [
                "Platform", "Training", "Speech", "MelGAN", "TextToMel", "Phonemes", "Evaluation", "Spectra", "Audio", "Files", "Kernels", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // The readers of foreign bytes, as tests read their seeds and Scripts/fuzz fuzzes them.
        .target(
            name: "FuzzedReaders", dependencies: ["Platform", "Training", "MelGAN", "TextToMel", "Phonemes", "Spectra", "Audio", "Files"],
            path: "Tests/FuzzedReaders", exclude: ["Seeds"], swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["Platform", "Tensors"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("Files", golden: true, ["Platform", "Files"]),
        tests("Audio", ["Platform", "Tensors", "Audio", "Files"]),
        tests("Kernels", ["Platform", "Kernels", "Tensors"]),
        tests("Spectra", golden: true, ["Platform", "Spectra", "Tensors", "Audio", "Files"]),
        tests("Phonemes", ["Platform", "Phonemes", "Tensors", "Files"]),
        tests("Neural", ["Platform", "Neural", "Kernels", "Tensors"]),
        tests("SourceFilter", ["Platform", "SourceFilter", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        tests("MelGAN", golden: true, ["Platform", "Training", "MelGAN", "SourceFilter", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        tests("TextToMel", ["Platform", "TextToMel", "Phonemes", "Neural", "Kernels", "Tensors", "Spectra", "Files"]),
        tests("Speech", ["Platform", "Speech", "TextToMel", "MelGAN", "SourceFilter", "Phonemes", "Tensors", "Spectra", "Audio", "Files"]),
        tests("Evaluation", golden: true, ["Platform", "Evaluation", "Tensors", "Spectra", "Audio", "Files", "CPNG"]),
        tests("Training", golden: true, ["Platform", "Training", "MelGAN", "SourceFilter", "TextToMel", "Phonemes", "Neural", "Kernels", "Tensors", "Spectra", "Audio", "Files"]),
        tests("Fuzzing", ["FuzzedReaders"]),
        tests("Command", ["Platform", "VocoderCommand", "MelGAN", "TextToMel", "Phonemes", "Tensors", "Neural", "Evaluation", "Files", "Audio", "Spectra"]),
    ]
)

// Scripts/fuzz sets this variable; it links libFuzzer, without which this program has no beginning.
if Context.environment["VOCODER_FUZZER"] != nil {
    package.targets.append(
        .executableTarget(name: "fuzzer", dependencies: ["FuzzedReaders", "Platform"], path: "Tests/Fuzzer", swiftSettings: settings))
}
