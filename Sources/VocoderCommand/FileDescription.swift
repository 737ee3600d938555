import Audio
import Files
import Platform
import Spectra

/// What `vocoder info` says of a file: a sound, a mel or a model.
enum FileDescription {
    case sound(SoundProperties)
    case mel(MelFile)
    case model(ModelDescription)

    /// - Throws: `FileError` where the file is none of these or damaged.
    init(of path: String, layout: MelLayout?) throws(FileError) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError(.missingInput, path, "there is no such file or folder.")
        }
        if isFolder {
            self = .model(try ModelDescription(ofFolder: path))
            return
        }
        switch MelFormat(ending: path) {
        case .npy, .npz: self = .mel(try MelFile(at: path, layout: layout))
        case .safetensors:
            let file = try SafeTensors.read(at: path)
            self =
                file.tensors["mel"] != nil && file.tensors.count == 1
                ? .mel(try MelFile(at: path, layout: layout)) : .model(ModelDescription(of: file))
        case nil: self = .sound(try AudioFile(at: path).properties)
        }
    }

    /// A few lines for people.
    var lines: [String] {
        switch self {
        case .sound(let sound): Self.lines(of: sound)
        case .mel(let mel): Self.lines(of: mel)
        case .model(let model): model.lines
        }
    }

    private static func lines(of sound: SoundProperties) -> [String] {
        var lines = [
            "sound: \(sound.container), \(sound.encoding)",
            "\(format(sound.duration)) s (\(sound.frameCount) samples), \(sound.sampleRate) Hz, "
                + "\(sound.channelCount) \(sound.channelCount == 1 ? "channel" : "channels")",
        ]
        lines.append(
            sound.peak > 0
                ? "peak \(format(sound.peakDecibels)) dB, RMS \(format(sound.rootMeanSquareDecibels)) dB re full scale"
                : "digital silence")
        if sound.clippedSampleCount > 0 { lines.append("\(sound.clippedSampleCount) clipped samples") }
        return lines
    }

    private static func lines(of mel: MelFile) -> [String] {
        let shape = mel.storedShape.map(String.init).joined(separator: ", ")
        let fingerprint = mel.fingerprint
        var lines = [
            "mel: \(mel.frameCount) frames of \(mel.bandCount) bands, stored [\(shape)] \(mel.layout.rawValue) "
                + "\(mel.storedType.rawValue)",
            "values \(fingerprint.least) to \(fingerprint.greatest)",
        ]
        if let convention = mel.convention {
            lines.append(
                "carries its convention: \(convention.valueSummary), \(convention.sampleRate) Hz, hop \(convention.hopLength), "
                    + "transform \(convention.fftSize), bands from \(convention.lowestFrequency) to "
                    + "\(convention.highestFrequency) Hz")
        } else {
            lines.append("carries no convention; looks like \(fingerprint.summary)")
        }
        return lines
    }
}

/// Two decimals.
func format(_ value: Double) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    let fraction = hundredths % 100
    return (value < 0 && hundredths > 0 ? "-" : "") + "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}
