# Made by `rovierr clients generate` from the OpenAPI document. Do not edit.
"""A typed client of Rovierr's HTTP API that needs nothing but the standard library."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Literal, NotRequired, Optional, TypeAlias, TypedDict, Union, cast
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

APIKey = TypedDict("APIKey", {
    "id": "str",
    "name": "str",
    "prefix": "str",
    "scopes": "list[str]",
    "expiresAt": "Union[str, None]",
    "lastUsedAt": "Union[str, None]",
    "createdAt": "str",
})

AddPage = TypedDict("AddPage", {
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "NotRequired[Union[int, None]]",
    "conditionalLogic": "NotRequired[Union[ConditionalLogicInput, None]]",
    "questions": "NotRequired[Union[list[QuestionInput], None]]",
})

AddQuestion = TypedDict("AddQuestion", {
    "pageId": "NotRequired[Union[str, None]]",
    "type": "QuestionType",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "required": "NotRequired[Union[bool, None]]",
    "order": "NotRequired[Union[int, None]]",
    "options": "NotRequired[Union[list[QuestionOptionInput], None]]",
    "rows": "NotRequired[Union[list[QuestionRowInput], None]]",
    "validationRules": "NotRequired[Union[ValidationRulesInput, None]]",
    "conditionalLogic": "NotRequired[Union[ConditionalLogicInput, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

AssignableRole: TypeAlias = "Literal[\"member\", \"admin\"]"

AutofillField = TypedDict("AutofillField", {
    "value": "Any",
    "profileFieldKey": "str",
    "source": "AutofillFieldSource",
})

AutofillFieldSource: TypeAlias = "Literal[\"profile\", \"mapping\"]"

ChangeMemberRole = TypedDict("ChangeMemberRole", {
    "role": "AssignableRole",
})

ChangePassword = TypedDict("ChangePassword", {
    "currentPassword": "str",
    "newPassword": "str",
})

Checksum: TypeAlias = "Literal[\"none\", \"luhn\", \"mod11\", \"mod97\", \"weighted\"]"

ChecksumParameters = TypedDict("ChecksumParameters", {
    "weights": "list[int]",
    "modulus": "int",
    "characters": "Union[str, None]",
    "complement": "Union[bool, None]",
})

ChecksumParametersInput = TypedDict("ChecksumParametersInput", {
    "weights": "list[int]",
    "modulus": "int",
    "characters": "NotRequired[Union[str, None]]",
    "complement": "NotRequired[Union[bool, None]]",
})

Comparison = TypedDict("Comparison", {
    "questionId": "str",
    "operator": "ComparisonOperator",
    "value": "Union[ComparisonValue, None]",
})

ComparisonInput = TypedDict("ComparisonInput", {
    "questionId": "str",
    "operator": "ComparisonOperator",
    "value": "NotRequired[Union[ComparisonValue, None]]",
})

ComparisonOperator: TypeAlias = "Literal[\"equals\", \"not-equals\", \"contains\", \"not-contains\", \"greater-than\", \"less-than\", \"between\", \"is-answered\", \"is-empty\", \"in\", \"not-in\", \"starts-with\", \"matches\"]"

ComparisonValue: TypeAlias = "Union[str, float, bool, list[Union[str, float, bool]]]"

Condition: TypeAlias = "Union[Comparison, ConditionGroup]"

ConditionGroup = TypedDict("ConditionGroup", {
    "match": "ConditionMatch",
    "conditions": "list[Condition]",
})

ConditionGroupInput = TypedDict("ConditionGroupInput", {
    "match": "NotRequired[ConditionMatch]",
    "conditions": "list[ConditionInput]",
})

ConditionInput: TypeAlias = "Union[ComparisonInput, ConditionGroupInput]"

ConditionMatch: TypeAlias = "Literal[\"all\", \"any\"]"

ConditionalLogic = TypedDict("ConditionalLogic", {
    "action": "LogicAction",
    "targetPageId": "Union[str, None]",
    "match": "ConditionMatch",
    "conditions": "list[Condition]",
})

ConditionalLogicInput = TypedDict("ConditionalLogicInput", {
    "action": "LogicAction",
    "targetPageId": "NotRequired[Union[str, None]]",
    "match": "NotRequired[ConditionMatch]",
    "conditions": "list[ConditionInput]",
})

ConditionalLogicPatch = TypedDict("ConditionalLogicPatch", {
    "action": "NotRequired[LogicAction]",
    "targetPageId": "NotRequired[Union[str, None]]",
    "match": "NotRequired[ConditionMatch]",
    "conditions": "NotRequired[list[ConditionInput]]",
})

ConfigureRegistration = TypedDict("ConfigureRegistration", {
    "formId": "str",
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "requiresApproval": "NotRequired[Union[bool, None]]",
    "capacity": "NotRequired[Union[int, None]]",
    "fee": "NotRequired[Union[Fee, None]]",
})

CreateAPIKey = TypedDict("CreateAPIKey", {
    "name": "str",
    "scopes": "NotRequired[Union[list[str], None]]",
    "expiresAt": "NotRequired[Union[str, None]]",
})

CreateDepartment = TypedDict("CreateDepartment", {
    "universityId": "str",
    "name": "str",
    "code": "str",
})

CreateForm = TypedDict("CreateForm", {
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "entityType": "NotRequired[Union[FormEntityType, None]]",
    "entityId": "NotRequired[Union[str, None]]",
    "settings": "NotRequired[Union[FormSettingsInput, None]]",
    "pages": "NotRequired[Union[list[FormPageInput], None]]",
    "universityId": "NotRequired[Union[str, None]]",
})

CreateIDPattern = TypedDict("CreateIDPattern", {
    "universityCode": "str",
    "name": "str",
    "pattern": "str",
    "checksum": "NotRequired[Union[Checksum, None]]",
    "checksumParameters": "NotRequired[Union[ChecksumParametersInput, None]]",
    "fields": "NotRequired[Union[dict[str, IDFieldInput], None]]",
    "examples": "NotRequired[Union[IDExamplesInput, None]]",
    "priority": "NotRequired[Union[int, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

CreateProfileFieldMapping = TypedDict("CreateProfileFieldMapping", {
    "fieldKey": "str",
    "displayLabel": "str",
    "category": "NotRequired[Union[str, None]]",
    "dataType": "str",
    "profilePath": "str",
    "defaultValidationRules": "NotRequired[Union[ValidationRulesInput, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

CreateProgram = TypedDict("CreateProgram", {
    "departmentId": "str",
    "name": "str",
    "degree": "Degree",
    "duration": "int",
})

CreateSociety = TypedDict("CreateSociety", {
    "name": "str",
    "slug": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "visibility": "NotRequired[Union[SocietyVisibility, None]]",
    "universityId": "NotRequired[Union[str, None]]",
})

CreateUniversity = TypedDict("CreateUniversity", {
    "name": "str",
    "code": "str",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "NotRequired[Union[str, None]]",
    "mailDomains": "NotRequired[Union[list[str], None]]",
})

CreatedAPIKey = TypedDict("CreatedAPIKey", {
    "id": "str",
    "name": "str",
    "prefix": "str",
    "scopes": "list[str]",
    "expiresAt": "Union[str, None]",
    "lastUsedAt": "Union[str, None]",
    "createdAt": "str",
    "key": "str",
})

Degree: TypeAlias = "Literal[\"Bachelor\", \"Master\", \"PhD\"]"

DeleteOwnUser = TypedDict("DeleteOwnUser", {
    "password": "str",
})

Department = TypedDict("Department", {
    "id": "str",
    "universityId": "str",
    "name": "str",
    "code": "str",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

DuplicateForm = TypedDict("DuplicateForm", {
    "title": "NotRequired[Union[str, None]]",
})

Fee = TypedDict("Fee", {
    "amountMinor": "int",
    "currency": "str",
})

Form = TypedDict("Form", {
    "id": "str",
    "title": "str",
    "description": "Union[str, None]",
    "entityType": "FormEntityType",
    "entityId": "Union[str, None]",
    "status": "FormStatus",
    "settings": "FormSettings",
    "version": "int",
    "pages": "list[FormPage]",
    "createdBy": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "publishedAt": "Union[str, None]",
})

FormEntityType: TypeAlias = "Literal[\"society\", \"event\", \"survey\"]"

FormPage = TypedDict("FormPage", {
    "id": "str",
    "title": "Union[str, None]",
    "description": "Union[str, None]",
    "order": "int",
    "conditionalLogic": "Union[ConditionalLogic, None]",
    "questions": "list[Question]",
})

FormPageInput = TypedDict("FormPageInput", {
    "id": "NotRequired[Union[str, None]]",
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "NotRequired[Union[int, None]]",
    "conditionalLogic": "NotRequired[Union[ConditionalLogicInput, None]]",
    "questions": "NotRequired[Union[list[QuestionInput], None]]",
})

FormResponse = TypedDict("FormResponse", {
    "id": "str",
    "formId": "str",
    "formVersion": "int",
    "userId": "Union[str, None]",
    "answers": "Any",
    "paymentStatus": "Union[PaymentStatus, None]",
    "submittedAt": "str",
    "completionTime": "Union[int, None]",
})

FormSettings = TypedDict("FormSettings", {
    "opensAt": "Union[str, None]",
    "closesAt": "Union[str, None]",
    "maxResponses": "Union[int, None]",
    "oneResponsePerUser": "bool",
    "allowEdits": "bool",
    "anonymous": "bool",
    "public": "bool",
    "confirmationMessage": "Union[str, None]",
    "payment": "Union[PaymentSettings, None]",
    "notifications": "Union[NotificationSettings, None]",
    "shuffleQuestions": "bool",
})

FormSettingsInput = TypedDict("FormSettingsInput", {
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "maxResponses": "NotRequired[Union[int, None]]",
    "oneResponsePerUser": "NotRequired[Union[bool, None]]",
    "allowEdits": "NotRequired[Union[bool, None]]",
    "anonymous": "NotRequired[Union[bool, None]]",
    "public": "NotRequired[Union[bool, None]]",
    "confirmationMessage": "NotRequired[Union[str, None]]",
    "payment": "NotRequired[Union[PaymentSettingsInput, None]]",
    "notifications": "NotRequired[Union[NotificationSettingsInput, None]]",
    "shuffleQuestions": "NotRequired[Union[bool, None]]",
})

FormSettingsPatch = TypedDict("FormSettingsPatch", {
    "opensAt": "NotRequired[Union[str, None]]",
    "closesAt": "NotRequired[Union[str, None]]",
    "maxResponses": "NotRequired[Union[int, None]]",
    "oneResponsePerUser": "NotRequired[Union[bool, None]]",
    "allowEdits": "NotRequired[Union[bool, None]]",
    "anonymous": "NotRequired[Union[bool, None]]",
    "public": "NotRequired[Union[bool, None]]",
    "confirmationMessage": "NotRequired[Union[str, None]]",
    "payment": "NotRequired[Union[PaymentSettingsInput, None]]",
    "notifications": "NotRequired[Union[NotificationSettingsInput, None]]",
    "shuffleQuestions": "NotRequired[Union[bool, None]]",
})

FormStatus: TypeAlias = "Literal[\"draft\", \"published\", \"closed\", \"archived\"]"

FormSummary = TypedDict("FormSummary", {
    "id": "str",
    "title": "str",
    "description": "Union[str, None]",
    "entityType": "FormEntityType",
    "entityId": "Union[str, None]",
    "status": "FormStatus",
    "settings": "FormSettings",
    "version": "int",
    "createdBy": "str",
    "createdAt": "str",
    "updatedAt": "str",
    "publishedAt": "Union[str, None]",
})

IDExamples = TypedDict("IDExamples", {
    "accept": "Union[list[str], None]",
    "reject": "Union[list[str], None]",
})

IDExamplesInput = TypedDict("IDExamplesInput", {
    "accept": "NotRequired[Union[list[str], None]]",
    "reject": "NotRequired[Union[list[str], None]]",
})

IDField = TypedDict("IDField", {
    "description": "Union[str, None]",
    "pivot": "Union[int, None]",
    "values": "Union[dict[str, str], None]",
})

IDFieldInput = TypedDict("IDFieldInput", {
    "description": "NotRequired[Union[str, None]]",
    "pivot": "NotRequired[Union[int, None]]",
    "values": "NotRequired[Union[dict[str, str], None]]",
})

IDPattern = TypedDict("IDPattern", {
    "id": "str",
    "universityId": "str",
    "universityCode": "str",
    "name": "str",
    "pattern": "str",
    "checksum": "Checksum",
    "checksumParameters": "Union[ChecksumParameters, None]",
    "fields": "dict[str, IDField]",
    "examples": "IDExamples",
    "priority": "int",
    "isActive": "bool",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

InboxNotification = TypedDict("InboxNotification", {
    "id": "str",
    "type": "str",
    "title": "str",
    "body": "str",
    "data": "Any",
    "readAt": "Union[str, None]",
    "createdAt": "str",
})

LogIn = TypedDict("LogIn", {
    "email": "str",
    "password": "str",
    "cookie": "NotRequired[Union[bool, None]]",
})

LogOut = TypedDict("LogOut", {
    "scope": "NotRequired[Union[LogOutScope, None]]",
})

LogOutScope: TypeAlias = "Literal[\"all\", \"current\"]"

LogicAction: TypeAlias = "Literal[\"show\", \"hide\", \"require\", \"skip-to\"]"

Member = TypedDict("Member", {
    "userId": "str",
    "name": "Union[str, None]",
    "image": "Union[str, None]",
    "role": "MemberRole",
    "joinedAt": "str",
})

MemberRole: TypeAlias = "Literal[\"member\", \"admin\", \"president\"]"

Normalization: TypeAlias = "Literal[\"separators\", \"case\", \"digits\"]"

NotificationSettings = TypedDict("NotificationSettings", {
    "onSubmit": "Union[list[str], None]",
    "digest": "Union[NotificationSettingsDigest, None]",
})

NotificationSettingsDigest: TypeAlias = "Literal[\"off\", \"daily\", \"weekly\"]"

NotificationSettingsInput = TypedDict("NotificationSettingsInput", {
    "onSubmit": "NotRequired[Union[list[str], None]]",
    "digest": "NotRequired[Union[NotificationSettingsDigest, None]]",
})

PageOrder = TypedDict("PageOrder", {
    "id": "str",
    "questions": "list[str]",
})

Pagination = TypedDict("Pagination", {
    "page": "int",
    "limit": "int",
    "total": "int",
    "totalPages": "int",
    "nextCursor": "Union[str, None]",
})

ParseStudentIDBatch = TypedDict("ParseStudentIDBatch", {
    "items": "list[ParseStudentIDBatchItem]",
})

ParseStudentIDBatchItem = TypedDict("ParseStudentIDBatchItem", {
    "text": "str",
    "universityCode": "NotRequired[Union[str, None]]",
})

ParseStudentIDs = TypedDict("ParseStudentIDs", {
    "text": "str",
    "universityCode": "NotRequired[Union[str, None]]",
})

ParsedBatch = TypedDict("ParsedBatch", {
    "results": "list[ParsedText]",
})

ParsedText = TypedDict("ParsedText", {
    "matches": "list[StudentIDMatch]",
    "patternsConfigured": "bool",
})

PaymentSettings = TypedDict("PaymentSettings", {
    "required": "bool",
    "price": "Union[Price, None]",
    "instructions": "Union[str, None]",
})

PaymentSettingsInput = TypedDict("PaymentSettingsInput", {
    "required": "NotRequired[Union[bool, None]]",
    "price": "NotRequired[Union[Price, None]]",
    "instructions": "NotRequired[Union[str, None]]",
})

PaymentStatus: TypeAlias = "Literal[\"pending\", \"paid\", \"refunded\", \"waived\"]"

PersonalData = TypedDict("PersonalData", {
    "records": "dict[str, Any]",
    "truncated": "list[str]",
})

Price = TypedDict("Price", {
    "amountMinor": "int",
    "currency": "str",
})

Profile = TypedDict("Profile", {
    "firstName": "Union[str, None]",
    "lastName": "Union[str, None]",
    "preferredName": "Union[str, None]",
    "studentId": "Union[str, None]",
    "universityId": "Union[str, None]",
    "departmentId": "Union[str, None]",
    "programId": "Union[str, None]",
    "yearOfStudy": "Union[int, None]",
    "phone": "Union[str, None]",
    "dateOfBirth": "Union[str, None]",
    "gender": "Union[str, None]",
    "nationality": "Union[str, None]",
    "address": "Union[StructuredText, None]",
    "dietaryRequirements": "Union[str, None]",
    "emergencyContact": "Union[StructuredText, None]",
    "bio": "Union[str, None]",
    "interests": "Union[list[str], None]",
    "custom": "Union[dict[str, Any], None]",
    "studentIdVerified": "Union[bool, None]",
    "revision": "int",
    "updatedAt": "Union[str, None]",
})

ProfileExport = TypedDict("ProfileExport", {
    "services": "dict[str, PersonalData]",
    "missing": "list[str]",
})

ProfileFieldMapping = TypedDict("ProfileFieldMapping", {
    "id": "str",
    "fieldKey": "str",
    "displayLabel": "str",
    "category": "Union[str, None]",
    "dataType": "str",
    "profilePath": "str",
    "defaultValidationRules": "Union[ValidationRules, None]",
    "isActive": "bool",
})

ProfileUpdate = TypedDict("ProfileUpdate", {
    "id": "str",
    "formId": "str",
    "responseId": "str",
    "questionId": "str",
    "profileFieldKey": "str",
    "oldValue": "Any",
    "newValue": "Any",
    "status": "ProfileUpdateStatus",
    "createdAt": "str",
    "decidedAt": "Union[str, None]",
})

ProfileUpdateStatus: TypeAlias = "Literal[\"pending\", \"approved\", \"rejected\"]"

Program = TypedDict("Program", {
    "id": "str",
    "departmentId": "str",
    "universityId": "str",
    "name": "str",
    "degree": "Degree",
    "duration": "int",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

PublicKey = TypedDict("PublicKey", {
    "kid": "str",
    "x": "str",
    "kty": "str",
    "crv": "str",
    "alg": "str",
    "use": "str",
})

PublicKeySet = TypedDict("PublicKeySet", {
    "keys": "list[PublicKey]",
})

Question = TypedDict("Question", {
    "id": "str",
    "type": "QuestionType",
    "title": "str",
    "description": "Union[str, None]",
    "required": "bool",
    "order": "int",
    "options": "list[QuestionOption]",
    "rows": "list[QuestionRow]",
    "validationRules": "Union[ValidationRules, None]",
    "conditionalLogic": "Union[ConditionalLogic, None]",
    "profileFieldKey": "Union[str, None]",
})

QuestionInput = TypedDict("QuestionInput", {
    "id": "NotRequired[Union[str, None]]",
    "type": "QuestionType",
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "required": "NotRequired[Union[bool, None]]",
    "order": "NotRequired[Union[int, None]]",
    "options": "NotRequired[Union[list[QuestionOptionInput], None]]",
    "rows": "NotRequired[Union[list[QuestionRowInput], None]]",
    "validationRules": "NotRequired[Union[ValidationRulesInput, None]]",
    "conditionalLogic": "NotRequired[Union[ConditionalLogicInput, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

QuestionOption = TypedDict("QuestionOption", {
    "value": "str",
    "label": "Union[str, None]",
    "quota": "Union[int, None]",
})

QuestionOptionInput = TypedDict("QuestionOptionInput", {
    "value": "str",
    "label": "NotRequired[Union[str, None]]",
    "quota": "NotRequired[Union[int, None]]",
})

QuestionRow = TypedDict("QuestionRow", {
    "value": "str",
    "label": "Union[str, None]",
})

QuestionRowInput = TypedDict("QuestionRowInput", {
    "value": "str",
    "label": "NotRequired[Union[str, None]]",
})

QuestionType: TypeAlias = "Literal[\"short-text\", \"long-text\", \"email\", \"phone\", \"url\", \"number\", \"date\", \"time\", \"datetime\", \"multiple-choice\", \"checkboxes\", \"dropdown\", \"rating\", \"linear-scale\", \"matrix\", \"ranking\", \"yes-no\", \"file-upload\", \"signature\", \"statement\"]"

ReadAllNotifications = TypedDict("ReadAllNotifications", {
    "upTo": "NotRequired[Union[str, None]]",
})

RealtimeToken = TypedDict("RealtimeToken", {
    "token": "str",
    "expiresAt": "str",
})

RefreshSession = TypedDict("RefreshSession", {
    "refreshToken": "NotRequired[Union[str, None]]",
})

Register = TypedDict("Register", {
    "email": "str",
    "password": "str",
    "name": "str",
    "universityId": "NotRequired[Union[str, None]]",
})

RegisterForSociety = TypedDict("RegisterForSociety", {
    "answers": "dict[str, Any]",
    "updateProfile": "NotRequired[Union[list[str], None]]",
})

Registration = TypedDict("Registration", {
    "id": "str",
    "societyId": "str",
    "userId": "str",
    "name": "Union[str, None]",
    "status": "RegistrationStatus",
    "formId": "str",
    "responseId": "str",
    "reason": "Union[str, None]",
    "decidedBy": "Union[str, None]",
    "decidedAt": "Union[str, None]",
    "createdAt": "str",
})

RegistrationSettings = TypedDict("RegistrationSettings", {
    "formId": "str",
    "opensAt": "Union[str, None]",
    "closesAt": "Union[str, None]",
    "requiresApproval": "bool",
    "capacity": "Union[int, None]",
    "fee": "Union[Fee, None]",
    "updatedAt": "str",
})

RegistrationStatus: TypeAlias = "Literal[\"pending\", \"approved\", \"rejected\", \"withdrawn\"]"

RejectRegistration = TypedDict("RejectRegistration", {
    "reason": "NotRequired[Union[str, None]]",
})

ReorderForm = TypedDict("ReorderForm", {
    "pages": "list[PageOrder]",
})

ReplaceDepartment = TypedDict("ReplaceDepartment", {
    "name": "str",
    "code": "str",
})

ReplaceForm = TypedDict("ReplaceForm", {
    "title": "str",
    "description": "NotRequired[Union[str, None]]",
    "settings": "NotRequired[Union[FormSettingsInput, None]]",
    "pages": "NotRequired[Union[list[FormPageInput], None]]",
})

ReplaceIDPattern = TypedDict("ReplaceIDPattern", {
    "name": "str",
    "pattern": "str",
    "checksum": "NotRequired[Union[Checksum, None]]",
    "checksumParameters": "NotRequired[Union[ChecksumParametersInput, None]]",
    "fields": "NotRequired[Union[dict[str, IDFieldInput], None]]",
    "examples": "NotRequired[Union[IDExamplesInput, None]]",
    "priority": "NotRequired[Union[int, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

ReplaceProfile = TypedDict("ReplaceProfile", {
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
    "address": "NotRequired[Union[StructuredText, None]]",
    "dietaryRequirements": "NotRequired[Union[str, None]]",
    "emergencyContact": "NotRequired[Union[StructuredText, None]]",
    "bio": "NotRequired[Union[str, None]]",
    "interests": "NotRequired[Union[list[str], None]]",
    "custom": "NotRequired[Union[dict[str, Any], None]]",
})

ReplaceProfileFieldMapping = TypedDict("ReplaceProfileFieldMapping", {
    "fieldKey": "str",
    "displayLabel": "str",
    "category": "NotRequired[Union[str, None]]",
    "dataType": "str",
    "profilePath": "str",
    "defaultValidationRules": "NotRequired[Union[ValidationRulesInput, None]]",
    "isActive": "NotRequired[Union[bool, None]]",
})

ReplaceProgram = TypedDict("ReplaceProgram", {
    "name": "str",
    "degree": "Degree",
    "duration": "int",
})

ReplaceSociety = TypedDict("ReplaceSociety", {
    "name": "str",
    "slug": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "visibility": "NotRequired[Union[SocietyVisibility, None]]",
})

ReplaceUniversity = TypedDict("ReplaceUniversity", {
    "name": "str",
    "code": "str",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "NotRequired[Union[str, None]]",
    "mailDomains": "NotRequired[Union[list[str], None]]",
})

Role: TypeAlias = "Literal[\"student\", \"moderator\", \"admin\", \"platform-admin\"]"

Session = TypedDict("Session", {
    "id": "str",
    "createdAt": "str",
    "lastUsedAt": "str",
    "ipAddress": "Union[str, None]",
    "userAgent": "Union[str, None]",
    "current": "bool",
})

SetUserRole = TypedDict("SetUserRole", {
    "role": "Role",
})

SignedIn = TypedDict("SignedIn", {
    "user": "User",
    "accessToken": "Union[str, None]",
    "refreshToken": "Union[str, None]",
    "tokenType": "str",
    "expiresIn": "int",
    "csrfToken": "Union[str, None]",
})

Society = TypedDict("Society", {
    "id": "str",
    "name": "str",
    "slug": "str",
    "description": "Union[str, None]",
    "universityId": "str",
    "logo": "Union[str, None]",
    "status": "SocietyStatus",
    "visibility": "SocietyVisibility",
    "memberCount": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

SocietyStatus: TypeAlias = "Literal[\"pending\", \"active\", \"suspended\", \"archived\"]"

SocietyVisibility: TypeAlias = "Literal[\"public\", \"members\"]"

StructuredText: TypeAlias = "Union[str, dict[str, str]]"

StudentIDClaims = TypedDict("StudentIDClaims", {
    "departmentCode": "NotRequired[Union[str, None]]",
    "entryYear": "NotRequired[Union[int, None]]",
})

StudentIDMatch = TypedDict("StudentIDMatch", {
    "universityCode": "str",
    "universityId": "str",
    "patternId": "str",
    "studentId": "str",
    "fields": "dict[str, str]",
    "valid": "bool",
    "confidence": "float",
    "source": "StudentIDSource",
    "ambiguous": "bool",
    "reasons": "list[StudentIDReason]",
    "normalization": "list[Normalization]",
})

StudentIDReason: TypeAlias = "Literal[\"no-pattern-configured\", \"no-pattern-matches\", \"wrong-check-digit\", \"implausible-year\", \"department-differs\", \"entry-year-differs\"]"

StudentIDSource: TypeAlias = "Literal[\"text\"]"

StudentIDVerification = TypedDict("StudentIDVerification", {
    "valid": "bool",
    "reasons": "list[StudentIDReason]",
    "patternsConfigured": "bool",
    "studentId": "str",
    "patternId": "Union[str, None]",
    "fields": "dict[str, str]",
    "normalization": "list[Normalization]",
})

SubmitResponse = TypedDict("SubmitResponse", {
    "answers": "dict[str, Any]",
    "updateProfile": "NotRequired[Union[list[str], None]]",
    "startedAt": "NotRequired[Union[str, None]]",
    "formVersion": "NotRequired[Union[int, None]]",
})

TransferPresidency = TypedDict("TransferPresidency", {
    "userId": "str",
})

University = TypedDict("University", {
    "id": "str",
    "name": "str",
    "code": "str",
    "city": "Union[str, None]",
    "country": "Union[str, None]",
    "website": "Union[str, None]",
    "logo": "Union[str, None]",
    "timeZone": "str",
    "mailDomains": "list[str]",
    "revision": "int",
    "createdAt": "str",
    "updatedAt": "str",
})

UnreadCount = TypedDict("UnreadCount", {
    "count": "int",
})

UpdateDepartment = TypedDict("UpdateDepartment", {
    "name": "NotRequired[str]",
    "code": "NotRequired[str]",
})

UpdateForm = TypedDict("UpdateForm", {
    "title": "NotRequired[str]",
    "description": "NotRequired[Union[str, None]]",
    "settings": "NotRequired[FormSettingsPatch]",
    "pages": "NotRequired[list[FormPageInput]]",
})

UpdateIDPattern = TypedDict("UpdateIDPattern", {
    "name": "NotRequired[str]",
    "pattern": "NotRequired[str]",
    "checksum": "NotRequired[Checksum]",
    "checksumParameters": "NotRequired[Union[ChecksumParametersInput, None]]",
    "fields": "NotRequired[Union[dict[str, IDFieldInput], None]]",
    "examples": "NotRequired[Union[IDExamplesInput, None]]",
    "priority": "NotRequired[int]",
    "isActive": "NotRequired[bool]",
})

UpdatePage = TypedDict("UpdatePage", {
    "title": "NotRequired[Union[str, None]]",
    "description": "NotRequired[Union[str, None]]",
    "order": "NotRequired[int]",
    "conditionalLogic": "NotRequired[Union[ConditionalLogicPatch, None]]",
})

UpdateProgram = TypedDict("UpdateProgram", {
    "name": "NotRequired[str]",
    "degree": "NotRequired[Degree]",
    "duration": "NotRequired[int]",
})

UpdateQuestion = TypedDict("UpdateQuestion", {
    "pageId": "NotRequired[Union[str, None]]",
    "type": "NotRequired[QuestionType]",
    "title": "NotRequired[str]",
    "description": "NotRequired[Union[str, None]]",
    "required": "NotRequired[bool]",
    "order": "NotRequired[int]",
    "options": "NotRequired[Union[list[QuestionOptionInput], None]]",
    "rows": "NotRequired[Union[list[QuestionRowInput], None]]",
    "validationRules": "NotRequired[Union[ValidationRulesPatch, None]]",
    "conditionalLogic": "NotRequired[Union[ConditionalLogicPatch, None]]",
    "profileFieldKey": "NotRequired[Union[str, None]]",
})

UpdateSociety = TypedDict("UpdateSociety", {
    "name": "NotRequired[str]",
    "slug": "NotRequired[str]",
    "description": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "visibility": "NotRequired[SocietyVisibility]",
})

UpdateUniversity = TypedDict("UpdateUniversity", {
    "name": "NotRequired[str]",
    "code": "NotRequired[str]",
    "city": "NotRequired[Union[str, None]]",
    "country": "NotRequired[Union[str, None]]",
    "website": "NotRequired[Union[str, None]]",
    "logo": "NotRequired[Union[str, None]]",
    "timeZone": "NotRequired[Union[str, None]]",
    "mailDomains": "NotRequired[Union[list[str], None]]",
})

User = TypedDict("User", {
    "id": "str",
    "email": "str",
    "name": "str",
    "image": "Union[str, None]",
    "emailVerified": "bool",
    "role": "Role",
    "tenantId": "Union[str, None]",
    "isActive": "bool",
    "createdAt": "str",
    "updatedAt": "str",
})

ValidationRules = TypedDict("ValidationRules", {
    "minLength": "NotRequired[int]",
    "maxLength": "NotRequired[int]",
    "pattern": "NotRequired[str]",
    "min": "NotRequired[float]",
    "max": "NotRequired[float]",
    "step": "NotRequired[float]",
    "minSelections": "NotRequired[int]",
    "maxSelections": "NotRequired[int]",
    "minDate": "NotRequired[str]",
    "maxDate": "NotRequired[str]",
    "fileTypes": "NotRequired[list[str]]",
    "maxFileSizeBytes": "NotRequired[int]",
    "maxFiles": "NotRequired[int]",
    "message": "NotRequired[str]",
})

ValidationRulesInput = TypedDict("ValidationRulesInput", {
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

ValidationRulesPatch = TypedDict("ValidationRulesPatch", {
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

VerifyStudentID = TypedDict("VerifyStudentID", {
    "studentId": "str",
    "universityCode": "NotRequired[Union[str, None]]",
    "universityId": "NotRequired[Union[str, None]]",
    "claims": "NotRequired[Union[StudentIDClaims, None]]",
})

class AcademicOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def list_universities(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "code", "-code", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[University], Pagination]':
        """List universities."""
        answer = self._client.call("GET", f"/api/v1/universities", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q}, None, options)
        return cast('tuple[list[University], Pagination]', (answer["data"], answer["pagination"]))

    def create_university(self, body: 'CreateUniversity', *, options: CallOptions = CallOptions()) -> 'University':
        """Add a university."""
        return cast('University', self._client.call("POST", f"/api/v1/universities", {}, body, options)["data"])

    def get_university(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'University':
        """Read a university."""
        return cast('University', self._client.call("GET", f"/api/v1/universities/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_university(self, id: 'str', body: 'ReplaceUniversity', *, options: CallOptions = CallOptions()) -> 'University':
        """Replace a university."""
        return cast('University', self._client.call("PUT", f"/api/v1/universities/{quote(id, safe='')}", {}, body, options)["data"])

    def update_university(self, id: 'str', body: 'UpdateUniversity', *, options: CallOptions = CallOptions()) -> 'University':
        """Change parts of a university."""
        return cast('University', self._client.call("PATCH", f"/api/v1/universities/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_university(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a university."""
        self._client.call("DELETE", f"/api/v1/universities/{quote(id, safe='')}", {}, None, options)

    def list_departments(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "code", "-code", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, university_id: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[Department], Pagination]':
        """List departments."""
        answer = self._client.call("GET", f"/api/v1/departments", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "universityId": university_id}, None, options)
        return cast('tuple[list[Department], Pagination]', (answer["data"], answer["pagination"]))

    def create_department(self, body: 'CreateDepartment', *, options: CallOptions = CallOptions()) -> 'Department':
        """Add a department to a university."""
        return cast('Department', self._client.call("POST", f"/api/v1/departments", {}, body, options)["data"])

    def get_department(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Department':
        """Read a department."""
        return cast('Department', self._client.call("GET", f"/api/v1/departments/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_department(self, id: 'str', body: 'ReplaceDepartment', *, options: CallOptions = CallOptions()) -> 'Department':
        """Replace a department."""
        return cast('Department', self._client.call("PUT", f"/api/v1/departments/{quote(id, safe='')}", {}, body, options)["data"])

    def update_department(self, id: 'str', body: 'UpdateDepartment', *, options: CallOptions = CallOptions()) -> 'Department':
        """Change parts of a department."""
        return cast('Department', self._client.call("PATCH", f"/api/v1/departments/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_department(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a department."""
        self._client.call("DELETE", f"/api/v1/departments/{quote(id, safe='')}", {}, None, options)

    def list_programs(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "duration", "-duration", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, university_id: 'Optional[str]' = None, department_id: 'Optional[str]' = None, degree: 'Optional[Degree]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[Program], Pagination]':
        """List programs."""
        answer = self._client.call("GET", f"/api/v1/programs", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "universityId": university_id, "departmentId": department_id, "degree": degree}, None, options)
        return cast('tuple[list[Program], Pagination]', (answer["data"], answer["pagination"]))

    def create_program(self, body: 'CreateProgram', *, options: CallOptions = CallOptions()) -> 'Program':
        """Add a program to a department."""
        return cast('Program', self._client.call("POST", f"/api/v1/programs", {}, body, options)["data"])

    def get_program(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Program':
        """Read a program."""
        return cast('Program', self._client.call("GET", f"/api/v1/programs/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_program(self, id: 'str', body: 'ReplaceProgram', *, options: CallOptions = CallOptions()) -> 'Program':
        """Replace a program."""
        return cast('Program', self._client.call("PUT", f"/api/v1/programs/{quote(id, safe='')}", {}, body, options)["data"])

    def update_program(self, id: 'str', body: 'UpdateProgram', *, options: CallOptions = CallOptions()) -> 'Program':
        """Change parts of a program."""
        return cast('Program', self._client.call("PATCH", f"/api/v1/programs/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_program(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a program."""
        self._client.call("DELETE", f"/api/v1/programs/{quote(id, safe='')}", {}, None, options)


class AuthOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def register(self, body: 'Register', *, options: CallOptions = CallOptions()) -> 'SignedIn':
        """Open an account and sign it in."""
        return cast('SignedIn', self._client.call("POST", f"/api/v1/auth/register", {}, body, options)["data"])

    def log_in(self, body: 'LogIn', *, options: CallOptions = CallOptions()) -> 'SignedIn':
        """Log in."""
        return cast('SignedIn', self._client.call("POST", f"/api/v1/auth/login", {}, body, options)["data"])

    def refresh_session(self, body: 'Optional[RefreshSession]' = None, *, options: CallOptions = CallOptions()) -> 'SignedIn':
        """Exchange a refresh token for a new pair."""
        return cast('SignedIn', self._client.call("POST", f"/api/v1/auth/refresh-token", {}, body or {}, options)["data"])

    def log_out(self, body: 'Optional[LogOut]' = None, *, options: CallOptions = CallOptions()) -> 'None':
        """End the caller's sessions everywhere, or only this one."""
        self._client.call("POST", f"/api/v1/auth/logout", {}, body or {}, options)

    def list_sessions(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "lastUsedAt", "-lastUsedAt"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[Session], Pagination]':
        """List where the caller is signed in."""
        answer = self._client.call("GET", f"/api/v1/auth/sessions", {"page": page, "limit": limit, "cursor": cursor, "sort": sort}, None, options)
        return cast('tuple[list[Session], Pagination]', (answer["data"], answer["pagination"]))

    def end_session(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """End one of the caller's sessions."""
        self._client.call("DELETE", f"/api/v1/auth/sessions/{quote(id, safe='')}", {}, None, options)

    def change_password(self, body: 'ChangePassword', *, options: CallOptions = CallOptions()) -> 'None':
        """Change the password and end all sessions and API keys."""
        self._client.call("POST", f"/api/v1/auth/change-password", {}, body, options)

    def get_own_user(self, *, options: CallOptions = CallOptions()) -> 'User':
        """Read the caller's account."""
        return cast('User', self._client.call("GET", f"/api/v1/users/me", {}, None, options)["data"])

    def delete_own_user(self, body: 'DeleteOwnUser', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete the caller's account and personal data."""
        self._client.call("DELETE", f"/api/v1/users/me", {}, body, options)

    def get_user(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'User':
        """Read an account."""
        return cast('User', self._client.call("GET", f"/api/v1/users/{quote(id, safe='')}", {}, None, options)["data"])

    def list_users(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, q: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "name", "-name", "email", "-email"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[User], Pagination]':
        """List accounts."""
        answer = self._client.call("GET", f"/api/v1/users", {"page": page, "limit": limit, "cursor": cursor, "q": q, "sort": sort}, None, options)
        return cast('tuple[list[User], Pagination]', (answer["data"], answer["pagination"]))

    def set_user_role(self, id: 'str', body: 'SetUserRole', *, options: CallOptions = CallOptions()) -> 'User':
        """Give an account another role."""
        return cast('User', self._client.call("PUT", f"/api/v1/users/{quote(id, safe='')}/role", {}, body, options)["data"])

    def create_api_key(self, body: 'CreateAPIKey', *, options: CallOptions = CallOptions()) -> 'CreatedAPIKey':
        """Create an API key, which only this reply shows."""
        return cast('CreatedAPIKey', self._client.call("POST", f"/api/v1/api-keys", {}, body, options)["data"])

    def list_api_keys(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "name", "-name"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[APIKey], Pagination]':
        """List the caller's API keys."""
        answer = self._client.call("GET", f"/api/v1/api-keys", {"page": page, "limit": limit, "cursor": cursor, "sort": sort}, None, options)
        return cast('tuple[list[APIKey], Pagination]', (answer["data"], answer["pagination"]))

    def delete_api_key(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """End one of the caller's API keys at once."""
        self._client.call("DELETE", f"/api/v1/api-keys/{quote(id, safe='')}", {}, None, options)

    def get_profile(self, *, options: CallOptions = CallOptions()) -> 'Profile':
        """Read the caller's profile."""
        return cast('Profile', self._client.call("GET", f"/api/v1/profile", {}, None, options)["data"])

    def replace_profile(self, body: 'Optional[ReplaceProfile]' = None, *, options: CallOptions = CallOptions()) -> 'Profile':
        """Replace the caller's profile."""
        return cast('Profile', self._client.call("PUT", f"/api/v1/profile", {}, body or {}, options)["data"])

    def export_profile(self, *, options: CallOptions = CallOptions()) -> 'ProfileExport':
        """Export what all services hold on the caller."""
        return cast('ProfileExport', self._client.call("GET", f"/api/v1/profile/export", {}, None, options)["data"])

    def list_keys(self, *, options: CallOptions = CallOptions()) -> 'PublicKeySet':
        """List the public keys of access tokens."""
        return cast('PublicKeySet', self._client.call("GET", f"/.well-known/jwks.json", {}, None, options))


class FormsOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def list_forms(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt", "updatedAt", "-updatedAt", "title", "-title"]]' = None, q: 'Optional[str]' = None, status: 'Optional[FormStatus]' = None, entity_type: 'Optional[FormEntityType]' = None, entity_id: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[FormSummary], Pagination]':
        """List forms."""
        answer = self._client.call("GET", f"/api/v1/forms", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "status": status, "entityType": entity_type, "entityId": entity_id}, None, options)
        return cast('tuple[list[FormSummary], Pagination]', (answer["data"], answer["pagination"]))

    def create_form(self, body: 'CreateForm', *, options: CallOptions = CallOptions()) -> 'Form':
        """Create a form."""
        return cast('Form', self._client.call("POST", f"/api/v1/forms", {}, body, options)["data"])

    def get_form(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Form':
        """Read a form."""
        return cast('Form', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_form(self, id: 'str', body: 'ReplaceForm', *, options: CallOptions = CallOptions()) -> 'Form':
        """Replace a form."""
        return cast('Form', self._client.call("PUT", f"/api/v1/forms/{quote(id, safe='')}", {}, body, options)["data"])

    def update_form(self, id: 'str', body: 'UpdateForm', *, options: CallOptions = CallOptions()) -> 'Form':
        """Change a form."""
        return cast('Form', self._client.call("PATCH", f"/api/v1/forms/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_form(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a form."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}", {}, None, options)

    def publish_form(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Form':
        """Publish a form."""
        return cast('Form', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/publish", {}, None, options)["data"])

    def close_form(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Form':
        """Close a form."""
        return cast('Form', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/close", {}, None, options)["data"])

    def reopen_form(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Form':
        """Reopen a closed form."""
        return cast('Form', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/reopen", {}, None, options)["data"])

    def archive_form(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Form':
        """Archive a form."""
        return cast('Form', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/archive", {}, None, options)["data"])

    def duplicate_form(self, id: 'str', body: 'Optional[DuplicateForm]' = None, *, options: CallOptions = CallOptions()) -> 'Form':
        """Copy a form."""
        return cast('Form', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/duplicate", {}, body or {}, options)["data"])

    def add_page(self, id: 'str', body: 'Optional[AddPage]' = None, *, options: CallOptions = CallOptions()) -> 'FormPage':
        """Add a page to a form."""
        return cast('FormPage', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/pages", {}, body or {}, options)["data"])

    def update_page(self, id: 'str', page_id: 'str', body: 'UpdatePage', *, options: CallOptions = CallOptions()) -> 'FormPage':
        """Change a page."""
        return cast('FormPage', self._client.call("PATCH", f"/api/v1/forms/{quote(id, safe='')}/pages/{quote(page_id, safe='')}", {}, body, options)["data"])

    def remove_page(self, id: 'str', page_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Remove a page."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}/pages/{quote(page_id, safe='')}", {}, None, options)

    def add_question(self, id: 'str', body: 'AddQuestion', *, options: CallOptions = CallOptions()) -> 'Question':
        """Add a question to a form."""
        return cast('Question', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/questions", {}, body, options)["data"])

    def update_question(self, id: 'str', question_id: 'str', body: 'UpdateQuestion', *, options: CallOptions = CallOptions()) -> 'Question':
        """Change a question."""
        return cast('Question', self._client.call("PATCH", f"/api/v1/forms/{quote(id, safe='')}/questions/{quote(question_id, safe='')}", {}, body, options)["data"])

    def remove_question(self, id: 'str', question_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Remove a question."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}/questions/{quote(question_id, safe='')}", {}, None, options)

    def reorder_form(self, id: 'str', body: 'ReorderForm', *, options: CallOptions = CallOptions()) -> 'Form':
        """Reorder pages and questions."""
        return cast('Form', self._client.call("PUT", f"/api/v1/forms/{quote(id, safe='')}/order", {}, body, options)["data"])

    def get_autofill(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'dict[str, AutofillField]':
        """Fill smart fields from the profile."""
        return cast('dict[str, AutofillField]', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/autofill", {}, None, options)["data"])

    def submit_response(self, id: 'str', body: 'SubmitResponse', *, options: CallOptions = CallOptions()) -> 'FormResponse':
        """Submit a response to a form."""
        return cast('FormResponse', self._client.call("POST", f"/api/v1/forms/{quote(id, safe='')}/responses", {}, body, options)["data"])

    def list_responses(self, id: 'str', *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["submittedAt", "-submittedAt"]]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[FormResponse], Pagination]':
        """List a form's responses."""
        answer = self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/responses", {"page": page, "limit": limit, "cursor": cursor, "sort": sort}, None, options)
        return cast('tuple[list[FormResponse], Pagination]', (answer["data"], answer["pagination"]))

    def export_responses(self, id: 'str', *, cursor: 'Optional[str]' = None, bom: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'str':
        """Export a form's responses as CSV."""
        return cast('str', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/responses.csv", {"cursor": cursor, "bom": bom}, None, options, "text/csv"))

    def get_response(self, id: 'str', response_id: 'str', *, options: CallOptions = CallOptions()) -> 'FormResponse':
        """Read a response."""
        return cast('FormResponse', self._client.call("GET", f"/api/v1/forms/{quote(id, safe='')}/responses/{quote(response_id, safe='')}", {}, None, options)["data"])

    def delete_response(self, id: 'str', response_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a response."""
        self._client.call("DELETE", f"/api/v1/forms/{quote(id, safe='')}/responses/{quote(response_id, safe='')}", {}, None, options)

    def list_profile_updates(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, status: 'Optional[ProfileUpdateStatus]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[ProfileUpdate], Pagination]':
        """List the caller's profile updates."""
        answer = self._client.call("GET", f"/api/v1/profile-updates", {"page": page, "limit": limit, "cursor": cursor, "status": status}, None, options)
        return cast('tuple[list[ProfileUpdate], Pagination]', (answer["data"], answer["pagination"]))

    def approve_profile_update(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'ProfileUpdate':
        """Approve a profile update."""
        return cast('ProfileUpdate', self._client.call("POST", f"/api/v1/profile-updates/{quote(id, safe='')}/approve", {}, None, options)["data"])

    def reject_profile_update(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'ProfileUpdate':
        """Reject a profile update."""
        return cast('ProfileUpdate', self._client.call("POST", f"/api/v1/profile-updates/{quote(id, safe='')}/reject", {}, None, options)["data"])

    def list_profile_field_mappings(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, is_active: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[ProfileFieldMapping], Pagination]':
        """List profile field mappings."""
        answer = self._client.call("GET", f"/api/v1/profile-field-mappings", {"page": page, "limit": limit, "cursor": cursor, "isActive": is_active}, None, options)
        return cast('tuple[list[ProfileFieldMapping], Pagination]', (answer["data"], answer["pagination"]))

    def create_profile_field_mapping(self, body: 'CreateProfileFieldMapping', *, options: CallOptions = CallOptions()) -> 'ProfileFieldMapping':
        """Add a profile field mapping."""
        return cast('ProfileFieldMapping', self._client.call("POST", f"/api/v1/profile-field-mappings", {}, body, options)["data"])

    def get_profile_field_mapping(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'ProfileFieldMapping':
        """Read a profile field mapping."""
        return cast('ProfileFieldMapping', self._client.call("GET", f"/api/v1/profile-field-mappings/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_profile_field_mapping(self, id: 'str', body: 'ReplaceProfileFieldMapping', *, options: CallOptions = CallOptions()) -> 'ProfileFieldMapping':
        """Replace a profile field mapping."""
        return cast('ProfileFieldMapping', self._client.call("PUT", f"/api/v1/profile-field-mappings/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_profile_field_mapping(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a profile field mapping."""
        self._client.call("DELETE", f"/api/v1/profile-field-mappings/{quote(id, safe='')}", {}, None, options)


class IdParserOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def list_id_patterns(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "priority", "-priority", "createdAt", "-createdAt"]]' = None, q: 'Optional[str]' = None, university_code: 'Optional[str]' = None, is_active: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[IDPattern], Pagination]':
        """List patterns of student numbers."""
        answer = self._client.call("GET", f"/api/v1/id-patterns", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "universityCode": university_code, "isActive": is_active}, None, options)
        return cast('tuple[list[IDPattern], Pagination]', (answer["data"], answer["pagination"]))

    def create_id_pattern(self, body: 'CreateIDPattern', *, options: CallOptions = CallOptions()) -> 'IDPattern':
        """Add a pattern of student numbers."""
        return cast('IDPattern', self._client.call("POST", f"/api/v1/id-patterns", {}, body, options)["data"])

    def get_id_pattern(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'IDPattern':
        """Read a pattern."""
        return cast('IDPattern', self._client.call("GET", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_id_pattern(self, id: 'str', body: 'ReplaceIDPattern', *, options: CallOptions = CallOptions()) -> 'IDPattern':
        """Replace a pattern."""
        return cast('IDPattern', self._client.call("PUT", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, body, options)["data"])

    def update_id_pattern(self, id: 'str', body: 'UpdateIDPattern', *, options: CallOptions = CallOptions()) -> 'IDPattern':
        """Change parts of a pattern."""
        return cast('IDPattern', self._client.call("PATCH", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_id_pattern(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a pattern."""
        self._client.call("DELETE", f"/api/v1/id-patterns/{quote(id, safe='')}", {}, None, options)

    def parse_student_ids(self, body: 'ParseStudentIDs', *, options: CallOptions = CallOptions()) -> 'ParsedText':
        """Find student numbers in a text."""
        return cast('ParsedText', self._client.call("POST", f"/api/v1/student-ids/parse", {}, body, options)["data"])

    def parse_student_id_batch(self, body: 'ParseStudentIDBatch', *, options: CallOptions = CallOptions()) -> 'ParsedBatch':
        """Find student numbers in up to 1,000 texts."""
        return cast('ParsedBatch', self._client.call("POST", f"/api/v1/student-ids/parse-batch", {}, body, options)["data"])

    def verify_student_id(self, body: 'VerifyStudentID', *, options: CallOptions = CallOptions()) -> 'StudentIDVerification':
        """Check a student number."""
        return cast('StudentIDVerification', self._client.call("POST", f"/api/v1/student-ids/verify", {}, body, options)["data"])


class NotifierOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def list_notifications(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt"]]' = None, unread: 'Optional[bool]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[InboxNotification], Pagination]':
        """List one's own notifications."""
        answer = self._client.call("GET", f"/api/v1/notifications", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "unread": unread}, None, options)
        return cast('tuple[list[InboxNotification], Pagination]', (answer["data"], answer["pagination"]))

    def read_notification(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'InboxNotification':
        """Mark a notification as read."""
        return cast('InboxNotification', self._client.call("POST", f"/api/v1/notifications/{quote(id, safe='')}/read", {}, None, options)["data"])

    def read_all_notifications(self, body: 'Optional[ReadAllNotifications]' = None, *, options: CallOptions = CallOptions()) -> 'UnreadCount':
        """Mark all notifications as read."""
        return cast('UnreadCount', self._client.call("POST", f"/api/v1/notifications/read-all", {}, body or {}, options)["data"])

    def count_unread(self, *, options: CallOptions = CallOptions()) -> 'UnreadCount':
        """Count one's own unread notifications."""
        return cast('UnreadCount', self._client.call("GET", f"/api/v1/notifications/unread-count", {}, None, options)["data"])

    def issue_realtime_token(self, *, options: CallOptions = CallOptions()) -> 'RealtimeToken':
        """Issue a token for a live connection."""
        return cast('RealtimeToken', self._client.call("POST", f"/api/v1/realtime/token", {}, None, options)["data"])


class SocietiesOperations:
    def __init__(self, client: "Client") -> None:
        self._client = client

    def create_society(self, body: 'CreateSociety', *, options: CallOptions = CallOptions()) -> 'Society':
        """Found a society, which a moderator then approves."""
        return cast('Society', self._client.call("POST", f"/api/v1/societies", {}, body, options)["data"])

    def list_societies(self, *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["name", "-name", "createdAt", "-createdAt", "memberCount", "-memberCount"]]' = None, q: 'Optional[str]' = None, status: 'Optional[SocietyStatus]' = None, university_id: 'Optional[str]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[Society], Pagination]':
        """List societies that are public or one's own."""
        answer = self._client.call("GET", f"/api/v1/societies", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "q": q, "status": status, "universityId": university_id}, None, options)
        return cast('tuple[list[Society], Pagination]', (answer["data"], answer["pagination"]))

    def get_society(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Society':
        """Read a society."""
        return cast('Society', self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}", {}, None, options)["data"])

    def replace_society(self, id: 'str', body: 'ReplaceSociety', *, options: CallOptions = CallOptions()) -> 'Society':
        """Replace a society's description."""
        return cast('Society', self._client.call("PUT", f"/api/v1/societies/{quote(id, safe='')}", {}, body, options)["data"])

    def update_society(self, id: 'str', body: 'UpdateSociety', *, options: CallOptions = CallOptions()) -> 'Society':
        """Change parts of a society's description."""
        return cast('Society', self._client.call("PATCH", f"/api/v1/societies/{quote(id, safe='')}", {}, body, options)["data"])

    def delete_society(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Delete a society."""
        self._client.call("DELETE", f"/api/v1/societies/{quote(id, safe='')}", {}, None, options)

    def approve_society(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Society':
        """Approve a pending society, or lift a suspension."""
        return cast('Society', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/approve", {}, None, options)["data"])

    def suspend_society(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Society':
        """Suspend an active society."""
        return cast('Society', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/suspend", {}, None, options)["data"])

    def archive_society(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Society':
        """Archive a society."""
        return cast('Society', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/archive", {}, None, options)["data"])

    def list_members(self, id: 'str', *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["joinedAt", "-joinedAt"]]' = None, role: 'Optional[MemberRole]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[Member], Pagination]':
        """List a society's members."""
        answer = self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/members", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "role": role}, None, options)
        return cast('tuple[list[Member], Pagination]', (answer["data"], answer["pagination"]))

    def change_member_role(self, id: 'str', user_id: 'str', body: 'ChangeMemberRole', *, options: CallOptions = CallOptions()) -> 'Member':
        """Change a member's role."""
        return cast('Member', self._client.call("PATCH", f"/api/v1/societies/{quote(id, safe='')}/members/{quote(user_id, safe='')}", {}, body, options)["data"])

    def remove_member(self, id: 'str', user_id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Remove a member."""
        self._client.call("DELETE", f"/api/v1/societies/{quote(id, safe='')}/members/{quote(user_id, safe='')}", {}, None, options)

    def leave_society(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Leave a society."""
        self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/leave", {}, None, options)

    def transfer_presidency(self, id: 'str', body: 'TransferPresidency', *, options: CallOptions = CallOptions()) -> 'Member':
        """Transfer the presidency to another member."""
        return cast('Member', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/transfer-presidency", {}, body, options)["data"])

    def get_registration_settings(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'RegistrationSettings':
        """Read a society's registration settings."""
        return cast('RegistrationSettings', self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/registration", {}, None, options)["data"])

    def configure_registration(self, id: 'str', body: 'ConfigureRegistration', *, options: CallOptions = CallOptions()) -> 'RegistrationSettings':
        """Configure how a society takes new members."""
        return cast('RegistrationSettings', self._client.call("PUT", f"/api/v1/societies/{quote(id, safe='')}/registration", {}, body, options)["data"])

    def register_for_society(self, id: 'str', body: 'RegisterForSociety', *, options: CallOptions = CallOptions()) -> 'Registration':
        """Register for a society with answers to its form."""
        return cast('Registration', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/registrations", {}, body, options)["data"])

    def list_registrations(self, id: 'str', *, page: 'Optional[int]' = None, limit: 'Optional[int]' = None, cursor: 'Optional[str]' = None, sort: 'Optional[Literal["createdAt", "-createdAt"]]' = None, status: 'Optional[RegistrationStatus]' = None, options: CallOptions = CallOptions()) -> 'tuple[list[Registration], Pagination]':
        """List a society's registrations."""
        answer = self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/registrations", {"page": page, "limit": limit, "cursor": cursor, "sort": sort, "status": status}, None, options)
        return cast('tuple[list[Registration], Pagination]', (answer["data"], answer["pagination"]))

    def approve_registration(self, id: 'str', registration_id: 'str', *, options: CallOptions = CallOptions()) -> 'Registration':
        """Approve a registration, which makes the applicant a member."""
        return cast('Registration', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/registrations/{quote(registration_id, safe='')}/approve", {}, None, options)["data"])

    def reject_registration(self, id: 'str', registration_id: 'str', body: 'Optional[RejectRegistration]' = None, *, options: CallOptions = CallOptions()) -> 'Registration':
        """Reject a registration."""
        return cast('Registration', self._client.call("POST", f"/api/v1/societies/{quote(id, safe='')}/registrations/{quote(registration_id, safe='')}/reject", {}, body or {}, options)["data"])

    def get_own_registration(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'Registration':
        """Read one's own registration."""
        return cast('Registration', self._client.call("GET", f"/api/v1/societies/{quote(id, safe='')}/registrations/mine", {}, None, options)["data"])

    def withdraw_registration(self, id: 'str', *, options: CallOptions = CallOptions()) -> 'None':
        """Withdraw one's own registration."""
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
