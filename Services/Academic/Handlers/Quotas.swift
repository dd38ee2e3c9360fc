/// How much of what costs others something a university may have.
enum Quotas {
    /// Departments of a university.
    static let departments = 500
    /// Programs of a department.
    static let programs = 500
}
