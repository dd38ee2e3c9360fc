# Made by `rovierr clients generate` from the OpenAPI document. Do not edit.
"""A typed client of Rovierr's HTTP API that needs nothing but the standard library."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Literal, NotRequired, Optional, TypedDict, Union, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


@dataclass
class CallOptions:
    """What a call may have beside its own arguments."""

    #: Makes a POST run once, however often it is sent within a day.
    idempotency_key: Optional[str] = None
    #: Writes only what has this ETag.
    if_match: Optional[str] = None
    #: Sees every answer's status and headers, such as ETag.
    on_response: Optional[Callable[[int, Message], None]] = None
    timeout: float = 30.0


@dataclass(eq=False)  # errors are hashed where they are handled
class APIError(Exception):
    """A refusal, with the code that never changes."""

    status: int
    code: str
    message: str
    request_id: str
    #: Seconds after which it is worth trying again.
    retry_after: Optional[int] = None
    details: list[dict[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"

AcademicDepartment = TypedDict("AcademicDepartment", {
    "id": "str",
    "universityId": "str",
    "name": "str",
    "code": "str",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

AcademicDepartmentsCreateBody = TypedDict("AcademicDepartmentsCreateBody", {
    "universityId": "str",
    "name": "str",
    "code": "str",
})

AcademicDepartmentsReplaceBody = TypedDict("AcademicDepartmentsReplaceBody", {
    "name": "str",
    "code": "str",
})

AcademicDepartmentsUpdateBody = TypedDict("AcademicDepartmentsUpdateBody", {
    "name": "NotRequired[str]",
    "code": "NotRequired[str]",
})

AcademicProgram = TypedDict("AcademicProgram", {
    "id": "str",
    "departmentId": "str",
    "universityId": "str",
    "name": "str",
    "degree": "Literal[\"Bachelor\", \"Master\", \"PhD\"]",
    "duration": "int",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

AcademicProgramsCreateBody = TypedDict("AcademicProgramsCreateBody", {
    "departmentId": "str",
    "name": "str",
    "degree": "Literal[\"Bachelor\", \"Master\", \"PhD\"]",
    "duration": "int",
})

AcademicProgramsReplaceBody = TypedDict("AcademicProgramsReplaceBody", {
    "name": "str",
    "degree": "Literal[\"Bachelor\", \"Master\", \"PhD\"]",
    "duration": "int",
})

AcademicProgramsUpdateBody = TypedDict("AcademicProgramsUpdateBody", {
    "name": "NotRequired[str]",
    "degree": "NotRequired[Literal[\"Bachelor\", \"Master\", \"PhD\"]]",
    "duration": "NotRequired[int]",
})

AcademicUniversitiesCreateBody = TypedDict("AcademicUniversitiesCreateBody", {
    "name": "str",
    "code": "str",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "NotRequired[Union[str, None]]",
    "mailDomains": "NotRequired[Union[list[str], None]]",
})

AcademicUniversitiesReplaceBody = TypedDict("AcademicUniversitiesReplaceBody", {
    "name": "str",
    "code": "str",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "NotRequired[Union[str, None]]",
    "mailDomains": "NotRequired[Union[list[str], None]]",
})

AcademicUniversitiesUpdateBody = TypedDict("AcademicUniversitiesUpdateBody", {
    "name": "NotRequired[str]",
    "code": "NotRequired[str]",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "NotRequired[Union[str, None]]",
    "mailDomains": "NotRequired[Union[list[str], None]]",
})

AcademicUniversity = TypedDict("AcademicUniversity", {
    "id": "str",
    "name": "str",
    "code": "str",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "str",
    "mailDomains": "list[str]",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

AuthAPIKey = TypedDict("AuthAPIKey", {
    "id": "str",
    "name": "str",
    "prefix": "str",
    "scopes": "list[str]",
    "expiresAt": "NotRequired[Union[str, None]]",
    "lastUsedAt": "NotRequired[Union[str, None]]",
    "createdAt": "str",
})

AuthApiKeysCreateBody = TypedDict("AuthApiKeysCreateBody", {
    "name": "str",
    "scopes": "NotRequired[Union[list[str], None]]",
    "expiresAt": "NotRequired[Union[str, None]]",
})

AuthCreatedAPIKey = TypedDict("AuthCreatedAPIKey", {
    "id": "str",
    "name": "str",
    "prefix": "str",
    "scopes": "list[str]",
    "expiresAt": "NotRequired[Union[str, None]]",
    "lastUsedAt": "NotRequired[Union[str, None]]",
    "createdAt": "str",
    "key": "str",
})

AuthLoginBody = TypedDict("AuthLoginBody", {
    "email": "str",
    "password": "str",
    "cookie": "NotRequired[Union[bool, None]]",
})

AuthLogoutBody = TypedDict("AuthLogoutBody", {
    "scope": "NotRequired[Union[Literal[\"all\", \"current\"], None]]",
})

AuthPasswordChangeBody = TypedDict("AuthPasswordChangeBody", {
    "currentPassword": "str",
    "newPassword": "str",
})

AuthProfile = TypedDict("AuthProfile", {
    "firstName": "NotRequired[Union[str, None]]",
    "lastName": "NotRequired[Union[str, None]]",
    "preferredName": "NotRequired[Union[str, None]]",
    "studentId": "NotRequired[Union[str, None]]",
    "universityId": "NotRequired[Union[str, None]]",
    "departmentId": "NotRequired[Union[str, None]]",
    "programId": "NotRequired[Union[str, None]]",
    "yearOfStudy": "NotRequired[Union[int, None]]",
    "phone": "NotRequired[Union[str, None]]",
    "dateOfBirth": "NotRequired[Union[str, None]]",
    "gender": "NotRequired[Union[str, None]]",
    "nationality": "NotRequired[Union[str, None]]",
    "address": "NotRequired[Union[Union[str, dict[str, str]], None]]",
    "dietaryRequirements": "NotRequired[Union[str, None]]",
    "emergencyContact": "NotRequired[Union[Union[str, dict[str, str]], None]]",
    "bio": "NotRequired[Union[str, None]]",
    "interests": "NotRequired[Union[list[str], None]]",
    "custom": "NotRequired[Union[dict[str, Any], None]]",
    "studentIdVerified": "NotRequired[Union[bool, None]]",
    "revision": "int",
    "updatedAt": "NotRequired[Union[str, None]]",
})

AuthProfileReplaceBody = TypedDict("AuthProfileReplaceBody", {
    "firstName": "NotRequired[Union[str, None]]",
    "lastName": "NotRequired[Union[str, None]]",
    "preferredName": "NotRequired[Union[str, None]]",
    "studentId": "NotRequired[Union[str, None]]",
    "universityId": "NotRequired[Union[str, None]]",
    "departmentId": "NotRequired[Union[str, None]]",
    "programId": "NotRequired[Union[str, None]]",
    "yearOfStudy": "NotRequired[Union[int, None]]",
    "phone": "NotRequired[Union[str, None]]",
    "dateOfBirth": "NotRequired[Union[str, None]]",
    "gender": "NotRequired[Union[str, None]]",
    "nationality": "NotRequired[Union[str, None]]",
    "address": "NotRequired[Union[Union[str, dict[str, str]], None]]",
    "dietaryRequirements": "NotRequired[Union[str, None]]",
    "emergencyContact": "NotRequired[Union[Union[str, dict[str, str]], None]]",
    "bio": "NotRequired[Union[str, None]]",
    "interests": "NotRequired[Union[list[str], None]]",
    "custom": "NotRequired[Union[dict[str, Any], None]]",
})

AuthPublicKey = TypedDict("AuthPublicKey", {
    "kid": "str",
    "x": "str",
    "kty": "str",
    "crv": "str",
    "alg": "str",
    "use": "str",
})

AuthPublicKeySet = TypedDict("AuthPublicKeySet", {
    "keys": "list[AuthPublicKey]",
})

AuthRegisterBody = TypedDict("AuthRegisterBody", {
    "email": "str",
    "password": "str",
    "name": "str",
    "universityId": "NotRequired[Union[str, None]]",
})

AuthSession = TypedDict("AuthSession", {
    "id": "str",
    "createdAt": "str",
    "lastUsedAt": "str",
    "ipAddress": "NotRequired[Union[str, None]]",
    "userAgent": "NotRequired[Union[str, None]]",
    "current": "bool",
})

AuthSessionsRefreshBody = TypedDict("AuthSessionsRefreshBody", {
    "refreshToken": "NotRequired[Union[str, None]]",
})

AuthSignedIn = TypedDict("AuthSignedIn", {
    "user": "AuthUser",
    "accessToken": "NotRequired[Union[str, None]]",
    "refreshToken": "NotRequired[Union[str, None]]",
    "tokenType": "str",
    "expiresIn": "int",
    "csrfToken": "NotRequired[Union[str, None]]",
})

AuthUser = TypedDict("AuthUser", {
    "id": "str",
    "email": "str",
    "name": "str",
    "image": "NotRequired[Union[str, None]]",
    "emailVerified": "bool",
    "role": "Literal[\"student\", \"moderator\", \"admin\", \"platform-admin\"]",
    "tenantId": "NotRequired[Union[str, None]]",
    "isActive": "bool",
    "createdAt": "str",
    "updatedAt": "str",
})

AuthUsersSetRoleBody = TypedDict("AuthUsersSetRoleBody", {
    "role": "Literal[\"student\", \"moderator\", \"admin\", \"platform-admin\"]",
})

Error = TypedDict("Error", {
    "success": "bool",
    "error": "ErrorError",
    "statusCode": "int",
    "requestId": "str",
})

ErrorError = TypedDict("ErrorError", {
    "code": "str",
    "message": "str",
    "details": "NotRequired[list[ErrorErrorDetails]]",
})

ErrorErrorDetails = TypedDict("ErrorErrorDetails", {
    "field": "str",
    "message": "str",
    "code": "NotRequired[str]",
})

FormsAutofillField = TypedDict("FormsAutofillField", {
    "value": "Any",
    "profileFieldKey": "str",
    "source": "Literal[\"profile\", \"mapping\"]",
})

FormsComparison = TypedDict("FormsComparison", {
    "questionId": "str",
    "operator": "Literal[\"equals\", \"not-equals\", \"contains\", \"not-contains\", \"greater-than\", \"less-than\", \"between\", \"is-answered\", \"is-empty\", \"in\", \"not-in\", \"starts-with\", \"matches\"]",
    "value": "NotRequired[Union[Union[str, float, bool, list[Union[str, float, bool]]], None]]",
})

FormsConditionGroup = TypedDict("FormsConditionGroup", {
    "match": "NotRequired[Literal[\"all\", \"any\"]]",
    "conditions": "list[Union[FormsComparison, FormsConditionGroup]]",
})

FormsConditionalLogic = TypedDict("FormsConditionalLogic", {
    "action": "Literal[\"show\", \"hide\", \"require\", \"skip-to\"]",
    "targetPageId": "NotRequired[Union[str, None]]",
    "match": "NotRequired[Literal[\"all\", \"any\"]]",
    "conditions": "list[Union[FormsComparison, FormsConditionGroup]]",
})

FormsForm = TypedDict("FormsForm", {
    "id": "str",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "entityType": "Literal[\"society\", \"event\", \"survey\"]",
    "entityId": "NotRequired[Union[str, None]]",
    "status": "Literal[\"draft\", \"published\", \"closed\", \"archived\"]",
    "settings": "FormsFormSettings",
    "version": "int",
    "pages": "list[FormsFormPage]",
    "createdBy": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "publishedAt": "NotRequired[Union[str, None]]",
})

FormsFormPage = TypedDict("FormsFormPage", {
    "id": "str",
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "int",
    "conditionalLogic": "NotRequired[Union[FormsConditionalLogic, None]]",
    "questions": "list[FormsQuestion]",
})

FormsFormPageInput = TypedDict("FormsFormPageInput", {
    "id": "NotRequired[Union[str, None]]",
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "NotRequired[Union[int, None]]",
    "conditionalLogic": "NotRequired[Union[FormsConditionalLogic, None]]",
    "questions": "NotRequired[Union[list[FormsQuestionInput], None]]",
})

FormsFormResponse = TypedDict("FormsFormResponse", {
    "id": "str",
    "formId": "str",
    "formVersion": "int",
    "userId": "NotRequired[Union[str, None]]",
    "answers": "Any",
    "paymentStatus": "NotRequired[Union[Literal[\"pending\", \"paid\", \"refunded\", \"waived\"], None]]",
    "submittedAt": "str",
    "completionTime": "NotRequired[Union[int, None]]",
})

FormsFormSettings = TypedDict("FormsFormSettings", {
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "maxResponses": "NotRequired[Union[int, None]]",
    "oneResponsePerUser": "NotRequired[Union[bool, None]]",
    "allowEdits": "NotRequired[Union[bool, None]]",
    "anonymous": "NotRequired[Union[bool, None]]",
    "public": "NotRequired[Union[bool, None]]",
    "confirmationMessage": "NotRequired[Union[str, None]]",
    "payment": "NotRequired[Union[FormsPaymentSettings, None]]",
    "notifications": "NotRequired[Union[FormsNotificationSettings, None]]",
    "shuffleQuestions": "NotRequired[Union[bool, None]]",
})

FormsFormSummary = TypedDict("FormsFormSummary", {
    "id": "str",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "entityType": "Literal[\"society\", \"event\", \"survey\"]",
    "entityId": "NotRequired[Union[str, None]]",
    "status": "Literal[\"draft\", \"published\", \"closed\", \"archived\"]",
    "settings": "FormsFormSettings",
    "version": "int",
    "createdBy": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "publishedAt": "NotRequired[Union[str, None]]",
})

FormsFormsCreateBody = TypedDict("FormsFormsCreateBody", {
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "entityType": "NotRequired[Union[Literal[\"society\", \"event\", \"survey\"], None]]",
    "entityId": "NotRequired[Union[str, None]]",
    "settings": "NotRequired[Union[FormsFormSettings, None]]",
    "pages": "NotRequired[Union[list[FormsFormPageInput], None]]",
    "universityId": "NotRequired[Union[str, None]]",
})

FormsFormsDuplicateBody = TypedDict("FormsFormsDuplicateBody", {
    "title": "NotRequired[Union[str, None]]",
})

FormsFormsReorderBody = TypedDict("FormsFormsReorderBody", {
    "pages": "list[FormsPageOrder]",
})

FormsFormsReplaceBody = TypedDict("FormsFormsReplaceBody", {
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "settings": "NotRequired[Union[FormsFormSettings, None]]",
    "pages": "NotRequired[Union[list[FormsFormPageInput], None]]",
})

FormsFormsUpdateBody = TypedDict("FormsFormsUpdateBody", {
    "title": "NotRequired[str]",
    "description": "NotRequired[Union[str, None]]",
    "settings": "NotRequired[FormsFormsUpdateBodySettings]",
    "pages": "NotRequired[list[FormsFormPageInput]]",
})

FormsFormsUpdateBodySettings = TypedDict("FormsFormsUpdateBodySettings", {
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "maxResponses": "NotRequired[Union[int, None]]",
    "oneResponsePerUser": "NotRequired[Union[bool, None]]",
    "allowEdits": "NotRequired[Union[bool, None]]",
    "anonymous": "NotRequired[Union[bool, None]]",
    "public": "NotRequired[Union[bool, None]]",
    "confirmationMessage": "NotRequired[Union[str, None]]",
    "payment": "NotRequired[Union[FormsPaymentSettings, None]]",
    "notifications": "NotRequired[Union[FormsNotificationSettings, None]]",
    "shuffleQuestions": "NotRequired[Union[bool, None]]",
})

FormsNotificationSettings = TypedDict("FormsNotificationSettings", {
    "onSubmit": "NotRequired[Union[list[str], None]]",
    "digest": "NotRequired[Union[Literal[\"off\", \"daily\", \"weekly\"], None]]",
})

FormsPageOrder = TypedDict("FormsPageOrder", {
    "id": "str",
    "questions": "list[str]",
})

FormsPagesAddBody = TypedDict("FormsPagesAddBody", {
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "NotRequired[Union[int, None]]",
    "conditionalLogic": "NotRequired[Union[FormsConditionalLogic, None]]",
    "questions": "NotRequired[Union[list[FormsQuestionInput], None]]",
})

FormsPagesUpdateBody = TypedDict("FormsPagesUpdateBody", {
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "NotRequired[int]",
    "conditionalLogic": "NotRequired[Union[FormsPagesUpdateBodyConditionalLogic, None]]",
})

FormsPagesUpdateBodyConditionalLogic = TypedDict("FormsPagesUpdateBodyConditionalLogic", {
    "action": "NotRequired[Literal[\"show\", \"hide\", \"require\", \"skip-to\"]]",
    "targetPageId": "NotRequired[Union[str, None]]",
    "match": "NotRequired[Literal[\"all\", \"any\"]]",
    "conditions": "NotRequired[list[Union[FormsComparison, FormsConditionGroup]]]",
})

FormsPaymentSettings = TypedDict("FormsPaymentSettings", {
    "required": "NotRequired[Union[bool, None]]",
    "price": "NotRequired[Union[FormsPrice, None]]",
    "instructions": "NotRequired[Union[str, None]]",
})

FormsPrice = TypedDict("FormsPrice", {
    "amountMinor": "int",
    "currency": "str",
})

FormsProfileFieldMapping = TypedDict("FormsProfileFieldMapping", {
    "id": "str",
    "fieldKey": "str",
    "displayLabel": "str",
    "category": "NotRequired[Union[str, None]]",
    "dataType": "str",
    "profilePath": "str",
    "defaultValidationRules": "NotRequired[Union[FormsValidationRules, None]]",
    "isActive": "bool",
})

FormsProfileFieldMappingsCreateBody = TypedDict("FormsProfileFieldMappingsCreateBody", {
    "fieldKey": "str",
    "displayLabel": "str",
    "category": "NotRequired[Union[str, None]]",
    "dataType": "str",
    "profilePath": "str",
    "defaultValidationRules": "NotRequired[Union[FormsValidationRules, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

FormsProfileFieldMappingsReplaceBody = TypedDict("FormsProfileFieldMappingsReplaceBody", {
    "fieldKey": "str",
    "displayLabel": "str",
    "category": "NotRequired[Union[str, None]]",
    "dataType": "str",
    "profilePath": "str",
    "defaultValidationRules": "NotRequired[Union[FormsValidationRules, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

FormsProfileUpdate = TypedDict("FormsProfileUpdate", {
    "id": "str",
    "formId": "str",
    "responseId": "str",
    "questionId": "str",
    "profileFieldKey": "str",
    "oldValue": "NotRequired[Union[Any, None]]",
    "newValue": "Any",
    "status": "Literal[\"pending\", \"approved\", \"rejected\"]",
    "createdAt": "str",
    "decidedAt": "NotRequired[Union[str, None]]",
})

FormsQuestion = TypedDict("FormsQuestion", {
    "id": "str",
    "type": "Literal[\"short-text\", \"long-text\", \"email\", \"phone\", \"url\", \"number\", \"date\", \"time\", \"datetime\", \"multiple-choice\", \"checkboxes\", \"dropdown\", \"rating\", \"linear-scale\", \"matrix\", \"ranking\", \"yes-no\", \"file-upload\", \"signature\", \"statement\"]",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "required": "bool",
    "order": "int",
    "options": "list[FormsQuestionOption]",
    "rows": "list[FormsQuestionRow]",
    "validationRules": "NotRequired[Union[FormsValidationRules, None]]",
    "conditionalLogic": "NotRequired[Union[FormsConditionalLogic, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

FormsQuestionInput = TypedDict("FormsQuestionInput", {
    "id": "NotRequired[Union[str, None]]",
    "type": "Literal[\"short-text\", \"long-text\", \"email\", \"phone\", \"url\", \"number\", \"date\", \"time\", \"datetime\", \"multiple-choice\", \"checkboxes\", \"dropdown\", \"rating\", \"linear-scale\", \"matrix\", \"ranking\", \"yes-no\", \"file-upload\", \"signature\", \"statement\"]",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "required": "NotRequired[Union[bool, None]]",
    "order": "NotRequired[Union[int, None]]",
    "options": "NotRequired[Union[list[FormsQuestionOption], None]]",
    "rows": "NotRequired[Union[list[FormsQuestionRow], None]]",
    "validationRules": "NotRequired[Union[FormsValidationRules, None]]",
    "conditionalLogic": "NotRequired[Union[FormsConditionalLogic, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

FormsQuestionOption = TypedDict("FormsQuestionOption", {
    "value": "str",
    "label": "NotRequired[Union[str, None]]",
    "quota": "NotRequired[Union[int, None]]",
})

FormsQuestionRow = TypedDict("FormsQuestionRow", {
    "value": "str",
    "label": "NotRequired[Union[str, None]]",
})

FormsQuestionsAddBody = TypedDict("FormsQuestionsAddBody", {
    "pageId": "NotRequired[Union[str, None]]",
    "type": "Literal[\"short-text\", \"long-text\", \"email\", \"phone\", \"url\", \"number\", \"date\", \"time\", \"datetime\", \"multiple-choice\", \"checkboxes\", \"dropdown\", \"rating\", \"linear-scale\", \"matrix\", \"ranking\", \"yes-no\", \"file-upload\", \"signature\", \"statement\"]",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "required": "NotRequired[Union[bool, None]]",
    "order": "NotRequired[Union[int, None]]",
    "options": "NotRequired[Union[list[FormsQuestionOption], None]]",
    "rows": "NotRequired[Union[list[FormsQuestionRow], None]]",
    "validationRules": "NotRequired[Union[FormsValidationRules, None]]",
    "conditionalLogic": "NotRequired[Union[FormsConditionalLogic, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

FormsQuestionsUpdateBody = TypedDict("FormsQuestionsUpdateBody", {
    "pageId": "NotRequired[Union[str, None]]",
    "type": "NotRequired[Literal[\"short-text\", \"long-text\", \"email\", \"phone\", \"url\", \"number\", \"date\", \"time\", \"datetime\", \"multiple-choice\", \"checkboxes\", \"dropdown\", \"rating\", \"linear-scale\", \"matrix\", \"ranking\", \"yes-no\", \"file-upload\", \"signature\", \"statement\"]]",
    "title": "NotRequired[str]",
    "description": "NotRequired[Union[str, None]]",
    "required": "NotRequired[bool]",
    "order": "NotRequired[int]",
    "options": "NotRequired[Union[list[FormsQuestionOption], None]]",
    "rows": "NotRequired[Union[list[FormsQuestionRow], None]]",
    "validationRules": "NotRequired[Union[FormsQuestionsUpdateBodyValidationRules, None]]",
    "conditionalLogic": "NotRequired[Union[FormsQuestionsUpdateBodyConditionalLogic, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

FormsQuestionsUpdateBodyConditionalLogic = TypedDict("FormsQuestionsUpdateBodyConditionalLogic", {
    "action": "NotRequired[Literal[\"show\", \"hide\", \"require\", \"skip-to\"]]",
    "targetPageId": "NotRequired[Union[str, None]]",
    "match": "NotRequired[Literal[\"all\", \"any\"]]",
    "conditions": "NotRequired[list[Union[FormsComparison, FormsConditionGroup]]]",
})

FormsQuestionsUpdateBodyValidationRules = TypedDict("FormsQuestionsUpdateBodyValidationRules", {
    "minLength": "NotRequired[Union[int, None]]",
    "maxLength": "NotRequired[Union[int, None]]",
    "pattern": "NotRequired[Union[str, None]]",
    "min": "NotRequired[Union[float, None]]",
    "max": "NotRequired[Union[float, None]]",
    "step": "NotRequired[Union[float, None]]",
    "minSelections": "NotRequired[Union[int, None]]",
    "maxSelections": "NotRequired[Union[int, None]]",
    "minDate": "NotRequired[Union[str, None]]",
    "maxDate": "NotRequired[Union[str, None]]",
    "fileTypes": "NotRequired[Union[list[str], None]]",
    "maxFileSizeBytes": "NotRequired[Union[int, None]]",
    "maxFiles": "NotRequired[Union[int, None]]",
    "message": "NotRequired[Union[str, None]]",
})

FormsResponsesCreateBody = TypedDict("FormsResponsesCreateBody", {
    "answers": "dict[str, Any]",
    "updateProfile": "NotRequired[Union[list[str], None]]",
    "startedAt": "NotRequired[Union[str, None]]",
    "formVersion": "NotRequired[Union[int, None]]",
})

FormsValidationRules = TypedDict("FormsValidationRules", {
    "minLength": "NotRequired[Union[int, None]]",
    "maxLength": "NotRequired[Union[int, None]]",
    "pattern": "NotRequired[Union[str, None]]",
    "min": "NotRequired[Union[float, None]]",
    "max": "NotRequired[Union[float, None]]",
    "step": "NotRequired[Union[float, None]]",
    "minSelections": "NotRequired[Union[int, None]]",
    "maxSelections": "NotRequired[Union[int, None]]",
    "minDate": "NotRequired[Union[str, None]]",
    "maxDate": "NotRequired[Union[str, None]]",
    "fileTypes": "NotRequired[Union[list[str], None]]",
    "maxFileSizeBytes": "NotRequired[Union[int, None]]",
    "maxFiles": "NotRequired[Union[int, None]]",
    "message": "NotRequired[Union[str, None]]",
})

IDParserChecksumParameters = TypedDict("IDParserChecksumParameters", {
    "weights": "list[int]",
    "modulus": "int",
    "characters": "NotRequired[Union[str, None]]",
    "complement": "NotRequired[Union[bool, None]]",
})

IDParserIDExamples = TypedDict("IDParserIDExamples", {
    "accept": "NotRequired[Union[list[str], None]]",
    "reject": "NotRequired[Union[list[str], None]]",
})

IDParserIDField = TypedDict("IDParserIDField", {
    "description": "NotRequired[Union[str, None]]",
    "pivot": "NotRequired[Union[int, None]]",
    "values": "NotRequired[Union[dict[str, str], None]]",
})

IDParserIDPattern = TypedDict("IDParserIDPattern", {
    "id": "str",
    "universityId": "str",
    "universityCode": "str",
    "name": "str",
    "pattern": "str",
    "checksum": "Literal[\"none\", \"luhn\", \"mod11\", \"mod97\", \"weighted\"]",
    "checksumParameters": "NotRequired[Union[IDParserChecksumParameters, None]]",
    "fields": "dict[str, IDParserIDField]",
    "examples": "IDParserIDExamples",
    "priority": "int",
    "isActive": "bool",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

IDParserParseStudentIDBatchItem = TypedDict("IDParserParseStudentIDBatchItem", {
    "text": "str",
    "universityCode": "NotRequired[Union[str, None]]",
})

IDParserParsedBatch = TypedDict("IDParserParsedBatch", {
    "results": "list[IDParserParsedText]",
})

IDParserParsedText = TypedDict("IDParserParsedText", {
    "matches": "list[IDParserStudentIDMatch]",
    "patternsConfigured": "bool",
})

IDParserStudentIDClaims = TypedDict("IDParserStudentIDClaims", {
    "departmentCode": "NotRequired[Union[str, None]]",
    "entryYear": "NotRequired[Union[int, None]]",
})

IDParserStudentIDMatch = TypedDict("IDParserStudentIDMatch", {
    "universityCode": "str",
    "universityId": "str",
    "patternId": "str",
    "studentId": "str",
    "fields": "dict[str, str]",
    "valid": "bool",
    "confidence": "float",
    "source": "Literal[\"text\"]",
    "ambiguous": "bool",
    "reasons": "list[Literal[\"no-pattern-configured\", \"no-pattern-matches\", \"wrong-check-digit\", \"implausible-year\", \"department-differs\", \"entry-year-differs\"]]",
    "normalization": "list[Literal[\"separators\", \"case\", \"digits\"]]",
})

IDParserStudentIDVerification = TypedDict("IDParserStudentIDVerification", {
    "valid": "bool",
    "reasons": "list[Literal[\"no-pattern-configured\", \"no-pattern-matches\", \"wrong-check-digit\", \"implausible-year\", \"department-differs\", \"entry-year-differs\"]]",
    "patternsConfigured": "bool",
    "studentId": "str",
    "patternId": "NotRequired[Union[str, None]]",
    "fields": "dict[str, str]",
    "normalization": "list[Literal[\"separators\", \"case\", \"digits\"]]",
})

IdParserIdPatternsCreateBody = TypedDict("IdParserIdPatternsCreateBody", {
    "universityCode": "str",
    "name": "str",
    "pattern": "str",
    "checksum": "NotRequired[Union[Literal[\"none\", \"luhn\", \"mod11\", \"mod97\", \"weighted\"], None]]",
    "checksumParameters": "NotRequired[Union[IDParserChecksumParameters, None]]",
    "fields": "NotRequired[Union[dict[str, IDParserIDField], None]]",
    "examples": "NotRequired[Union[IDParserIDExamples, None]]",
    "priority": "NotRequired[Union[int, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

IdParserIdPatternsReplaceBody = TypedDict("IdParserIdPatternsReplaceBody", {
    "name": "str",
    "pattern": "str",
    "checksum": "NotRequired[Union[Literal[\"none\", \"luhn\", \"mod11\", \"mod97\", \"weighted\"], None]]",
    "checksumParameters": "NotRequired[Union[IDParserChecksumParameters, None]]",
    "fields": "NotRequired[Union[dict[str, IDParserIDField], None]]",
    "examples": "NotRequired[Union[IDParserIDExamples, None]]",
    "priority": "NotRequired[Union[int, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

IdParserIdPatternsUpdateBody = TypedDict("IdParserIdPatternsUpdateBody", {
    "name": "NotRequired[str]",
    "pattern": "NotRequired[str]",
    "checksum": "NotRequired[Literal[\"none\", \"luhn\", \"mod11\", \"mod97\", \"weighted\"]]",
    "checksumParameters": "NotRequired[Union[IDParserChecksumParameters, None]]",
    "fields": "NotRequired[Union[dict[str, IDParserIDField], None]]",
    "examples": "NotRequired[Union[IDParserIDExamples, None]]",
    "priority": "NotRequired[int]",
    "isActive": "NotRequired[bool]",
})

IdParserStudentIdsParseBatchBody = TypedDict("IdParserStudentIdsParseBatchBody", {
    "items": "list[IDParserParseStudentIDBatchItem]",
})

IdParserStudentIdsParseBody = TypedDict("IdParserStudentIdsParseBody", {
    "text": "str",
    "universityCode": "NotRequired[Union[str, None]]",
})

IdParserStudentIdsVerifyBody = TypedDict("IdParserStudentIdsVerifyBody", {
    "studentId": "str",
    "universityCode": "NotRequired[Union[str, None]]",
    "universityId": "NotRequired[Union[str, None]]",
    "claims": "NotRequired[Union[IDParserStudentIDClaims, None]]",
})

NotifierInboxNotification = TypedDict("NotifierInboxNotification", {
    "id": "str",
    "type": "str",
    "title": "str",
    "body": "str",
    "data": "Any",
    "readAt": "NotRequired[Union[str, None]]",
    "createdAt": "str",
})

NotifierNotificationsReadAllBody = TypedDict("NotifierNotificationsReadAllBody", {
    "upTo": "NotRequired[Union[str, None]]",
})

NotifierRealtimeToken = TypedDict("NotifierRealtimeToken", {
    "token": "str",
    "expiresAt": "str",
})

NotifierUnreadCount = TypedDict("NotifierUnreadCount", {
    "count": "int",
})

Pagination = TypedDict("Pagination", {
    "page": "int",
    "limit": "int",
    "total": "int",
    "totalPages": "int",
    "nextCursor": "NotRequired[Union[str, None]]",
})

SocietiesFee = TypedDict("SocietiesFee", {
    "amountMinor": "int",
    "currency": "str",
})

SocietiesMember = TypedDict("SocietiesMember", {
    "userId": "str",
    "name": "NotRequired[Union[str, None]]",
    "image": "NotRequired[Union[str, None]]",
    "role": "Literal[\"member\", \"admin\", \"president\"]",
    "joinedAt": "str",
})

SocietiesMembersChangeRoleBody = TypedDict("SocietiesMembersChangeRoleBody", {
    "role": "Literal[\"member\", \"admin\"]",
})

SocietiesMembersTransferPresidencyBody = TypedDict("SocietiesMembersTransferPresidencyBody", {
    "userId": "str",
})

SocietiesRegistration = TypedDict("SocietiesRegistration", {
    "id": "str",
    "societyId": "str",
    "userId": "str",
    "name": "NotRequired[Union[str, None]]",
    "status": "Literal[\"pending\", \"approved\", \"rejected\", \"withdrawn\"]",
    "formId": "str",
    "responseId": "str",
    "reason": "NotRequired[Union[str, None]]",
    "decidedBy": "NotRequired[Union[str, None]]",
    "decidedAt": "NotRequired[Union[str, None]]",
    "createdAt": "str",
})

SocietiesRegistrationConfigureBody = TypedDict("SocietiesRegistrationConfigureBody", {
    "formId": "str",
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "requiresApproval": "NotRequired[Union[bool, None]]",
    "capacity": "NotRequired[Union[int, None]]",
    "fee": "NotRequired[Union[SocietiesFee, None]]",
})

SocietiesRegistrationSettings = TypedDict("SocietiesRegistrationSettings", {
    "formId": "str",
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "requiresApproval": "bool",
    "capacity": "NotRequired[Union[int, None]]",
    "fee": "NotRequired[Union[SocietiesFee, None]]",
    "updatedAt": "str",
})

SocietiesRegistrationsCreateBody = TypedDict("SocietiesRegistrationsCreateBody", {
    "answers": "dict[str, Any]",
    "updateProfile": "NotRequired[Union[list[str], None]]",
})

SocietiesRegistrationsRejectBody = TypedDict("SocietiesRegistrationsRejectBody", {
    "reason": "NotRequired[Union[str, None]]",
})

SocietiesSocietiesCreateBody = TypedDict("SocietiesSocietiesCreateBody", {
    "name": "str",
    "slug": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "visibility": "NotRequired[Union[Literal[\"public\", \"members\"], None]]",
    "universityId": "NotRequired[Union[str, None]]",
})

SocietiesSocietiesReplaceBody = TypedDict("SocietiesSocietiesReplaceBody", {
    "name": "str",
    "slug": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "visibility": "NotRequired[Union[Literal[\"public\", \"members\"], None]]",
})

SocietiesSocietiesUpdateBody = TypedDict("SocietiesSocietiesUpdateBody", {
    "name": "NotRequired[str]",
    "slug": "NotRequired[str]",
    "description": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "visibility": "NotRequired[Literal[\"public\", \"members\"]]",
})

SocietiesSociety = TypedDict("SocietiesSociety", {
    "id": "str",
    "name": "str",
    "slug": "str",
    "description": "NotRequired[Union[str, None]]",
    "universityId": "str",
    "logo": "NotRequired[Union[str, None]]",
    "status": "Literal[\"pending\", \"active\", \"suspended\", \"archived\"]",
    "visibility": "Literal[\"public\", \"members\"]",
    "memberCount": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

class AcademicOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def universities_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "code", "-code", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[AcademicUniversity], Pagination]':
        """Lists universities."""
        answer = self._client.call("GET", f"/api/v1/universities", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q}, None, options)
        return cast('tuple[list[AcademicUniversity], Pagination]', (answer["data"], answer["pagination"]))

    def universities_create(self, body: 'AcademicUniversitiesCreateBody', *, options: CallOptions = CallOptions()) -> 'AcademicUniversity':
        """Adds a university."""
        return cast('AcademicUniversity', self._client.call("POST", f"/api/v1/universities", {}, body, options)["data"])

    def universities_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'AcademicUniversity':
        """Reads a university."""
        return cast('AcademicUniversity', self._client.call("GET", f"/api/v1/universities/{quote(id, safe='')}", {}, None, options)["data"])

    def universities_replace(self, id: 'str', body: 'AcademicUniversitiesReplaceBody', *, options: CallOptions = CallOptions()) -> 'AcademicUniversity':
        """Replaces a university."""
        return cast('AcademicUniversity', self._client.call("PUT", f"/api/v1/universities/{quote(id, safe='')}", {}, body, options)["data"])

    def universities_update(self, id: 'str', body: 'Optional[AcademicUniversitiesUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'AcademicUniversity':
        """Changes parts of a university."""
        return cast('AcademicUniversity', self._client.call("PATCH", f"/api/v1/universities/{quote(id, safe='')}", {}, body or {}, options)["data"])

    def universities_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a university."""
        self._client.call("DELETE", f"/api/v1/universities/{quote(id, safe='')}", {}, None, options)

    def departments_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "code", "-code", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, university_id: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[AcademicDepartment], Pagination]':
        """Lists departments."""
        answer = self._client.call("GET", f"/api/v1/departments", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "universityId": university_id}, None, options)
        return cast('tuple[list[AcademicDepartment], Pagination]', (answer["data"], answer["pagination"]))

    def departments_create(self, body: 'AcademicDepartmentsCreateBody', *, options: CallOptions = CallOptions()) -> 'AcademicDepartment':
        """Adds a department to a university."""
        return cast('AcademicDepartment', self._client.call("POST", f"/api/v1/departments", {}, body, options)["data"])

    def departments_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'AcademicDepartment':
        """Reads a department."""
        return cast('AcademicDepartment', self._client.call("GET", f"/api/v1/departments/{quote(id, safe='')}", {}, None, options)["data"])

    def departments_replace(self, id: 'str', body: 'AcademicDepartmentsReplaceBody', *, options: CallOptions = CallOptions()) -> 'AcademicDepartment':
        """Replaces a department."""
        return cast('AcademicDepartment', self._client.call("PUT", f"/api/v1/departments/{quote(id, safe='')}", {}, body, options)["data"])

    def departments_update(self, id: 'str', body: 'Optional[AcademicDepartmentsUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'AcademicDepartment':
        """Changes parts of a department."""
        return cast('AcademicDepartment', self._client.call("PATCH", f"/api/v1/departments/{quote(id, safe='')}", {}, body or {}, options)["data"])

    def departments_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a department."""
        self._client.call("DELETE", f"/api/v1/departments/{quote(id, safe='')}", {}, None, options)

    def programs_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "duration", "-duration", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, university_id: 'Optional[str]' = None, department_id: 'Optional[str]' = None, degree: 'Optional[Literal["Bachelor", "Master", "PhD"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[AcademicProgram], Pagination]':
        """Lists programs."""
        answer = self._client.call("GET", f"/api/v1/programs", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "universityId": university_id, "departmentId": department_id, "degree": degree}, None, options)
        return cast('tuple[list[AcademicProgram], Pagination]', (answer["data"], answer["pagination"]))

    def programs_create(self, body: 'AcademicProgramsCreateBody', *, options: CallOptions = CallOptions()) -> 'AcademicProgram':
        """Adds a program to a department."""
        return cast('AcademicProgram', self._client.call("POST", f"/api/v1/programs", {}, body, options)["data"])

    def programs_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'AcademicProgram':
        """Reads a program."""
        return cast('AcademicProgram', self._client.call("GET", f"/api/v1/programs/{quote(id, safe='')}", {}, None, options)["data"])

    def programs_replace(self, id: 'str', body: 'AcademicProgramsReplaceBody', *, options: CallOptions = CallOptions()) -> 'AcademicProgram':
        """Replaces a program."""
        return cast('AcademicProgram', self._client.call("PUT", f"/api/v1/programs/{quote(id, safe='')}", {}, body, options)["data"])

    def programs_update(self, id: 'str', body: 'Optional[AcademicProgramsUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'AcademicProgram':
        """Changes parts of a program."""
        return cast('AcademicProgram', self._client.call("PATCH", f"/api/v1/programs/{quote(id, safe='')}", {}, body or {}, options)["data"])

    def programs_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a program."""
        self._client.call("DELETE", f"/api/v1/programs/{quote(id, safe='')}", {}, None, options)


class AuthOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def register(self, body: 'AuthRegisterBody', *, options: CallOptions = CallOptions()) -> 'AuthSignedIn':
        """Opens an account and signs it in."""
        return cast('AuthSignedIn', self._client.call("POST", f"/api/v1/auth/register", {}, body, options)["data"])

    def login(self, body: 'AuthLoginBody', *, options: CallOptions = CallOptions()) -> 'AuthSignedIn':
        """Begins a session."""
        return cast('AuthSignedIn', self._client.call("POST", f"/api/v1/auth/login", {}, body, options)["data"])

    def sessions_refresh(self, body: 'Optional[AuthSessionsRefreshBody]' = None, *, options: CallOptions = CallOptions()) -> 'AuthSignedIn':
        """Spends a refresh token for a new pair."""
        return cast('AuthSignedIn', self._client.call("POST", f"/api/v1/auth/refresh-token", {}, body or {}, options)["data"])

    def logout(self, body: 'Optional[AuthLogoutBody]' = None, *, options: CallOptions = CallOptions()) -> 'None':
        """Ends the caller's sessions everywhere, or only this one."""
        self._client.call("POST", f"/api/v1/auth/logout", {}, body or {}, options)

    def sessions_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "lastUsedAt", "-lastUsedAt"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[AuthSession], Pagination]':
        """Lists where the caller is signed in."""
        answer = self._client.call("GET", f"/api/v1/auth/sessions", {"page": page, "limit": limit, "cursor": cursor, "sort": sort}, None, options)
        return cast('tuple[list[AuthSession], Pagination]', (answer["data"], answer["pagination"]))

    def sessions_end(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Ends one of the caller's sessions."""
        self._client.call("DELETE", f"/api/v1/auth/sessions/{quote(id, safe='')}", {}, None, options)

    def password_change(self, body: 'AuthPasswordChangeBody', *, options: CallOptions = CallOptions()) -> 'None':
        """Changes the password and ends all sessions and API keys."""
        self._client.call("POST", f"/api/v1/auth/change-password", {}, body, options)

    def users_me(self, *, options: CallOptions = CallOptions()) -> 'AuthUser':
        """Reads the caller's account."""
        return cast('AuthUser', self._client.call("GET", f"/api/v1/users/me", {}, None, options)["data"])

    def users_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'AuthUser':
        """Reads an account."""
        return cast('AuthUser', self._client.call("GET", f"/api/v1/users/{quote(id, safe='')}", {}, None, options)["data"])

    def users_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, q: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "name", "-name", "email", "-email"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[AuthUser], Pagination]':
        """Lists accounts."""
        answer = self._client.call("GET", f"/api/v1/users", {"page": page, "limit": limit, "cursor": cursor, "q": q, "sort": sort}, None, options)
        return cast('tuple[list[AuthUser], Pagination]', (answer["data"], answer["pagination"]))

    def users_set_role(self, id: 'str', body: 'AuthUsersSetRoleBody', *, options: CallOptions = CallOptions()) -> 'AuthUser':
        """Gives an account another role."""
        return cast('AuthUser', self._client.call("PUT", f"/api/v1/users/{quote(id, safe='')}/role", {}, body, options)["data"])

    def api_keys_create(self, body: 'AuthApiKeysCreateBody', *, options: CallOptions = CallOptions()) -> 'AuthCreatedAPIKey':
        """Makes an API key, which only this answer shows."""
        return cast('AuthCreatedAPIKey', self._client.call("POST", f"/api/v1/api-keys", {}, body, options)["data"])

    def api_keys_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "name", "-name"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[AuthAPIKey], Pagination]':
        """Lists the caller's API keys."""
        answer = self._client.call("GET", f"/api/v1/api-keys", {"page": page, "limit": limit, "cursor": cursor, "sort": sort}, None, options)
        return cast('tuple[list[AuthAPIKey], Pagination]', (answer["data"], answer["pagination"]))

    def api_keys_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Ends one of the caller's API keys at once."""
        self._client.call("DELETE", f"/api/v1/api-keys/{quote(id, safe='')}", {}, None, options)

    def profile_get(self, *, options: CallOptions = CallOptions()) -> 'AuthProfile':
        """Reads the caller's profile."""
        return cast('AuthProfile', self._client.call("GET", f"/api/v1/profile", {}, None, options)["data"])

    def profile_replace(self, body: 'Optional[AuthProfileReplaceBody]' = None, *, options: CallOptions = CallOptions()) -> 'AuthProfile':
        """Replaces the caller's profile."""
        return cast('AuthProfile', self._client.call("PUT", f"/api/v1/profile", {}, body or {}, options)["data"])

    def keys_list(self, *, options: CallOptions = CallOptions()) -> 'AuthPublicKeySet':
        """Lists the public keys of access tokens."""
        return cast('AuthPublicKeySet', self._client.call("GET", f"/.well-known/jwks.json", {}, None, options))


class FormsOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def forms_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "updatedAt", "-updatedAt", "title", "-title"]]' = None, q: 'Optional[str]' = None, status: 'Optional[Literal["draft", "published", "closed", "archived"]]' = None, entity_type: 'Optional[Literal["society", "event", "survey"]]' = None, entity_id: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[FormsFormSummary], Pagination]':
        """Lists forms."""
        answer = self._client.call("GET", f"/api/v1/forms", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "status": status, "entityType": entity_type, "entityId": entity_id}, None, options)
        return cast('tuple[list[FormsFormSummary], Pagination]', (answer["data"], answer["pagination"]))

    def forms_create(self, body: 'FormsFormsCreateBody', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Makes a form."""
        return cast('FormsForm', self._client.call("POST", f"/api/v1/forms", {}, body, options)["data"])

    def forms_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Reads a form."""
        return cast('FormsForm', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}", {}, None, options)["data"])

    def forms_replace(self, id: 'str', body: 'FormsFormsReplaceBody', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Writes a form anew."""
        return cast('FormsForm', self._client.call("PUT", f"/api/v1/forms/{quote(id, safe='')}", {}, body, options)["data"])

    def forms_update(self, id: 'str', body: 'Optional[FormsFormsUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Changes a form."""
        return cast('FormsForm', self._client.call("PATCH", f"/api/v1/forms/{quote(id, safe='')}", {}, body or {}, options)["data"])

    def forms_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a form."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}", {}, None, options)

    def forms_publish(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Publishes a form."""
        return cast('FormsForm', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/publish", {}, None, options)["data"])

    def forms_close(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Closes a form."""
        return cast('FormsForm', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/close", {}, None, options)["data"])

    def forms_reopen(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Opens a closed form again."""
        return cast('FormsForm', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/reopen", {}, None, options)["data"])

    def forms_archive(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Archives a form."""
        return cast('FormsForm', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/archive", {}, None, options)["data"])

    def forms_duplicate(self, id: 'str', body: 'Optional[FormsFormsDuplicateBody]' = None, *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Copies a form."""
        return cast('FormsForm', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/duplicate", {}, body or {}, options)["data"])

    def pages_add(self, id: 'str', body: 'Optional[FormsPagesAddBody]' = None, *, options: CallOptions = CallOptions()) -> 'FormsFormPage':
        """Adds a page to a form."""
        return cast('FormsFormPage', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/pages", {}, body or {}, options)["data"])

    def pages_update(self, id: 'str', page_id: 'str', body: 'Optional[FormsPagesUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'FormsFormPage':
        """Changes a page."""
        return cast('FormsFormPage', self._client.call("PATCH", f"/api/v1/forms/{quote(id, safe='')}/pages/{quote(page_id, safe='')}", {}, body or {}, options)["data"])

    def pages_remove(self, id: 'str', page_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Removes a page."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}/pages/{quote(page_id, safe='')}", {}, None, options)

    def questions_add(self, id: 'str', body: 'FormsQuestionsAddBody', *, options: CallOptions = CallOptions()) -> 'FormsQuestion':
        """Adds a question to a form."""
        return cast('FormsQuestion', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/questions", {}, body, options)["data"])

    def questions_update(self, id: 'str', question_id: 'str', body: 'Optional[FormsQuestionsUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'FormsQuestion':
        """Changes a question."""
        return cast('FormsQuestion', self._client.call("PATCH", f"/api/v1/forms/{quote(id, safe='')}/questions/{quote(question_id, safe='')}", {}, body or {}, options)["data"])

    def questions_remove(self, id: 'str', question_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Removes a question."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}/questions/{quote(question_id, safe='')}", {}, None, options)

    def forms_reorder(self, id: 'str', body: 'FormsFormsReorderBody', *, options: CallOptions = CallOptions()) -> 'FormsForm':
        """Orders pages and questions."""
        return cast('FormsForm', self._client.call("PUT", f"/api/v1/forms/{quote(id, safe='')}/order", {}, body, options)["data"])

    def autofill_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'dict[str, FormsAutofillField]':
        """Fills smart fields from the profile."""
        return cast('dict[str, FormsAutofillField]', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/autofill", {}, None, options)["data"])

    def responses_create(self, id: 'str', body: 'FormsResponsesCreateBody', *, options: CallOptions = CallOptions()) -> 'FormsFormResponse':
        """Answers a form."""
        return cast('FormsFormResponse', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/responses", {}, body, options)["data"])

    def responses_list(self, id: 'str', *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["submittedAt", "-submittedAt"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[FormsFormResponse], Pagination]':
        """Lists a form's responses."""
        answer = self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/responses", {"page": page, "limit": limit, "cursor": cursor, "sort": sort}, None, options)
        return cast('tuple[list[FormsFormResponse], Pagination]', (answer["data"], answer["pagination"]))

    def responses_export(self, id: 'str', *, cursor: 'Optional[str]' = None, bom: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'str':
        """Exports a form's responses as CSV."""
        return cast('str', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/responses.csv", {"cursor": cursor, "bom": bom}, None, options, "text/csv"))

    def responses_get(self, id: 'str', response_id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsFormResponse':
        """Reads a response."""
        return cast('FormsFormResponse', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/responses/{quote(response_id, safe='')}", {}, None, options)["data"])

    def responses_delete(self, id: 'str', response_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a response."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}/responses/{quote(response_id, safe='')}", {}, None, options)

    def profile_updates_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, status: 'Optional[Literal["pending", "approved", "rejected"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[FormsProfileUpdate], Pagination]':
        """Lists the caller's profile updates."""
        answer = self._client.call("GET", f"/api/v1/profile-updates", {"page": page, "limit": limit, "cursor": cursor, "status": status}, None, options)
        return cast('tuple[list[FormsProfileUpdate], Pagination]', (answer["data"], answer["pagination"]))

    def profile_updates_approve(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsProfileUpdate':
        """Approves a profile update."""
        return cast('FormsProfileUpdate', self._client.call("POST", f"/api/v1/profile-updates/{quote(id, safe='')}/approve", {}, None, options)["data"])

    def profile_updates_reject(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsProfileUpdate':
        """Rejects a profile update."""
        return cast('FormsProfileUpdate', self._client.call("POST", f"/api/v1/profile-updates/{quote(id, safe='')}/reject", {}, None, options)["data"])

    def profile_field_mappings_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, is_active: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[FormsProfileFieldMapping], Pagination]':
        """Lists profile field mappings."""
        answer = self._client.call("GET", f"/api/v1/profile-field-mappings", {"page": page, "limit": limit, "cursor": cursor, "isActive": is_active}, None, options)
        return cast('tuple[list[FormsProfileFieldMapping], Pagination]', (answer["data"], answer["pagination"]))

    def profile_field_mappings_create(self, body: 'FormsProfileFieldMappingsCreateBody', *, options: CallOptions = CallOptions()) -> 'FormsProfileFieldMapping':
        """Adds a profile field mapping."""
        return cast('FormsProfileFieldMapping', self._client.call("POST", f"/api/v1/profile-field-mappings", {}, body, options)["data"])

    def profile_field_mappings_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'FormsProfileFieldMapping':
        """Reads a profile field mapping."""
        return cast('FormsProfileFieldMapping', self._client.call("GET", f"/api/v1/profile-field-mappings/{quote(id, safe='')}", {}, None, options)["data"])

    def profile_field_mappings_replace(self, id: 'str', body: 'FormsProfileFieldMappingsReplaceBody', *, options: CallOptions = CallOptions()) -> 'FormsProfileFieldMapping':
        """Writes a profile field mapping anew."""
        return cast('FormsProfileFieldMapping', self._client.call("PUT", f"/api/v1/profile-field-mappings/{quote(id, safe='')}", {}, body, options)["data"])

    def profile_field_mappings_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a profile field mapping."""
        self._client.call("DELETE", f"/api/v1/profile-field-mappings/{quote(id, safe='')}", {}, None, options)


class IdParserOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def id_patterns_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "priority", "-priority", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, university_code: 'Optional[str]' = None, is_active: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[IDParserIDPattern], Pagination]':
        """Lists patterns of student numbers."""
        answer = self._client.call("GET", f"/api/v1/id-patterns", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "universityCode": university_code, "isActive": is_active}, None, options)
        return cast('tuple[list[IDParserIDPattern], Pagination]', (answer["data"], answer["pagination"]))

    def id_patterns_create(self, body: 'IdParserIdPatternsCreateBody', *, options: CallOptions = CallOptions()) -> 'IDParserIDPattern':
        """Adds a pattern of student numbers."""
        return cast('IDParserIDPattern', self._client.call("POST", f"/api/v1/id-patterns", {}, body, options)["data"])

    def id_patterns_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'IDParserIDPattern':
        """Reads a pattern."""
        return cast('IDParserIDPattern', self._client.call("GET", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, None, options)["data"])

    def id_patterns_replace(self, id: 'str', body: 'IdParserIdPatternsReplaceBody', *, options: CallOptions = CallOptions()) -> 'IDParserIDPattern':
        """Replaces a pattern."""
        return cast('IDParserIDPattern', self._client.call("PUT", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, body, options)["data"])

    def id_patterns_update(self, id: 'str', body: 'Optional[IdParserIdPatternsUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'IDParserIDPattern':
        """Changes parts of a pattern."""
        return cast('IDParserIDPattern', self._client.call("PATCH", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, body or {}, options)["data"])

    def id_patterns_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a pattern."""
        self._client.call("DELETE", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, None, options)

    def student_ids_parse(self, body: 'IdParserStudentIdsParseBody', *, options: CallOptions = CallOptions()) -> 'IDParserParsedText':
        """Finds student numbers in a text."""
        return cast('IDParserParsedText', self._client.call("POST", f"/api/v1/student-ids/parse", {}, body, options)["data"])

    def student_ids_parse_batch(self, body: 'IdParserStudentIdsParseBatchBody', *, options: CallOptions = CallOptions()) -> 'IDParserParsedBatch':
        """Finds student numbers in up to 1,000 texts."""
        return cast('IDParserParsedBatch', self._client.call("POST", f"/api/v1/student-ids/parse-batch", {}, body, options)["data"])

    def student_ids_verify(self, body: 'IdParserStudentIdsVerifyBody', *, options: CallOptions = CallOptions()) -> 'IDParserStudentIDVerification':
        """Checks a student number."""
        return cast('IDParserStudentIDVerification', self._client.call("POST", f"/api/v1/student-ids/verify", {}, body, options)["data"])


class NotifierOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def notifications_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt"]]' = None, unread: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[NotifierInboxNotification], Pagination]':
        """Lists one's own notifications."""
        answer = self._client.call("GET", f"/api/v1/notifications", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "unread": unread}, None, options)
        return cast('tuple[list[NotifierInboxNotification], Pagination]', (answer["data"], answer["pagination"]))

    def notifications_read(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'NotifierInboxNotification':
        """Marks a notification as read."""
        return cast('NotifierInboxNotification', self._client.call("POST", f"/api/v1/notifications/{quote(id, safe='')}/read", {}, None, options)["data"])

    def notifications_read_all(self, body: 'Optional[NotifierNotificationsReadAllBody]' = None, *, options: CallOptions = CallOptions()) -> 'NotifierUnreadCount':
        """Marks all notifications as read."""
        return cast('NotifierUnreadCount', self._client.call("POST", f"/api/v1/notifications/read-all", {}, body or {}, options)["data"])

    def notifications_count_unread(self, *, options: CallOptions = CallOptions()) -> 'NotifierUnreadCount':
        """Counts one's own unread notifications."""
        return cast('NotifierUnreadCount', self._client.call("GET", f"/api/v1/notifications/unread-count", {}, None, options)["data"])

    def realtime_issue_token(self, *, options: CallOptions = CallOptions()) -> 'NotifierRealtimeToken':
        """Issues a token for a live connection."""
        return cast('NotifierRealtimeToken', self._client.call("POST", f"/api/v1/realtime/token", {}, None, options)["data"])


class SocietiesOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def societies_create(self, body: 'SocietiesSocietiesCreateBody', *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Founds a society, which waits for a moderator's approval."""
        return cast('SocietiesSociety', self._client.call("POST", f"/api/v1/societies", {}, body, options)["data"])

    def societies_list(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "createdAt", "-createdAt", "memberCount", "-memberCount"]]' = None, q: 'Optional[str]' = None, status: 'Optional[Literal["pending", "active", "suspended", "archived"]]' = None, university_id: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[SocietiesSociety], Pagination]':
        """Lists societies that are public or one's own."""
        answer = self._client.call("GET", f"/api/v1/societies", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "status": status, "universityId": university_id}, None, options)
        return cast('tuple[list[SocietiesSociety], Pagination]', (answer["data"], answer["pagination"]))

    def societies_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Reads a society."""
        return cast('SocietiesSociety', self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}", {}, None, options)["data"])

    def societies_replace(self, id: 'str', body: 'SocietiesSocietiesReplaceBody', *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Replaces a society's description."""
        return cast('SocietiesSociety', self._client.call("PUT", f"/api/v1/societies/{quote(id, safe='')}", {}, body, options)["data"])

    def societies_update(self, id: 'str', body: 'Optional[SocietiesSocietiesUpdateBody]' = None, *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Changes parts of a society's description."""
        return cast('SocietiesSociety', self._client.call("PATCH", f"/api/v1/societies/{quote(id, safe='')}", {}, body or {}, options)["data"])

    def societies_delete(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Deletes a society."""
        self._client.call("DELETE", f"/api/v1/societies/{quote(id, safe='')}", {}, None, options)

    def societies_approve(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Approves a pending society, or lifts a suspension."""
        return cast('SocietiesSociety', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/approve", {}, None, options)["data"])

    def societies_suspend(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Suspends an active society."""
        return cast('SocietiesSociety', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/suspend", {}, None, options)["data"])

    def societies_archive(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesSociety':
        """Archives a society."""
        return cast('SocietiesSociety', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/archive", {}, None, options)["data"])

    def members_list(self, id: 'str', *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["joinedAt", "-joinedAt"]]' = None, role: 'Optional[Literal["member", "admin", "president"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[SocietiesMember], Pagination]':
        """Lists a society's members."""
        answer = self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/members", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "role": role}, None, options)
        return cast('tuple[list[SocietiesMember], Pagination]', (answer["data"], answer["pagination"]))

    def members_change_role(self, id: 'str', user_id: 'str', body: 'SocietiesMembersChangeRoleBody', *, options: CallOptions = CallOptions()) -> 'SocietiesMember':
        """Changes a member's role."""
        return cast('SocietiesMember', self._client.call("PATCH", f"/api/v1/societies/{quote(id, safe='')}/members/{quote(user_id, safe='')}", {}, body, options)["data"])

    def members_remove(self, id: 'str', user_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Removes a member."""
        self._client.call("DELETE", f"/api/v1/societies/{quote(id, safe='')}/members/{quote(user_id, safe='')}", {}, None, options)

    def members_leave(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Leaves a society."""
        self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/leave", {}, None, options)

    def members_transfer_presidency(self, id: 'str', body: 'SocietiesMembersTransferPresidencyBody', *, options: CallOptions = CallOptions()) -> 'SocietiesMember':
        """Transfers the presidency to another member."""
        return cast('SocietiesMember', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/transfer-presidency", {}, body, options)["data"])

    def registration_get(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesRegistrationSettings':
        """Reads how a society takes new members."""
        return cast('SocietiesRegistrationSettings', self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/registration", {}, None, options)["data"])

    def registration_configure(self, id: 'str', body: 'SocietiesRegistrationConfigureBody', *, options: CallOptions = CallOptions()) -> 'SocietiesRegistrationSettings':
        """Sets how a society takes new members."""
        return cast('SocietiesRegistrationSettings', self._client.call("PUT", f"/api/v1/societies/{quote(id, safe='')}/registration", {}, body, options)["data"])

    def registrations_create(self, id: 'str', body: 'SocietiesRegistrationsCreateBody', *, options: CallOptions = CallOptions()) -> 'SocietiesRegistration':
        """Registers for a society with answers to its form."""
        return cast('SocietiesRegistration', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/registrations", {}, body, options)["data"])

    def registrations_list(self, id: 'str', *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt"]]' = None, status: 'Optional[Literal["pending", "approved", "rejected", "withdrawn"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[SocietiesRegistration], Pagination]':
        """Lists a society's registrations."""
        answer = self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/registrations", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "status": status}, None, options)
        return cast('tuple[list[SocietiesRegistration], Pagination]', (answer["data"], answer["pagination"]))

    def registrations_approve(self, id: 'str', registration_id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesRegistration':
        """Approves a registration, which makes the applicant a member."""
        return cast('SocietiesRegistration', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/registrations/{quote(registration_id, safe='')}/approve", {}, None, options)["data"])

    def registrations_reject(self, id: 'str', registration_id: 'str', body: 'Optional[SocietiesRegistrationsRejectBody]' = None, *, options: CallOptions = CallOptions()) -> 'SocietiesRegistration':
        """Rejects a registration."""
        return cast('SocietiesRegistration', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/registrations/{quote(registration_id, safe='')}/reject", {}, body or {}, options)["data"])

    def registrations_get_own(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'SocietiesRegistration':
        """Reads one's own registration."""
        return cast('SocietiesRegistration', self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/registrations/mine", {}, None, options)["data"])

    def registrations_withdraw(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Withdraws one's own registration."""
        self._client.call("DELETE", f"/api/v1/societies/{quote(id, safe='')}/registrations/mine", {}, None, options)


class Client:
    """All operations, by service."""

    def __init__(
        self, base_url: str, token: Union[str, Callable[[], Optional[str]], None] = None, *,
        api_key: Optional[str] = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.api_key = api_key
        self.academic = AcademicOperations(self)
        self.auth = AuthOperations(self)
        self.forms = FormsOperations(self)
        self.id_parser = IdParserOperations(self)
        self.notifier = NotifierOperations(self)
        self.societies = SocietiesOperations(self)

    def call(
        self, method: str, path: str, query: Mapping[str, Any], body: Optional[Mapping[str, Any]],
        options: CallOptions, accept: str = "application/json",
    ) -> Any:
        """Sends a request; the answer is the whole body, or None. It is text where no JSON is accepted."""
        given = {name: self._text(value) for name, value in query.items() if value is not None}
        url = self.base_url + path + ("?" + urlencode(given) if given else "")
        headers = {"Accept": accept}
        token = self.token() if callable(self.token) else self.token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        elif self.api_key:
            headers["X-API-Key"] = self.api_key
        if options.idempotency_key:
            headers["Idempotency-Key"] = options.idempotency_key
        if options.if_match:
            headers["If-Match"] = options.if_match
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        try:
            with urlopen(Request(url, data, headers, method=method), timeout=options.timeout) as reply:
                if options.on_response:
                    options.on_response(reply.status, reply.headers)
                answer = reply.read()
        except HTTPError as error:
            if options.on_response:
                options.on_response(error.code, error.headers)
            raise self._refusal(error) from None
        if accept != "application/json":
            return answer.decode()
        return json.loads(answer) if answer else None

    @staticmethod
    def _text(value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        return ",".join(map(str, value)) if isinstance(value, list) else str(value)

    @staticmethod
    def _members(value: Any) -> dict[str, Any]:
        return value if isinstance(value, dict) else {}

    @classmethod
    def _refusal(cls, reply: HTTPError) -> APIError:
        try:
            answer = cls._members(json.loads(reply.read()))
        except ValueError:
            answer = {}
        error = cls._members(answer.get("error"))
        wait = reply.headers.get("Retry-After")
        return APIError(
            reply.code, error.get("code", "UNKNOWN"), error.get("message", reply.reason),
            answer.get("requestId") or reply.headers.get("X-Request-Id") or "",
            int(wait) if wait and wait.isdigit() else None, error.get("details", []),
        )
