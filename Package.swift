// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of this package is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"].map {
    Target.Dependency.product(name: $0, package: "swift-nio")
}

/// A C library that Debian packages; the folder holds its module map and shim.h.
func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, path: "Libraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func library(
    _ name: String,
    path: String? = nil,
    exclude: [String] = [],
    migrations: Bool = false,
    _ dependencies: [Target.Dependency] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: path ?? "Libraries/\(name)",
        exclude: exclude,
        resources: migrations ? [.embedInCode("Migrations")] : [],
        swiftSettings: settings
    )
}

/// A daemon or a command: one folder below `Services`, one executable.
///
/// With `migrations`, here and above, the SQL files of the folder `Migrations` are compiled in as `PackageResources`;
/// `assets` is another folder whose files are.
func executable(
    _ name: String,
    migrations: Bool = false,
    assets: String? = nil,
    _ dependencies: [Target.Dependency]
) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: "Services/\(name)",
        resources: ((migrations ? ["Migrations"] : []) + [assets].compactMap(\.self)).map { .embedInCode($0) },
        swiftSettings: settings
    )
}

/// The Swift half of a benchmark, whose other half is the script `run` beside it.
func benchmark(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: path,
        exclude: ["run"],
        swiftSettings: settings
    )
}

func tests(_ name: String, exclude: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        exclude: exclude,
        swiftSettings: settings
    )
}

let service: [Target.Dependency] = ["ServiceKit", "Contracts", "Mesh", "Postgres", logging]

