import Contracts
import Testing

@Suite("Reply bodies") struct ReplyBodyTests {
    struct Sample: ContractObject, OperationReply, Equatable {
        let id: Int
        let text: String

        init(id: Int, text: String) {
            self.id = id
            self.text = text
        }
    }

    private let short = Sample(id: 1, text: String(repeating: "x", count: 1_000))
    private let long = Sample(id: 1, text: String(repeating: "é", count: 20_000))

    @Test("A body is short unless trimming it reads more than 32 KiB", arguments: [nil, ["id"]] as [Set<String>?])
    func values(fields: Set<String>?) throws {
        #expect(short.shortBody(trimmedTo: fields) == short.body(trimmedTo: fields))
        #expect(long.shortBody(trimmedTo: fields) == (fields == nil ? long.body(trimmedTo: nil) : nil))
        let (stored, large) = (Document(short), Document(long))
        #expect(stored.shortBody(trimmedTo: fields) == short.body(trimmedTo: fields))
        #expect(large.shortBody(trimmedTo: fields) == (fields == nil ? long.body(trimmedTo: nil) : nil))
        #expect(large.body(trimmedTo: fields) == long.body(trimmedTo: fields))
    }

    @Test("A page is short if its whole items take at most 32 KiB", arguments: [nil, ["id"]] as [Set<String>?])
    func pages(fields: Set<String>?) throws {
        func page(_ items: [Sample]) -> Page<Sample> {
            Page(items, request: PageRequest(), total: items.count, next: nil)
        }
        for items in [[], [short], Array(repeating: short, count: 30)] {
            #expect(page(items).shortBody(trimmedTo: fields) == page(items).body(trimmedTo: fields))
        }
        for items in [[long], Array(repeating: short, count: 40)] {
            #expect(page(items).shortBody(trimmedTo: fields) == nil)
            #expect(try Page<Sample>.read(body: page(items).body(trimmedTo: nil)).items == items)
        }
    }
}
