/// One fault in a waveform, where it is and how bad.
public struct Artefact: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
        /// A steady tone at a multiple of the frame rate, which no voice makes and upsampling does.
        case tonalLine
        /// A jump at the first or last sample, or somewhere between.
        case click
        /// Sound where the original is digitally silent.
        case noiseInSilence
        case clipping
        /// Louder or softer than the original, in all or for a while.
        case levelDrift

        /// What it is called in a table.
        public var title: String {
            switch self {
            case .tonalLine: "tonal line"
            case .click: "click"
            case .noiseInSilence: "noise in silence"
            case .clipping: "clipping"
            case .levelDrift: "level drift"
            }
        }
    }

    public let kind: Kind
    /// Seconds.
    public let start: Double
    public let end: Double
    /// dB: of a line, a click (its height) and noise relative to full scale; of clipping the largest sample; of drift
    /// relative to the original.
    public let level: Double
    /// Hz; of a line only.
    public let frequency: Double?
    /// What more is known: `2 x rate/64`, `at the end`, `17 samples`. May be empty.
    public let detail: String

    init(
        _ kind: Kind, from start: Double, to end: Double, level: Double, frequency: Double? = nil,
        detail: String = ""
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.level = level
        self.frequency = frequency
        self.detail = detail
    }
}

extension Artefact: CustomStringConvertible {
    /// `tonal line at 2756 Hz (1 x rate/8), 0.00-2.97 s, -52 dBFS`
    public var description: String {
        let place = frequency.map { " at \(fixed($0, 0)) Hz" } ?? ""
        let remark = detail.isEmpty ? "" : " (\(detail))"
        let sign = kind == .levelDrift && level > 0 ? "+" : ""
        let height = kind == .levelDrift ? "\(sign)\(fixed(level, 1)) dB" : "\(fixed(level, 0)) dBFS"
        return "\(kind.title)\(place)\(remark), \(span), \(height)"
    }

    private var span: String {
        kind == .click ? "\(fixed(start, 3)) s" : "\(fixed(start, 2))-\(fixed(end, 2)) s"
    }
}
