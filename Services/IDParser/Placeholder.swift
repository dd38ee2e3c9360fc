@main
struct IDParserPlaceholder {
    static func main() {}
}
