import Contracts
import IDParserContracts
import ServiceKit

/// Errors for violated constraints of the service's tables.
let idParserRefusals: Refusals = [
    "id_patterns_name_is_unique": ServiceError(.idPatternNameTaken),
    "id_patterns_name_key_is_short": .longNameKey,
]
