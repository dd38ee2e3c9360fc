@main
struct NotifierPlaceholder {
    static func main() {}
}
