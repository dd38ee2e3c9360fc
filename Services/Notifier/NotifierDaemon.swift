import AuthContracts
import Contracts
import NotifierContracts
import ServiceKit
import SocietiesContracts
import Tokens

@main
struct NotifierDaemon {
    /// The service's own variables.
    struct Configuration: Sendable {
        let tokens: RealtimeTokens
        let tokenLifetime: Duration
        /// The longest lifetime in seconds: that of access tokens, since revocations are remembered no longer than needed
        /// for those.
        private static let longestTokenLifetime = 3_600

        init(_ settings: Settings) {
            tokens = RealtimeTokens(
                key: settings.key("REALTIME_TOKEN_KEY", bytes: 32, "what tokens for live connections are signed with")
            )
            tokenLifetime = settings.duration(
                "REALTIME_TOKEN_TTL",
                default: .seconds(900),
                in: 60...Self.longestTokenLifetime,
                "how long a token for a live connection is valid"
            )
        }
    }

    static let daemon = Daemon(
        notifierAPI,
        reads: [authAPI, societiesAPI],
        notifiesFor: ["societies"],
        migrations: notifierMigrations,
        configure: Configuration.init
    ) { kit, configuration in
        DaemonParts(
            tables: notifierTables,
            handlers: handlers(database: kit.database, configuration),
            consumers: bareFacts + [UserErasedHandler()],
            notices: Delivery()
        )
    }

    static func main() async { await daemon.main() }

    /// The events of the release before that notify people and carry no notice.
    static let bareFacts: [any EventHandler] = [
        BareFactHandler<RegistrationSubmitted>(), BareFactHandler<RegistrationApproved>(),
        BareFactHandler<RegistrationRejected>(),
    ]

    static func handlers(database: ServiceDatabase, _ configuration: Configuration) -> [any OperationHandler] {
        [
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
            PersonalDataHandler(database: database, lists: personalDataLists),
        ]
    }
}
