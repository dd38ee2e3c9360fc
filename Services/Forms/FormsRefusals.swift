import Contracts
import FormsContracts
import ServiceKit

/// Errors for violated constraints of the service's tables, except those that `ResponseSubmitter` handles itself.
let formsRefusals: Refusals = [
    "profile_field_mappings_field_key_is_unique": ServiceError(.fieldKeyTaken)
]
