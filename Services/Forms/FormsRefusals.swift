import Contracts
import FormsContracts
import ServiceKit

/// What the constraints of the service's tables refuse; those that the intake of responses interprets are in its stores.
let formsRefusals: Refusals = [
    "profile_field_mappings_field_key_is_unique": ServiceError(.fieldKeyTaken)
]
