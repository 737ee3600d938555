internal import COneDNN

extension Engine {
    /// oneDNN's release, as `2.6.3`.
    public static var libraryVersion: String {
        let version = dnnl_version()!.pointee
        return "\(version.major).\(version.minor).\(version.patch)"
    }
}
