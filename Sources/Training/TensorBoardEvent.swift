/// One event of a TensorBoard file: `tensorflow.Event` with the summaries that its dashboards of scalars, audio and
/// images show.
struct TensorBoardEvent {
    /// Seconds since 1970.
    let time: Double
    let step: Int
    private var summary = ProtocolBuffer()

    init(time: Double, step: Int) {
        self.time = time
        self.step = step
    }

    /// The first message of every file.
    static func fileVersion(time: Double) -> [UInt8] {
        var event = ProtocolBuffer()
        event.add(1, double: time)
        event.add(3, string: "brain.Event:2")
        return event.bytes
    }

    mutating func add(_ tag: String, scalar: Float) {
        var value = ProtocolBuffer()
        value.add(1, string: tag)
        value.add(2, float: scalar)
        summary.add(1, message: value)
    }

    /// - Parameter wav: the bytes of a WAV file with one channel.
    mutating func add(_ tag: String, wav: [UInt8], sampleRate: Int, sampleCount: Int) {
        var audio = ProtocolBuffer()
        audio.add(1, float: Float(sampleRate))
        audio.add(2, integer: 1)
        audio.add(3, integer: sampleCount)
        audio.add(4, bytes: wav)
        audio.add(5, string: "audio/wav")
        var value = ProtocolBuffer()
        value.add(1, string: tag)
        value.add(6, message: audio)
        summary.add(1, message: value)
    }

    /// - Parameter png: the bytes of a PNG file of red, green and blue.
    mutating func add(_ tag: String, png: [UInt8], width: Int, height: Int) {
        var image = ProtocolBuffer()
        image.add(1, integer: height)
        image.add(2, integer: width)
        image.add(3, integer: 3)
        image.add(4, bytes: png)
        var value = ProtocolBuffer()
        value.add(1, string: tag)
        value.add(4, message: image)
        summary.add(1, message: value)
    }

    /// The event as `tensorflow.Event`.
    var message: [UInt8] {
        var event = ProtocolBuffer()
        event.add(1, double: time)
        event.add(2, integer: step)
        event.add(5, message: summary)
        return event.bytes
    }

    /// The step of an encoded event; 0 where it has none, as the file's version does.
    static func step(of message: UnsafeRawBufferPointer) -> Int {
        ProtocolBuffer.integer(inField: 2, of: message) ?? 0
    }
}
