@main
struct FormsPlaceholder {
    static func main() {}
}
