/// The people to notify of a fact and what to tell them, carried by the fact's event.
///
/// A service declares it beside the event, as `ServiceEvent.notice`, so that the notifier knows neither the service nor
/// its words.
public struct Notice: ContractObject, Equatable {
    /// The maximum number of recipients that one event carries; further ones follow in pages.
    public static let maximumRecipients = 200
    /// The maximum size of a notice as JSON, as an event carries it.
    public static let maximumBytes = 32 * 1024
    /// The type of an event that carries further recipients of an earlier event's notice and nothing else.
    public static let pageType = "notice.page"

    /// The people to tell, as the service knows them when it emits the event.
    public let recipients: [UserID]
    /// The subject that people may choose to hear of, such as `society.registration`.
    public let topic: String
    /// The wording's key, by which another language or channel finds its own text.
    public let template: String
    public let title: String
    public let body: String
    /// An object with the ids of what it is about, for clients.
    public let data: RawJSON
    /// The path below `/api/v1` of what it is about.
    public let link: String?
    /// The fact that a page belongs to; `nil` in the fact's own event.
    public let fact: FactReference?

    public static var writesNil: Bool { false }

    /// - Parameters:
    ///   - recipients: The people to tell; any number.
    ///   - actor: The person whose own act it is, who is left out.
    ///   - topic: The subject that people may choose to hear of.
    ///   - template: The wording's key.
    ///   - title: One line.
    ///   - body: The text below the title.
    ///   - data: An object with the ids of what it is about.
    ///   - link: The path below `/api/v1` of what it is about.
    public init(
        to recipients: [UserID],
        except actor: UserID? = nil,
        topic: String,
        template: String,
        title: String,
        body: String,
        data: JSONValue = [:],
        link: String? = nil
    ) {
        self.recipients = recipients.filter { $0 != actor }
        self.topic = topic
        self.template = template
        self.title = title
        self.body = body
        self.data = RawJSON(bytes: data.bytes)
        self.link = link
        self.fact = nil
    }

    private init(_ notice: Notice, to recipients: ArraySlice<UserID>, fact: FactReference?) {
        self.recipients = Array(recipients)
        self.topic = notice.topic
        self.template = notice.template
        self.title = notice.title
        self.body = notice.body
        self.data = notice.data
        self.link = notice.link
        self.fact = fact
    }

    /// The notice as events carry it, `maximumRecipients` at a time.
    ///
    /// - Parameter fact: The event that carries the first page.
    /// - Returns: The pages in order; empty when there is nobody to tell.
    public func pages(of fact: FactReference) -> [Notice] {
        stride(from: 0, to: recipients.count, by: Self.maximumRecipients).map { start in
            let end = min(start + Self.maximumRecipients, recipients.count)
            return Notice(self, to: recipients[start..<end], fact: start == 0 ? nil : fact)
        }
    }
}

/// A reference to the event that reports a fact.
public struct FactReference: ContractObject, Equatable {
    public let id: EventID
    /// The event's type.
    public let type: String

    public init(id: EventID, type: String) {
        self.id = id
        self.type = type
    }
}
