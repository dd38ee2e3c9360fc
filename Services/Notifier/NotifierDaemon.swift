import NotifierContracts
import ServiceKit
import Tokens

@main
struct NotifierDaemon {
    /// The service's own variables.
    struct Configuration: Sendable {
        let tokens: RealtimeTokens
        let tokenLifetime: Duration

        init(_ settings: Settings) {
            tokens = RealtimeTokens(
                key: settings.key("REALTIME_TOKEN_KEY", bytes: 32, "what tokens for live connections are signed with")
            )
            tokenLifetime = settings.duration(
                "REALTIME_TOKEN_TTL",
                default: .seconds(900),
                in: 60...86_400,
                "how long a token for a live connection is valid"
            )
        }
    }

    static func main() async {
        await Daemon(
            "notifier",
            reads: ["societies"],
            emits: [RealtimePublished.self],
            migrations: notifierMigrations,
            configure: Configuration.init
        ) { kit, configuration in
            let database = kit.database
            return DaemonParts(
                handlers: [
                    ListNotificationsHandler(database: database),
                    ReadNotificationHandler(database: database),
                    ReadAllNotificationsHandler(database: database),
                    CountUnreadHandler(database: database),
                    IssueRealtimeTokenHandler(
                        database: database,
                        tokens: configuration.tokens,
                        lifetime: configuration.tokenLifetime
                    ),
                    ConnectRealtimeHandler(database: database, tokens: configuration.tokens),
                ],
                consumers: [
                    RegistrationSubmittedHandler(),
                    RegistrationApprovedHandler(),
                    RegistrationRejectedHandler(),
                ],
                services: [HistoryRetention(database: database.database, logger: kit.logger)]
            )
        }.main()
    }
}
