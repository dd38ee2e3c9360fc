@main
struct AcademicPlaceholder {
    static func main() {}
}
