import CFFTW

extension FourierTransform {
    /// FFTW's release and what it was built for, as `fftw-3.3.10-sse2-avx`.
    public static var libraryVersion: String { String(cString: vocoder_fftw_version()) }
}
