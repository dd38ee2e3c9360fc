@main
struct OperatorPlaceholder {
    static func main() {}
}
