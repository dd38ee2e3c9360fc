import Contracts
import HTTPTypes
import HTTPTypes
import Testing

/// A contract with every kind of member, as a service would declare it.
private struct BookRoom: ServiceOperation {
    static let contract = Contract(
        "rooms.bookings.create",
        .post("/rooms/{roomId}/bookings"),
        access: .user,
        "Book a room",
        success: .created
    )

    enum Layout: String, ChoiceValue { case rows, circle }

    struct Guest: ContractObject, Equatable {
        let name: Name
        let email: EmailAddress?
        let guests: [Guest]?
    }

    let roomId: Identifier<Entity.Event>
    let title: Name
    let seats: Whole<1, 300>
    let layout: Layout
    let startsAt: Timestamp
    let endsAt: Timestamp
    let guests: [Guest]
    let notes: Description?
    let details: JSONValue

    func validate(_ reader: ContractReader) {
        guard endsAt <= startsAt else { return }
        reader.inside("endsAt") { reader.fail(.outOfRange, "Must come after startsAt.") }
    }

    typealias Reply = Booking
}

private struct Booking: ContractObject, OperationReply, Equatable {
    let id: Identifier<Entity.Event>
    let note: String?
}

private struct ListRooms: ServiceOperation {
    enum Order: String, ChoiceValue { case name, seats }
    static let contract = Contract("rooms.rooms.list", .get("/rooms"), access: .everyone, "List rooms")
    let page: PageRequest
    let sort: Sort<Order>?
    let open: Bool?
    let floors: [Int]?
    typealias Reply = Page<Booking>
}

private struct PatchRoom: ServiceOperation {
    static let contract = Contract("rooms.rooms.patch", .patch("/rooms/{id}"), access: .user, "Change a room")
    let id: Identifier<Entity.Event>
    let name: Patch<Name>
    let notes: Patch<Description>
    typealias Reply = NoContent
}

@Suite("Contract coding")
struct ContractCodingTests {
    private let room = "0192f0c1-2345-7abc-8def-0123456789ab"

    private func book(_ body: String) throws -> BookRoom {
        try BookRoom.decode(OperationInput(path: [("roomId", room)], body: Array(body.utf8)))
    }

    @Test("Fields come from the path and the body")
    func decodes() throws {
        let request = try book(
            """
            {"title": "Choir", "seats": 40, "layout": "circle", "startsAt": "2026-03-01T18:00:00Z",
             "endsAt": "2026-03-01T20:00:00+01:00", "guests": [{"name": "Ada", "guests": [{"name": "Bob"}]}],
             "details": {"piano": 0}, "roomId": "ignored: the path decides"}
            """
        )
        #expect(request.roomId.description == room)
        #expect(request.seats.value == 40)
        #expect(request.endsAt.description == "2026-03-01T19:00:00.000Z")
        #expect(request.guests.first?.guests?.first?.name.text == "Bob")
        #expect(request.notes == nil)
        #expect(request.details == ["piano": 0])
    }

