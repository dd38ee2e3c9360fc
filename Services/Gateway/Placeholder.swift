@main
struct GatewayPlaceholder {
    static func main() {}
}
