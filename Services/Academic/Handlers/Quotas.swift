/// Limits on a university's use of shared resources.
enum Quotas {
    /// Departments per university.
    static let departments = 500
    /// Programs per department.
    static let programs = 500
}
