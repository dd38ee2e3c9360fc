import Contracts
import ServiceKit
import SocietiesContracts

/// Errors for violated constraints of the service's tables.
let societiesRefusals: Refusals = [
    "societies_name_is_unique": ServiceError(.societyNameTaken),
    "societies_name_key_is_short": .longNameKey,
    "societies_slug_is_unique": ServiceError(.societySlugTaken),
]
