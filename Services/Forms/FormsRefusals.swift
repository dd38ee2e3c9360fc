import Contracts
import FormsContracts
import ServiceKit

/// The refusals for violated constraints of the service's tables; the intake of responses maps its own.
let formsRefusals: Refusals = [
    "profile_field_mappings_field_key_is_unique": ServiceError(.fieldKeyTaken)
]
