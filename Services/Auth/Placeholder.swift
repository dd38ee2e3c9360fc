@main
struct AuthPlaceholder {
    static func main() {}
}
