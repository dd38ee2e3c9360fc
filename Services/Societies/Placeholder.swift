@main
struct SocietiesPlaceholder {
    static func main() {}
}
