public import Contracts

/// The present access to other services' entities, as their owners tell it.
///
/// A service that holds something of another service's entity, such as a society's form, asks the owner on each request
/// who may use it. An answer is used for at most 1.5 seconds from when it was asked for, so that a revoked right is
/// refused within two; the owner's events end it sooner where they arrive. Without an answer, access is refused. A list
/// asks once for all open entities of a university and once for the user's memberships, so that it stays one statement
/// whose filter and count leave out what is hidden.
public struct EntityAccess: Sendable {
    private struct Question: Hashable {
        let entity: EntityReference
        let user: UserID?
    }

    private struct Place: Hashable {
        let type: EntityType
        let university: UniversityID
    }

    private struct Person: Hashable {
        let user: UserID
        let place: Place
    }

    private let standings: OwnerAnswers<Question, EntityStanding>
    private let openEntities: OwnerAnswers<Place, OpenEntities>
    private let userMemberships: OwnerAnswers<Person, EntityMemberships>

    /// - Parameters:
    ///   - caller: Calls the owners.
    ///   - lifetime: The time for which an answer is used, from when it was asked for.
    public init(caller: ServiceCaller, lifetime: Duration = .milliseconds(1_500)) {
        standings = OwnerAnswers(maximumBytes: 2 << 20, lifetime: lifetime) { question, context in
            let check = CheckAccess(entity: question.entity, userId: question.user)
            return try await Self.ask {
                try await caller.call(check, to: question.entity.type.owner, context)
            } former: {
                try await caller.call(FormerCheckAccess(check), context)
            }
        }
        openEntities = OwnerAnswers(maximumBytes: 8 << 20, lifetime: lifetime, size: { $0.ids.elements.count * 16 }) {
            place,
            context in
            let list = ListOpenEntities(type: place.type, universityId: place.university)
            return try await Self.ask {
                try await caller.call(list, to: place.type.owner, context)
            } former: {
                try await caller.call(FormerListOpenEntities(list), context)
            }
        }
        userMemberships = OwnerAnswers(maximumBytes: 4 << 20, lifetime: lifetime, size: { $0.items.count * 32 }) {
            person,
            context in
            let list = ListMemberships(type: person.place.type, userId: person.user)
            return try await Self.ask {
                try await caller.call(list, to: person.place.type.owner, context)
            } former: {
                try await caller.call(FormerListMemberships(list), context).present
            }
        }
    }

    /// Asks an owner, by its former operation if it may not know the present one; see `FormerAccess.swift`.
    ///
    /// An owner of the release before refuses an operation that it does not know as it refuses an entity: `NOT_FOUND`.
    /// Of an entity that does not exist, an owner of this release is asked twice.
    private static func ask<Answer: Sendable>(
        _ present: () async throws -> Answer,
        former: () async throws -> Answer
    ) async throws -> Answer {
        do { return try await present() } catch let error as ServiceError where error.code == .notFound {
            return try await former()
        }
    }

    /// Returns an entity's status and a user's standing at it.
    ///
    /// - Parameters:
    ///   - entity: The entity.
    ///   - user: The user; `nil` to ask about the entity alone.
    ///   - context: The request that needs to know.
    /// - Returns: The owner's answer; `nil` if there is no such entity.
    /// - Throws: `SERVICE_UNAVAILABLE` if the owner can't be asked.
    public func check(
        _ entity: EntityReference,
        _ user: UserID?,
        _ context: RequestContext
    ) async throws -> EntityStanding? {
        try await standings.answer(Question(entity: entity, user: user), context)
    }

    /// Returns the entities that everybody at a university may see.
    ///
    /// - Parameters:
    ///   - type: The entities' type.
    ///   - university: The university that they belong to.
    ///   - context: The request that needs to know.
    /// - Returns: The ids, newest first.
    /// - Throws: `SERVICE_UNAVAILABLE` if the owner can't be asked.
    public func open(
        _ type: EntityType,
        at university: UniversityID,
        _ context: RequestContext
    ) async throws -> [EntityID] {
        try await openEntities.answer(Place(type: type, university: university), context)?.ids.elements ?? []
    }

    /// Returns a user's memberships at every university.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - type: The type of the entities.
    ///   - university: The user's university, whose events end the answer.
    ///   - context: The request that needs to know.
    /// - Returns: The memberships, newest first.
    /// - Throws: `SERVICE_UNAVAILABLE` if the owner can't be asked.
    public func memberships(
        of user: UserID,
        in type: EntityType,
        at university: UniversityID,
        _ context: RequestContext
    ) async throws -> [EntityMembership] {
        let person = Person(user: user, place: Place(type: type, university: university))
        return try await userMemberships.answer(person, context)?.items ?? []
    }

    /// Drops the answers that concern an entity or, if given, only one member of it.
    ///
    /// - Parameters:
    ///   - entity: The entity that changed.
    ///   - university: Its university.
    ///   - member: The only user whose standing changed; `nil` if the entity itself changed.
    public func forget(_ entity: EntityReference, at university: UniversityID, member: UserID? = nil) {
        if let member {
            standings.forget { $0.entity == entity && $0.user == member }
            userMemberships.forget { $0.user == member && $0.place.type == entity.type }
        } else {
            let place = Place(type: entity.type, university: university)
            standings.forget { $0.entity == entity }
            openEntities.forget { $0 == place }
            userMemberships.forget { $0.place == place }
        }
    }

    /// Drops the answers that an event ends.
    public func forget(after event: some AccessEvent) {
        forget(event.entity, at: event.universityId, member: event.member)
    }

    /// Returns handlers for all events by which an owner ends its answers.
    ///
    /// - Parameters:
    ///   - api: The owner's operations and events.
    ///   - handlers: The service's own handlers of the owner's events; one of an `AccessEvent` calls `forget` itself.
    /// - Returns: A handler for each type, the service's own first.
    public func handlers(of api: ServiceAPI, beside handlers: [any EventHandler] = []) -> [any EventHandler] {
        func handler<Event: AccessEvent>(of _: Event.Type) -> any EventHandler {
            AccessChangedHandler<Event>(access: self)
        }
        let handled = handlers.map { type(of: $0).event.type }
        let others = api.events.compactMap { $0 as? any AccessEvent.Type }.filter { !handled.contains($0.type) }
        return handlers + others.map { handler(of: $0) }
    }
}

/// Drops the answers about an entity when its owner reports a change.
private struct AccessChangedHandler<Event: AccessEvent>: EventHandler {
    let access: EntityAccess

    func handle(_ event: Event, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        access.forget(after: event)
    }
}