    @Test("Every fault is told at once, each under its path")
    func allFaultsAtOnce() throws {
        let error = #expect(throws: ValidationError.self) {
            try book(
                """
                {"title": " ", "seats": 301, "layout": "pile", "startsAt": "yesterday",
                 "guests": [{"name": "Ada", "email": "ada@"}, 5], "notes": 7}
                """
            )
        }
        let faults = try #require(error).details.map { "\($0.field) \($0.code?.rawValue ?? "")" }
        #expect(
            faults == [
                "title too_short", "seats out_of_range", "layout not_allowed", "startsAt bad_format", "endsAt required",
                "guests.0.email bad_format", "guests.1 wrong_type", "notes wrong_type", "details required",
            ]
        )
    }

    @Test("Rules over several fields run once each field alone is right")
    func crossFieldRule() throws {
        let error = #expect(throws: ValidationError.self) {
            try book(
                """
                {"title": "Choir", "seats": 4, "layout": "rows", "startsAt": "2026-03-01T18:00:00Z",
                 "endsAt": "2026-03-01T18:00:00Z", "guests": [], "details": null}
                """
            )
        }
        #expect(try #require(error).details.map(\.field) == ["endsAt"])
    }

    @Test("A query is read as the fields' types say")
    func decodesQueries() throws {
        let request = try ListRooms.decode(
            OperationInput(query: [
                ("page", "3"), ("limit", "50"), ("sort", "-seats"), ("open", "true"), ("floors", "1,2"),
            ])
        )
        #expect(request.page.offset == 100)
        #expect(request.sort == Sort(.seats, descending: true))
        #expect(request.open == true)
        #expect(request.floors == [1, 2])
    }

    @Test(
        "Bad queries are refused by field",
        arguments: [
            ("page", "0"), ("limit", "101"), ("limit", "x"), ("sort", "colour"), ("cursor", "zzz"), ("open", "yes"),
        ]
    )
    func refusesBadQueries(name: String, value: String) throws {
        let error = #expect(throws: ValidationError.self) {
            try ListRooms.decode(OperationInput(query: [(name, value)]))
        }
        #expect(try #require(error).details.map(\.field) == [name])
    }

    @Test("A merge patch tells missing from null")
    func mergePatch() throws {
        let request = try PatchRoom.decode(OperationInput(path: [("id", room)], body: Array(#"{"notes": null}"#.utf8)))
        #expect(request.name == .keep)
        #expect(request.notes == .remove)
        #expect(request.notes.applied(to: Description("old")) == nil)
    }

    @Test("A reply is written with its envelope, nil as null, and reads back")
    func repliesRoundTrip() throws {
        let booking = Booking(id: try #require(.init(room)), note: nil)
        let body = booking.body(trimmedTo: nil)
        #expect(String(decoding: body, as: UTF8.self) == #"{"success":true,"data":{"id":"\#(room)","note":null}}"#)
        #expect(try Booking.read(body: body) == booking)
        #expect(
            String(decoding: booking.body(trimmedTo: ["note"]), as: UTF8.self)
                == #"{"success":true,"data":{"note":null}}"#
        )
        let page = Page([booking], request: PageRequest(page: 2, limit: 1), total: 3, next: nil)
        #expect(try Page<Booking>.read(body: page.body(trimmedTo: nil)) == page)
    }

    @Test("A body that is no object, or no JSON, is refused")
    func refusesOtherBodies() {
        #expect(throws: ValidationError.self) { try book("[]") }
        #expect(throws: JSONSyntaxError.self) { try book("{") }
    }

    @Test("The description says where each field stands, with recursion by reference")
    func describes() throws {
        var components = SchemaComponents()
        let description = BookRoom.describe(&components)
        #expect(description.paths == ["/api/v1/rooms/{roomId}/bookings"])
        #expect(description.parameters.map(\.name) == ["roomId"])
        let body = try JSONParser.parse(try #require(description.requestBody).bytes)
        #expect(body["required"] == ["title", "seats", "layout", "startsAt", "endsAt", "guests", "details"])
        #expect(components.schemas.keys.contains { $0.hasSuffix("Guest") })
        let list = ListRooms.describe(&components)
        #expect(list.parameters.map(\.name) == ["page", "limit", "cursor", "sort", "open", "floors"])
        #expect(list.requestBody == nil)
        #expect(try OperationDescription(jsonBytes: description.jsonBytes) == description)
        #expect(description.id == "bookRoom" && list.id == "listRooms")
    }

    @Test("A request may lack what is optional or say null, and a reply always has it, perhaps as null")
    func describesOptionalMembers() throws {
        var components = SchemaComponents()
        let description = BookRoom.describe(&components)
        let body = try JSONParser.parse(try #require(description.requestBody).bytes)
        let notes: JSONValue = ["anyOf": [["$ref": "#/components/schemas/Text0To5000"], ["type": "null"]]]
        #expect(body["properties"]?["notes"] == notes)
        let booking = try #require(components.schemas.first { $0.key.hasSuffix("Booking") }?.value)
        #expect(booking["required"] == ["id", "note"])
        #expect(booking["properties"]?["id"] == ["$ref": "#/components/schemas/UUID"])
        #expect(booking["properties"]?["note"]?["type"] == ["string", "null"])
        let guest = try #require(components.schemas.first { $0.key.hasSuffix("Guest-request") }?.value)
        #expect(guest["required"] == ["name"])
        let items = guest["properties"]?["guests"]?["items"]?["$ref"]?.stringValue
        #expect(items?.hasSuffix("Guest-request") == true)
    }
}