let package = Package(
    name: "rovierr",
    products: [
        .executable(name: "gateway", targets: ["Gateway"]),
        .executable(name: "auth", targets: ["Auth"]),
        .executable(name: "forms", targets: ["Forms"]),
        .executable(name: "societies", targets: ["Societies"]),
        .executable(name: "academic", targets: ["Academic"]),
        .executable(name: "id-parser", targets: ["IDParser"]),
        .executable(name: "notifier", targets: ["Notifier"]),
        .executable(name: "rovierr", targets: ["Operator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // C libraries.
        system("CLinux", apt: "libc6-dev"),
        system("CNanomsg", pkgConfig: "nanomsg", apt: "libnanomsg-dev"),
        system("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
        system("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CCrypt", pkgConfig: "libcrypt", apt: "libcrypt-dev"),
        system("CHiredis", apt: "libhiredis-dev"),
        system("CIDN2", pkgConfig: "libidn2", apt: "libidn2-dev"),
        .target(
            name: "CRE2",
            path: "Libraries/CRE2",
            cxxSettings: [.unsafeFlags(["-std=c++17"])],
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]
        ),

        // Libraries.
        library("Clocks"),
        library("OpenSSL", ["COpenSSL"]),
        library("Loops", ["CLinux", logging]),
        library("Nanomsg", ["CNanomsg"]),
        library(
            "Mesh",
            exclude: ["Envelope/mesh.proto"],
            ["Clocks", "Loops", "Nanomsg", "OpenSSL", logging, lifecycle]
        ),
        library("Postgres", ["CLibPQ", "Loops", logging, lifecycle]),
        library("Contracts", path: "Libraries/Contracts/Core", ["CIDN2", "Clocks", httpTypes]),
        library("AuthContracts", path: "Libraries/Contracts/Auth", ["Contracts", httpTypes]),
        library("AcademicContracts", path: "Libraries/Contracts/Academic", ["Contracts", httpTypes]),
        library("IDParserContracts", path: "Libraries/Contracts/IDParser", ["Contracts", httpTypes]),
        library("FormsContracts", path: "Libraries/Contracts/Forms", ["Contracts", httpTypes]),
        library("SocietiesContracts", path: "Libraries/Contracts/Societies", ["Contracts", httpTypes]),
        library("NotifierContracts", path: "Libraries/Contracts/Notifier", ["Contracts", httpTypes]),
        library(
            "ServiceKit",
            migrations: true,
            [
                "Clocks", "Contracts", "Loops", "Mesh", "Postgres", "OpenSSL", "Telemetry", "Workers", logging,
                lifecycle, httpTypes,
            ]
        ),
        library("Telemetry", ["CCurl", "Contracts", "Mesh", logging, lifecycle]),
        library("Tokens", ["Contracts", jwtKit, crypto]),
        library("Workers"),
        library("Passwords", ["CArgon2", "CCrypt", "OpenSSL", "Workers"]),
        library("Patterns", ["CRE2"]),
        library("Redis", ["CHiredis"]),
        library("TestKit", ["Contracts", "Mesh", "Postgres", "ServiceKit", logging]),

        // Daemons and the operator's command.
        executable(
            "Gateway",
            assets: "Docs/Assets",
            [
                "ServiceKit", "Contracts", "AuthContracts", "NotifierContracts", "Mesh", "Redis", "Telemetry", "Tokens",
                "OpenSSL",
                logging, lifecycle, httpTypes,
            ] + nio
        ),
        executable(
            "Auth",
            migrations: true,
            service + ["AuthContracts", "AcademicContracts", "IDParserContracts", "Tokens", "Passwords", "OpenSSL"]
        ),
        executable(
            "Forms",
            migrations: true,
            service + ["FormsContracts", "AuthContracts", "SocietiesContracts", "OpenSSL", "Patterns", httpTypes]
        ),
        executable(
            "Societies",
            migrations: true,
            service + ["SocietiesContracts", "FormsContracts", "AuthContracts", "OpenSSL", lifecycle, httpTypes]
        ),
        executable("Academic", migrations: true, service + ["AcademicContracts"]),
        executable(
            "IDParser",
            migrations: true,
            service + ["IDParserContracts", "AcademicContracts", "Patterns", "Workers"]
        ),
        executable(
            "Notifier",
            migrations: true,
            service + ["NotifierContracts", "AuthContracts", "SocietiesContracts", "Tokens", lifecycle]
        ),
        executable("Operator", ["ServiceKit", "Contracts", "Mesh", "Postgres", "OpenSSL", logging, argumentParser]),

        // What measures or is measured beside; no part of an installation.
        benchmark("rovierr-mesh-bench", path: "Benchmarks/mesh", ["Mesh", logging]),
        benchmark("rovierr-hello", path: "Benchmarks/gateway", nio),

        // Tests.
        tests("ClocksTests", ["Clocks", "TestKit"]),
        tests(
            "ContractsTests",
            [
                "Contracts", "AcademicContracts", "AuthContracts", "FormsContracts", "IDParserContracts",
                "NotifierContracts", "SocietiesContracts", "TestKit", httpTypes,
            ]
        ),
        tests(
            "AcademicTests",
            [
                "Academic", "AcademicContracts", "Auth", "AuthContracts", "Forms", "FormsContracts", "IDParser",
                "IDParserContracts", "Societies", "SocietiesContracts", "Contracts", "Mesh", "Postgres", "ServiceKit",
                "TestKit", logging, httpTypes,
            ]
        ),
        tests("OpenSSLTests", ["OpenSSL", "TestKit"]),
        tests("LoopsTests", ["Loops", "TestKit", logging]),
        tests("NanomsgTests", ["Loops", "Nanomsg"]),
        tests("MeshTests", ["Loops", "Mesh", "Nanomsg", "OpenSSL", "Postgres", "TestKit", logging]),
        tests(
            "GatewayTests",
            exclude: ["Corpus"],
            [
                "Gateway", "AuthContracts", "NotifierContracts", "Contracts", "Mesh", "OpenSSL", "Redis", "ServiceKit",
                "Tokens", "TestKit", logging, lifecycle, httpTypes, crypto,
            ] + nio
        ),
        tests("TokensTests", ["Tokens", "Contracts", "OpenSSL", "TestKit", jwtKit]),
        tests(
            "FormsTests",
            [
                "Forms", "FormsContracts", "Auth", "AuthContracts", "Societies", "SocietiesContracts", "Contracts",
                "ServiceKit", "Mesh", "OpenSSL", "Postgres", "TestKit", logging, httpTypes,
            ]
        ),
        tests(
            "EndToEndTests",
            [
                "Operator", "Academic", "Forms", "IDParser", "Societies", "Contracts", "Postgres", "ServiceKit",
                "TestKit", logging,
            ]
        ),
        tests(
            "ServiceKitTests",
            [
                "ServiceKit", "Contracts", "Loops", "Mesh", "Postgres", "Telemetry", "TestKit", logging, lifecycle,
                httpTypes,
            ]
        ),
        tests("OperatorTests", ["Operator", "Contracts", "Mesh", "ServiceKit", "TestKit"]),
        tests(
            "IDParserTests",
            [
                "IDParser", "IDParserContracts", "Academic", "AcademicContracts", "Contracts", "ServiceKit", "Mesh",
                "Patterns", "Postgres", "TestKit", logging, httpTypes,
            ]
        ),
        tests("PatternsTests", ["Patterns", "TestKit"]),
        tests(
            "SocietiesTests",
            [
                "Societies", "SocietiesContracts", "Forms", "FormsContracts", "Auth", "AuthContracts", "Contracts",
                "ServiceKit", "Mesh", "Postgres", "TestKit", logging, httpTypes,
            ]
        ),
        tests(
            "NotifierTests",
            [
                "Notifier", "NotifierContracts", "Auth", "AuthContracts", "Societies", "SocietiesContracts",
                "Contracts", "ServiceKit", "Mesh", "Postgres", "Tokens", "TestKit", logging,
            ]
        ),
        tests("PasswordsTests", ["Passwords", "TestKit"]),
        tests("WorkersTests", ["Workers", "TestKit"]),
        tests("PostgresTests", ["Loops", "Postgres", "TestKit", logging]),
        tests(
            "AuthTests",
            [
                "Auth", "AuthContracts", "Academic", "AcademicContracts", "IDParser", "IDParserContracts", "Contracts",
                "Mesh", "Passwords", "OpenSSL", "Postgres", "ServiceKit", "TestKit", "Tokens", logging, httpTypes,
            ]
        ),
    ]
)
