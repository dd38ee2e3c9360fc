// Made by `rovierr clients generate` from the OpenAPI document. Do not edit.

export interface CallOptions {
  /** Makes a POST run once, however often it is sent within a day. */
  idempotencyKey?: string;
  /** Writes only what has this ETag. */
  ifMatch?: string;
  signal?: AbortSignal;
  /** Sees every answer, for its status and headers such as ETag. */
  onResponse?: (response: Response) => void;
}

export interface ClientOptions {
  /** Such as `https://api.uni.example`. */
  baseUrl: string;
  /** The access token, or what gives the present one. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** A program's key, instead of a token. */
  apiKey?: string;
  /** `include` for a session in cookies, after a login with `cookie`. */
  credentials?: RequestCredentials;
  /** The `csrfToken` that such a login answered, or what gives the present one; sent with what may change anything. */
  csrfToken?: string | (() => string | undefined);
  fetch?: typeof fetch;
}

export interface FieldFault {
  field: string;
  message: string;
  code?: string;
}

/** A refusal, with the code that never changes. */
export class APIError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: FieldFault[],
    readonly requestId: string,
    /** Seconds after which it is worth trying again. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
    this.name = "APIError";
  }
}

export interface Page<Items> {
  data: Items;
  pagination: Pagination;
}

type QueryValue = string | number | boolean | Array<string | number> | undefined | null;

export interface AcademicDepartment {
  id: string;
  universityId: string;
  name: string;
  code: string;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface AcademicDepartmentsCreateBody {
  universityId: string;
  name: string;
  code: string;
}

export interface AcademicDepartmentsReplaceBody {
  name: string;
  code: string;
}

export interface AcademicDepartmentsUpdateBody {
  name?: string;
  code?: string;
}

export interface AcademicProgram {
  id: string;
  departmentId: string;
  universityId: string;
  name: string;
  degree: "Bachelor" | "Master" | "PhD";
  duration: number;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface AcademicProgramsCreateBody {
  departmentId: string;
  name: string;
  degree: "Bachelor" | "Master" | "PhD";
  duration: number;
}

export interface AcademicProgramsReplaceBody {
  name: string;
  degree: "Bachelor" | "Master" | "PhD";
  duration: number;
}

export interface AcademicProgramsUpdateBody {
  name?: string;
  degree?: "Bachelor" | "Master" | "PhD";
  duration?: number;
}

export interface AcademicUniversitiesCreateBody {
  name: string;
  code: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone?: string | null;
  mailDomains?: Array<string> | null;
}

export interface AcademicUniversitiesReplaceBody {
  name: string;
  code: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone?: string | null;
  mailDomains?: Array<string> | null;
}

export interface AcademicUniversitiesUpdateBody {
  name?: string;
  code?: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone?: string | null;
  mailDomains?: Array<string> | null;
}

export interface AcademicUniversity {
  id: string;
  name: string;
  code: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone: string;
  mailDomains: Array<string>;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface AuthAPIKey {
  id: string;
  name: string;
  prefix: string;
  scopes: Array<string>;
  expiresAt?: string | null;
  lastUsedAt?: string | null;
  createdAt: string;
}

export interface AuthApiKeysCreateBody {
  name: string;
  scopes?: Array<string> | null;
  expiresAt?: string | null;
}

export interface AuthCreatedAPIKey {
  id: string;
  name: string;
  prefix: string;
  scopes: Array<string>;
  expiresAt?: string | null;
  lastUsedAt?: string | null;
  createdAt: string;
  key: string;
}

export interface AuthLoginBody {
  email: string;
  password: string;
  cookie?: boolean | null;
}

export interface AuthLogoutBody {
  scope?: "all" | "current" | null;
}

export interface AuthPasswordChangeBody {
  currentPassword: string;
  newPassword: string;
}

export interface AuthProfile {
  firstName?: string | null;
  lastName?: string | null;
  preferredName?: string | null;
  studentId?: string | null;
  universityId?: string | null;
  departmentId?: string | null;
  programId?: string | null;
  yearOfStudy?: number | null;
  phone?: string | null;
  dateOfBirth?: string | null;
  gender?: string | null;
  nationality?: string | null;
  address?: string | Record<string, string> | null;
  dietaryRequirements?: string | null;
  emergencyContact?: string | Record<string, string> | null;
  bio?: string | null;
  interests?: Array<string> | null;
  custom?: Record<string, unknown> | null;
  studentIdVerified?: boolean | null;
  revision: number;
  updatedAt?: string | null;
}

export interface AuthProfileReplaceBody {
  firstName?: string | null;
  lastName?: string | null;
  preferredName?: string | null;
  studentId?: string | null;
  universityId?: string | null;
  departmentId?: string | null;
  programId?: string | null;
  yearOfStudy?: number | null;
  phone?: string | null;
  dateOfBirth?: string | null;
  gender?: string | null;
  nationality?: string | null;
  address?: string | Record<string, string> | null;
  dietaryRequirements?: string | null;
  emergencyContact?: string | Record<string, string> | null;
  bio?: string | null;
  interests?: Array<string> | null;
  custom?: Record<string, unknown> | null;
}

export interface AuthPublicKey {
  kid: string;
  x: string;
  kty: string;
  crv: string;
  alg: string;
  use: string;
}

export interface AuthPublicKeySet {
  keys: Array<AuthPublicKey>;
}

export interface AuthRegisterBody {
  email: string;
  password: string;
  name: string;
  universityId?: string | null;
}

export interface AuthSession {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  ipAddress?: string | null;
  userAgent?: string | null;
  current: boolean;
}

export interface AuthSessionsRefreshBody {
  refreshToken?: string | null;
}

export interface AuthSignedIn {
  user: AuthUser;
  accessToken?: string | null;
  refreshToken?: string | null;
  tokenType: string;
  expiresIn: number;
  csrfToken?: string | null;
}

export interface AuthUser {
  id: string;
  email: string;
  name: string;
  image?: string | null;
  emailVerified: boolean;
  role: "student" | "moderator" | "admin" | "platform-admin";
  tenantId?: string | null;
  isActive: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface AuthUsersSetRoleBody {
  role: "student" | "moderator" | "admin" | "platform-admin";
}

export interface Error {
  success: boolean;
  error: ErrorError;
  statusCode: number;
  requestId: string;
}

export interface ErrorError {
  code: string;
  message: string;
  details?: Array<ErrorErrorDetails>;
}

export interface ErrorErrorDetails {
  field: string;
  message: string;
  code?: string;
}

export interface FormsAutofillField {
  value: unknown;
  profileFieldKey: string;
  source: "profile" | "mapping";
}

export interface FormsComparison {
  questionId: string;
  operator: "equals" | "not-equals" | "contains" | "not-contains" | "greater-than" | "less-than" | "between" | "is-answered" | "is-empty" | "in" | "not-in" | "starts-with" | "matches";
  value?: string | number | boolean | Array<string | number | boolean> | null;
}

export interface FormsConditionGroup {
  match?: "all" | "any";
  conditions: Array<FormsComparison | FormsConditionGroup>;
}

export interface FormsConditionalLogic {
  action: "show" | "hide" | "require" | "skip-to";
  targetPageId?: string | null;
  match?: "all" | "any";
  conditions: Array<FormsComparison | FormsConditionGroup>;
}

export interface FormsForm {
  id: string;
  title: string;
  description?: string | null;
  entityType: "society" | "event" | "survey";
  entityId?: string | null;
  status: "draft" | "published" | "closed" | "archived";
  settings: FormsFormSettings;
  version: number;
  pages: Array<FormsFormPage>;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  publishedAt?: string | null;
}

export interface FormsFormPage {
  id: string;
  title?: string | null;
  description?: string | null;
  order: number;
  conditionalLogic?: FormsConditionalLogic | null;
  questions: Array<FormsQuestion>;
}

export interface FormsFormPageInput {
  id?: string | null;
  title?: string | null;
  description?: string | null;
  order?: number | null;
  conditionalLogic?: FormsConditionalLogic | null;
  questions?: Array<FormsQuestionInput> | null;
}

export interface FormsFormResponse {
  id: string;
  formId: string;
  formVersion: number;
  userId?: string | null;
  answers: unknown;
  paymentStatus?: "pending" | "paid" | "refunded" | "waived" | null;
  submittedAt: string;
  completionTime?: number | null;
}

export interface FormsFormSettings {
  opensAt?: string | null;
  closesAt?: string | null;
  maxResponses?: number | null;
  oneResponsePerUser?: boolean | null;
  allowEdits?: boolean | null;
  anonymous?: boolean | null;
  public?: boolean | null;
  confirmationMessage?: string | null;
  payment?: FormsPaymentSettings | null;
  notifications?: FormsNotificationSettings | null;
  shuffleQuestions?: boolean | null;
}

export interface FormsFormSummary {
  id: string;
  title: string;
  description?: string | null;
  entityType: "society" | "event" | "survey";
  entityId?: string | null;
  status: "draft" | "published" | "closed" | "archived";
  settings: FormsFormSettings;
  version: number;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  publishedAt?: string | null;
}

export interface FormsFormsCreateBody {
  title: string;
  description?: string | null;
  entityType?: "society" | "event" | "survey" | null;
  entityId?: string | null;
  settings?: FormsFormSettings | null;
  pages?: Array<FormsFormPageInput> | null;
  universityId?: string | null;
}

export interface FormsFormsDuplicateBody {
  title?: string | null;
}

export interface FormsFormsReorderBody {
  pages: Array<FormsPageOrder>;
}

export interface FormsFormsReplaceBody {
  title: string;
  description?: string | null;
  settings?: FormsFormSettings | null;
  pages?: Array<FormsFormPageInput> | null;
}

export interface FormsFormsUpdateBody {
  title?: string;
  description?: string | null;
  settings?: FormsFormsUpdateBodySettings;
  pages?: Array<FormsFormPageInput>;
}

export interface FormsFormsUpdateBodySettings {
  opensAt?: string | null;
  closesAt?: string | null;
  maxResponses?: number | null;
  oneResponsePerUser?: boolean | null;
  allowEdits?: boolean | null;
  anonymous?: boolean | null;
  public?: boolean | null;
  confirmationMessage?: string | null;
  payment?: FormsPaymentSettings | null;
  notifications?: FormsNotificationSettings | null;
  shuffleQuestions?: boolean | null;
}

export interface FormsNotificationSettings {
  onSubmit?: Array<string> | null;
  digest?: "off" | "daily" | "weekly" | null;
}

export interface FormsPageOrder {
  id: string;
  questions: Array<string>;
}

export interface FormsPagesAddBody {
  title?: string | null;
  description?: string | null;
  order?: number | null;
  conditionalLogic?: FormsConditionalLogic | null;
  questions?: Array<FormsQuestionInput> | null;
}

export interface FormsPagesUpdateBody {
  title?: string | null;
  description?: string | null;
  order?: number;
  conditionalLogic?: FormsPagesUpdateBodyConditionalLogic | null;
}

export interface FormsPagesUpdateBodyConditionalLogic {
  action?: "show" | "hide" | "require" | "skip-to";
  targetPageId?: string | null;
  match?: "all" | "any";
  conditions?: Array<FormsComparison | FormsConditionGroup>;
}

export interface FormsPaymentSettings {
  required?: boolean | null;
  price?: FormsPrice | null;
  instructions?: string | null;
}

export interface FormsPrice {
  amountMinor: number;
  currency: string;
}

export interface FormsProfileFieldMapping {
  id: string;
  fieldKey: string;
  displayLabel: string;
  category?: string | null;
  dataType: string;
  profilePath: string;
  defaultValidationRules?: FormsValidationRules | null;
  isActive: boolean;
}

export interface FormsProfileFieldMappingsCreateBody {
  fieldKey: string;
  displayLabel: string;
  category?: string | null;
  dataType: string;
  profilePath: string;
  defaultValidationRules?: FormsValidationRules | null;
  isActive?: boolean | null;
}

export interface FormsProfileFieldMappingsReplaceBody {
  fieldKey: string;
  displayLabel: string;
  category?: string | null;
  dataType: string;
  profilePath: string;
  defaultValidationRules?: FormsValidationRules | null;
  isActive?: boolean | null;
}

export interface FormsProfileUpdate {
  id: string;
  formId: string;
  responseId: string;
  questionId: string;
  profileFieldKey: string;
  oldValue?: unknown | null;
  newValue: unknown;
  status: "pending" | "approved" | "rejected";
  createdAt: string;
  decidedAt?: string | null;
}

export interface FormsQuestion {
  id: string;
  type: "short-text" | "long-text" | "email" | "phone" | "url" | "number" | "date" | "time" | "datetime" | "multiple-choice" | "checkboxes" | "dropdown" | "rating" | "linear-scale" | "matrix" | "ranking" | "yes-no" | "file-upload" | "signature" | "statement";
  title: string;
  description?: string | null;
  required: boolean;
  order: number;
  options: Array<FormsQuestionOption>;
  rows: Array<FormsQuestionRow>;
  validationRules?: FormsValidationRules | null;
  conditionalLogic?: FormsConditionalLogic | null;
  profileFieldKey?: string | null;
}

export interface FormsQuestionInput {
  id?: string | null;
  type: "short-text" | "long-text" | "email" | "phone" | "url" | "number" | "date" | "time" | "datetime" | "multiple-choice" | "checkboxes" | "dropdown" | "rating" | "linear-scale" | "matrix" | "ranking" | "yes-no" | "file-upload" | "signature" | "statement";
  title: string;
  description?: string | null;
  required?: boolean | null;
  order?: number | null;
  options?: Array<FormsQuestionOption> | null;
  rows?: Array<FormsQuestionRow> | null;
  validationRules?: FormsValidationRules | null;
  conditionalLogic?: FormsConditionalLogic | null;
  profileFieldKey?: string | null;
}

export interface FormsQuestionOption {
  value: string;
  label?: string | null;
  quota?: number | null;
}

export interface FormsQuestionRow {
  value: string;
  label?: string | null;
}

export interface FormsQuestionsAddBody {
  pageId?: string | null;
  type: "short-text" | "long-text" | "email" | "phone" | "url" | "number" | "date" | "time" | "datetime" | "multiple-choice" | "checkboxes" | "dropdown" | "rating" | "linear-scale" | "matrix" | "ranking" | "yes-no" | "file-upload" | "signature" | "statement";
  title: string;
  description?: string | null;
  required?: boolean | null;
  order?: number | null;
  options?: Array<FormsQuestionOption> | null;
  rows?: Array<FormsQuestionRow> | null;
  validationRules?: FormsValidationRules | null;
  conditionalLogic?: FormsConditionalLogic | null;
  profileFieldKey?: string | null;
}

export interface FormsQuestionsUpdateBody {
  pageId?: string | null;
  type?: "short-text" | "long-text" | "email" | "phone" | "url" | "number" | "date" | "time" | "datetime" | "multiple-choice" | "checkboxes" | "dropdown" | "rating" | "linear-scale" | "matrix" | "ranking" | "yes-no" | "file-upload" | "signature" | "statement";
  title?: string;
  description?: string | null;
  required?: boolean;
  order?: number;
  options?: Array<FormsQuestionOption> | null;
  rows?: Array<FormsQuestionRow> | null;
  validationRules?: FormsQuestionsUpdateBodyValidationRules | null;
  conditionalLogic?: FormsQuestionsUpdateBodyConditionalLogic | null;
  profileFieldKey?: string | null;
}

export interface FormsQuestionsUpdateBodyConditionalLogic {
  action?: "show" | "hide" | "require" | "skip-to";
  targetPageId?: string | null;
  match?: "all" | "any";
  conditions?: Array<FormsComparison | FormsConditionGroup>;
}

export interface FormsQuestionsUpdateBodyValidationRules {
  minLength?: number | null;
  maxLength?: number | null;
  pattern?: string | null;
  min?: number | null;
  max?: number | null;
  step?: number | null;
  minSelections?: number | null;
  maxSelections?: number | null;
  minDate?: string | null;
  maxDate?: string | null;
  fileTypes?: Array<string> | null;
  maxFileSizeBytes?: number | null;
  maxFiles?: number | null;
  message?: string | null;
}

export interface FormsResponsesCreateBody {
  answers: Record<string, unknown>;
  updateProfile?: Array<string> | null;
  startedAt?: string | null;
  formVersion?: number | null;
}

export interface FormsValidationRules {
  minLength?: number | null;
  maxLength?: number | null;
  pattern?: string | null;
  min?: number | null;
  max?: number | null;
  step?: number | null;
  minSelections?: number | null;
  maxSelections?: number | null;
  minDate?: string | null;
  maxDate?: string | null;
  fileTypes?: Array<string> | null;
  maxFileSizeBytes?: number | null;
  maxFiles?: number | null;
  message?: string | null;
}

export interface IDParserChecksumParameters {
  weights: Array<number>;
  modulus: number;
  characters?: string | null;
  complement?: boolean | null;
}

export interface IDParserIDExamples {
  accept?: Array<string> | null;
  reject?: Array<string> | null;
}

export interface IDParserIDField {
  description?: string | null;
  pivot?: number | null;
  values?: Record<string, string> | null;
}

export interface IDParserIDPattern {
  id: string;
  universityId: string;
  universityCode: string;
  name: string;
  pattern: string;
  checksum: "none" | "luhn" | "mod11" | "mod97" | "weighted";
  checksumParameters?: IDParserChecksumParameters | null;
  fields: Record<string, IDParserIDField>;
  examples: IDParserIDExamples;
  priority: number;
  isActive: boolean;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface IDParserParseStudentIDBatchItem {
  text: string;
  universityCode?: string | null;
}

export interface IDParserParsedBatch {
  results: Array<IDParserParsedText>;
}

export interface IDParserParsedText {
  matches: Array<IDParserStudentIDMatch>;
  patternsConfigured: boolean;
}

export interface IDParserStudentIDClaims {
  departmentCode?: string | null;
  entryYear?: number | null;
}

export interface IDParserStudentIDMatch {
  universityCode: string;
  universityId: string;
  patternId: string;
  studentId: string;
  fields: Record<string, string>;
  valid: boolean;
  confidence: number;
  source: "text";
  ambiguous: boolean;
  reasons: Array<"no-pattern-configured" | "no-pattern-matches" | "wrong-check-digit" | "implausible-year" | "department-differs" | "entry-year-differs">;
  normalization: Array<"separators" | "case" | "digits">;
}

export interface IDParserStudentIDVerification {
  valid: boolean;
  reasons: Array<"no-pattern-configured" | "no-pattern-matches" | "wrong-check-digit" | "implausible-year" | "department-differs" | "entry-year-differs">;
  patternsConfigured: boolean;
  studentId: string;
  patternId?: string | null;
  fields: Record<string, string>;
  normalization: Array<"separators" | "case" | "digits">;
}

export interface IdParserIdPatternsCreateBody {
  universityCode: string;
  name: string;
  pattern: string;
  checksum?: "none" | "luhn" | "mod11" | "mod97" | "weighted" | null;
  checksumParameters?: IDParserChecksumParameters | null;
  fields?: Record<string, IDParserIDField> | null;
  examples?: IDParserIDExamples | null;
  priority?: number | null;
  isActive?: boolean | null;
}

export interface IdParserIdPatternsReplaceBody {
  name: string;
  pattern: string;
  checksum?: "none" | "luhn" | "mod11" | "mod97" | "weighted" | null;
  checksumParameters?: IDParserChecksumParameters | null;
  fields?: Record<string, IDParserIDField> | null;
  examples?: IDParserIDExamples | null;
  priority?: number | null;
  isActive?: boolean | null;
}

export interface IdParserIdPatternsUpdateBody {
  name?: string;
  pattern?: string;
  checksum?: "none" | "luhn" | "mod11" | "mod97" | "weighted";
  checksumParameters?: IDParserChecksumParameters | null;
  fields?: Record<string, IDParserIDField> | null;
  examples?: IDParserIDExamples | null;
  priority?: number;
  isActive?: boolean;
}

export interface IdParserStudentIdsParseBatchBody {
  items: Array<IDParserParseStudentIDBatchItem>;
}

export interface IdParserStudentIdsParseBody {
  text: string;
  universityCode?: string | null;
}

export interface IdParserStudentIdsVerifyBody {
  studentId: string;
  universityCode?: string | null;
  universityId?: string | null;
  claims?: IDParserStudentIDClaims | null;
}

export interface NotifierInboxNotification {
  id: string;
  type: string;
  title: string;
  body: string;
  data: unknown;
  readAt?: string | null;
  createdAt: string;
}

export interface NotifierNotificationsReadAllBody {
  upTo?: string | null;
}

export interface NotifierRealtimeToken {
  token: string;
  expiresAt: string;
}

export interface NotifierUnreadCount {
  count: number;
}

export interface Pagination {
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  nextCursor?: string | null;
}

export interface SocietiesFee {
  amountMinor: number;
  currency: string;
}

export interface SocietiesMember {
  userId: string;
  name?: string | null;
  image?: string | null;
  role: "member" | "admin" | "president";
  joinedAt: string;
}

export interface SocietiesMembersChangeRoleBody {
  role: "member" | "admin";
}

export interface SocietiesMembersTransferPresidencyBody {
  userId: string;
}

export interface SocietiesRegistration {
  id: string;
  societyId: string;
  userId: string;
  name?: string | null;
  status: "pending" | "approved" | "rejected" | "withdrawn";
  formId: string;
  responseId: string;
  reason?: string | null;
  decidedBy?: string | null;
  decidedAt?: string | null;
  createdAt: string;
}

export interface SocietiesRegistrationConfigureBody {
  formId: string;
  opensAt?: string | null;
  closesAt?: string | null;
  requiresApproval?: boolean | null;
  capacity?: number | null;
  fee?: SocietiesFee | null;
}

export interface SocietiesRegistrationSettings {
  formId: string;
  opensAt?: string | null;
  closesAt?: string | null;
  requiresApproval: boolean;
  capacity?: number | null;
  fee?: SocietiesFee | null;
  updatedAt: string;
}

export interface SocietiesRegistrationsCreateBody {
  answers: Record<string, unknown>;
  updateProfile?: Array<string> | null;
}

export interface SocietiesRegistrationsRejectBody {
  reason?: string | null;
}

export interface SocietiesSocietiesCreateBody {
  name: string;
  slug?: string | null;
  description?: string | null;
  logo?: string | null;
  visibility?: "public" | "members" | null;
  universityId?: string | null;
}

export interface SocietiesSocietiesReplaceBody {
  name: string;
  slug?: string | null;
  description?: string | null;
  logo?: string | null;
  visibility?: "public" | "members" | null;
}

export interface SocietiesSocietiesUpdateBody {
  name?: string;
  slug?: string;
  description?: string | null;
  logo?: string | null;
  visibility?: "public" | "members";
}

export interface SocietiesSociety {
  id: string;
  name: string;
  slug: string;
  description?: string | null;
  universityId: string;
  logo?: string | null;
  status: "pending" | "active" | "suspended" | "archived";
  visibility: "public" | "members";
  memberCount: number;
  createdAt: string;
  updatedAt: string;
}

export class AcademicOperations {
  constructor(private readonly client: Client) {}

  /** Lists universities. */
  universitiesList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "code" | "-code" | "createdAt" | "-createdAt"; q?: string } = {}, options: CallOptions = {}): Promise<Page<Array<AcademicUniversity>>> {
    return this.client.call<Page<Array<AcademicUniversity>>>("GET", `/api/v1/universities`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q }, undefined, "whole", options);
  }

  /** Adds a university. */
  universitiesCreate(body: AcademicUniversitiesCreateBody, options: CallOptions = {}): Promise<AcademicUniversity> {
    return this.client.call<AcademicUniversity>("POST", `/api/v1/universities`, {  }, body, "data", options);
  }

  /** Reads a university. */
  universitiesGet(parameters: { id: string }, options: CallOptions = {}): Promise<AcademicUniversity> {
    return this.client.call<AcademicUniversity>("GET", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replaces a university. */
  universitiesReplace(parameters: { id: string }, body: AcademicUniversitiesReplaceBody, options: CallOptions = {}): Promise<AcademicUniversity> {
    return this.client.call<AcademicUniversity>("PUT", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Changes parts of a university. */
  universitiesUpdate(parameters: { id: string }, body: AcademicUniversitiesUpdateBody = {}, options: CallOptions = {}): Promise<AcademicUniversity> {
    return this.client.call<AcademicUniversity>("PATCH", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a university. */
  universitiesDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Lists departments. */
  departmentsList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "code" | "-code" | "createdAt" | "-createdAt"; q?: string; universityId?: string } = {}, options: CallOptions = {}): Promise<Page<Array<AcademicDepartment>>> {
    return this.client.call<Page<Array<AcademicDepartment>>>("GET", `/api/v1/departments`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, universityId: parameters.universityId }, undefined, "whole", options);
  }

  /** Adds a department to a university. */
  departmentsCreate(body: AcademicDepartmentsCreateBody, options: CallOptions = {}): Promise<AcademicDepartment> {
    return this.client.call<AcademicDepartment>("POST", `/api/v1/departments`, {  }, body, "data", options);
  }

  /** Reads a department. */
  departmentsGet(parameters: { id: string }, options: CallOptions = {}): Promise<AcademicDepartment> {
    return this.client.call<AcademicDepartment>("GET", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replaces a department. */
  departmentsReplace(parameters: { id: string }, body: AcademicDepartmentsReplaceBody, options: CallOptions = {}): Promise<AcademicDepartment> {
    return this.client.call<AcademicDepartment>("PUT", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Changes parts of a department. */
  departmentsUpdate(parameters: { id: string }, body: AcademicDepartmentsUpdateBody = {}, options: CallOptions = {}): Promise<AcademicDepartment> {
    return this.client.call<AcademicDepartment>("PATCH", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a department. */
  departmentsDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Lists programs. */
  programsList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "duration" | "-duration" | "createdAt" | "-createdAt"; q?: string; universityId?: string; departmentId?: string; degree?: "Bachelor" | "Master" | "PhD" } = {}, options: CallOptions = {}): Promise<Page<Array<AcademicProgram>>> {
    return this.client.call<Page<Array<AcademicProgram>>>("GET", `/api/v1/programs`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, universityId: parameters.universityId, departmentId: parameters.departmentId, degree: parameters.degree }, undefined, "whole", options);
  }

  /** Adds a program to a department. */
  programsCreate(body: AcademicProgramsCreateBody, options: CallOptions = {}): Promise<AcademicProgram> {
    return this.client.call<AcademicProgram>("POST", `/api/v1/programs`, {  }, body, "data", options);
  }

  /** Reads a program. */
  programsGet(parameters: { id: string }, options: CallOptions = {}): Promise<AcademicProgram> {
    return this.client.call<AcademicProgram>("GET", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replaces a program. */
  programsReplace(parameters: { id: string }, body: AcademicProgramsReplaceBody, options: CallOptions = {}): Promise<AcademicProgram> {
    return this.client.call<AcademicProgram>("PUT", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Changes parts of a program. */
  programsUpdate(parameters: { id: string }, body: AcademicProgramsUpdateBody = {}, options: CallOptions = {}): Promise<AcademicProgram> {
    return this.client.call<AcademicProgram>("PATCH", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a program. */
  programsDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }
}

export class AuthOperations {
  constructor(private readonly client: Client) {}

  /** Opens an account and signs it in. */
  register(body: AuthRegisterBody, options: CallOptions = {}): Promise<AuthSignedIn> {
    return this.client.call<AuthSignedIn>("POST", `/api/v1/auth/register`, {  }, body, "data", options);
  }

  /** Begins a session. */
  login(body: AuthLoginBody, options: CallOptions = {}): Promise<AuthSignedIn> {
    return this.client.call<AuthSignedIn>("POST", `/api/v1/auth/login`, {  }, body, "data", options);
  }

  /** Spends a refresh token for a new pair. */
  sessionsRefresh(body: AuthSessionsRefreshBody = {}, options: CallOptions = {}): Promise<AuthSignedIn> {
    return this.client.call<AuthSignedIn>("POST", `/api/v1/auth/refresh-token`, {  }, body, "data", options);
  }

  /** Ends the caller's sessions everywhere, or only this one. */
  logout(body: AuthLogoutBody = {}, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("POST", `/api/v1/auth/logout`, {  }, body, "nothing", options);
  }

  /** Lists where the caller is signed in. */
  sessionsList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt" | "lastUsedAt" | "-lastUsedAt" } = {}, options: CallOptions = {}): Promise<Page<Array<AuthSession>>> {
    return this.client.call<Page<Array<AuthSession>>>("GET", `/api/v1/auth/sessions`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort }, undefined, "whole", options);
  }

  /** Ends one of the caller's sessions. */
  sessionsEnd(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/auth/sessions/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Changes the password and ends all sessions and API keys. */
  passwordChange(body: AuthPasswordChangeBody, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("POST", `/api/v1/auth/change-password`, {  }, body, "nothing", options);
  }

  /** Reads the caller's account. */
  usersMe(options: CallOptions = {}): Promise<AuthUser> {
    return this.client.call<AuthUser>("GET", `/api/v1/users/me`, {  }, undefined, "data", options);
  }

  /** Reads an account. */
  usersGet(parameters: { id: string }, options: CallOptions = {}): Promise<AuthUser> {
    return this.client.call<AuthUser>("GET", `/api/v1/users/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Lists accounts. */
  usersList(parameters: { page?: number; limit?: number; cursor?: string; q?: string; sort?: "createdAt" | "-createdAt" | "name" | "-name" | "email" | "-email" } = {}, options: CallOptions = {}): Promise<Page<Array<AuthUser>>> {
    return this.client.call<Page<Array<AuthUser>>>("GET", `/api/v1/users`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, q: parameters.q, sort: parameters.sort }, undefined, "whole", options);
  }

  /** Gives an account another role. */
  usersSetRole(parameters: { id: string }, body: AuthUsersSetRoleBody, options: CallOptions = {}): Promise<AuthUser> {
    return this.client.call<AuthUser>("PUT", `/api/v1/users/${encodeURIComponent(parameters.id)}/role`, {  }, body, "data", options);
  }

  /** Makes an API key, which only this answer shows. */
  apiKeysCreate(body: AuthApiKeysCreateBody, options: CallOptions = {}): Promise<AuthCreatedAPIKey> {
    return this.client.call<AuthCreatedAPIKey>("POST", `/api/v1/api-keys`, {  }, body, "data", options);
  }

  /** Lists the caller's API keys. */
  apiKeysList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt" | "name" | "-name" } = {}, options: CallOptions = {}): Promise<Page<Array<AuthAPIKey>>> {
    return this.client.call<Page<Array<AuthAPIKey>>>("GET", `/api/v1/api-keys`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort }, undefined, "whole", options);
  }

  /** Ends one of the caller's API keys at once. */
  apiKeysDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/api-keys/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Reads the caller's profile. */
  profileGet(options: CallOptions = {}): Promise<AuthProfile> {
    return this.client.call<AuthProfile>("GET", `/api/v1/profile`, {  }, undefined, "data", options);
  }

  /** Replaces the caller's profile. */
  profileReplace(body: AuthProfileReplaceBody = {}, options: CallOptions = {}): Promise<AuthProfile> {
    return this.client.call<AuthProfile>("PUT", `/api/v1/profile`, {  }, body, "data", options);
  }

  /** Lists the public keys of access tokens. */
  keysList(options: CallOptions = {}): Promise<AuthPublicKeySet> {
    return this.client.call<AuthPublicKeySet>("GET", `/.well-known/jwks.json`, {  }, undefined, "whole", options);
  }
}

export class FormsOperations {
  constructor(private readonly client: Client) {}

  /** Lists forms. */
  formsList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "title" | "-title"; q?: string; status?: "draft" | "published" | "closed" | "archived"; entityType?: "society" | "event" | "survey"; entityId?: string } = {}, options: CallOptions = {}): Promise<Page<Array<FormsFormSummary>>> {
    return this.client.call<Page<Array<FormsFormSummary>>>("GET", `/api/v1/forms`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, status: parameters.status, entityType: parameters.entityType, entityId: parameters.entityId }, undefined, "whole", options);
  }

  /** Makes a form. */
  formsCreate(body: FormsFormsCreateBody, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("POST", `/api/v1/forms`, {  }, body, "data", options);
  }

  /** Reads a form. */
  formsGet(parameters: { id: string }, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Writes a form anew. */
  formsReplace(parameters: { id: string }, body: FormsFormsReplaceBody, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("PUT", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Changes a form. */
  formsUpdate(parameters: { id: string }, body: FormsFormsUpdateBody = {}, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("PATCH", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a form. */
  formsDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Publishes a form. */
  formsPublish(parameters: { id: string }, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/publish`, {  }, undefined, "data", options);
  }

  /** Closes a form. */
  formsClose(parameters: { id: string }, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/close`, {  }, undefined, "data", options);
  }

  /** Opens a closed form again. */
  formsReopen(parameters: { id: string }, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/reopen`, {  }, undefined, "data", options);
  }

  /** Archives a form. */
  formsArchive(parameters: { id: string }, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/archive`, {  }, undefined, "data", options);
  }

  /** Copies a form. */
  formsDuplicate(parameters: { id: string }, body: FormsFormsDuplicateBody = {}, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/duplicate`, {  }, body, "data", options);
  }

  /** Adds a page to a form. */
  pagesAdd(parameters: { id: string }, body: FormsPagesAddBody = {}, options: CallOptions = {}): Promise<FormsFormPage> {
    return this.client.call<FormsFormPage>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/pages`, {  }, body, "data", options);
  }

  /** Changes a page. */
  pagesUpdate(parameters: { id: string; pageId: string }, body: FormsPagesUpdateBody = {}, options: CallOptions = {}): Promise<FormsFormPage> {
    return this.client.call<FormsFormPage>("PATCH", `/api/v1/forms/${encodeURIComponent(parameters.id)}/pages/${encodeURIComponent(parameters.pageId)}`, {  }, body, "data", options);
  }

  /** Removes a page. */
  pagesRemove(parameters: { id: string; pageId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}/pages/${encodeURIComponent(parameters.pageId)}`, {  }, undefined, "nothing", options);
  }

  /** Adds a question to a form. */
  questionsAdd(parameters: { id: string }, body: FormsQuestionsAddBody, options: CallOptions = {}): Promise<FormsQuestion> {
    return this.client.call<FormsQuestion>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/questions`, {  }, body, "data", options);
  }

  /** Changes a question. */
  questionsUpdate(parameters: { id: string; questionId: string }, body: FormsQuestionsUpdateBody = {}, options: CallOptions = {}): Promise<FormsQuestion> {
    return this.client.call<FormsQuestion>("PATCH", `/api/v1/forms/${encodeURIComponent(parameters.id)}/questions/${encodeURIComponent(parameters.questionId)}`, {  }, body, "data", options);
  }

  /** Removes a question. */
  questionsRemove(parameters: { id: string; questionId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}/questions/${encodeURIComponent(parameters.questionId)}`, {  }, undefined, "nothing", options);
  }

  /** Orders pages and questions. */
  formsReorder(parameters: { id: string }, body: FormsFormsReorderBody, options: CallOptions = {}): Promise<FormsForm> {
    return this.client.call<FormsForm>("PUT", `/api/v1/forms/${encodeURIComponent(parameters.id)}/order`, {  }, body, "data", options);
  }

  /** Fills smart fields from the profile. */
  autofillGet(parameters: { id: string }, options: CallOptions = {}): Promise<Record<string, FormsAutofillField>> {
    return this.client.call<Record<string, FormsAutofillField>>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/autofill`, {  }, undefined, "data", options);
  }

  /** Answers a form. */
  responsesCreate(parameters: { id: string }, body: FormsResponsesCreateBody, options: CallOptions = {}): Promise<FormsFormResponse> {
    return this.client.call<FormsFormResponse>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses`, {  }, body, "data", options);
  }

  /** Lists a form's responses. */
  responsesList(parameters: { id: string; page?: number; limit?: number; cursor?: string; sort?: "submittedAt" | "-submittedAt" }, options: CallOptions = {}): Promise<Page<Array<FormsFormResponse>>> {
    return this.client.call<Page<Array<FormsFormResponse>>>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort }, undefined, "whole", options);
  }

  /** Exports a form's responses as CSV. */
  responsesExport(parameters: { id: string; cursor?: string; bom?: boolean }, options: CallOptions = {}): Promise<string> {
    return this.client.call<string>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses.csv`, { cursor: parameters.cursor, bom: parameters.bom }, undefined, "text", options, "text/csv");
  }

  /** Reads a response. */
  responsesGet(parameters: { id: string; responseId: string }, options: CallOptions = {}): Promise<FormsFormResponse> {
    return this.client.call<FormsFormResponse>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses/${encodeURIComponent(parameters.responseId)}`, {  }, undefined, "data", options);
  }

  /** Deletes a response. */
  responsesDelete(parameters: { id: string; responseId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses/${encodeURIComponent(parameters.responseId)}`, {  }, undefined, "nothing", options);
  }

  /** Lists the caller's profile updates. */
  profileUpdatesList(parameters: { page?: number; limit?: number; cursor?: string; status?: "pending" | "approved" | "rejected" } = {}, options: CallOptions = {}): Promise<Page<Array<FormsProfileUpdate>>> {
    return this.client.call<Page<Array<FormsProfileUpdate>>>("GET", `/api/v1/profile-updates`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, status: parameters.status }, undefined, "whole", options);
  }

  /** Approves a profile update. */
  profileUpdatesApprove(parameters: { id: string }, options: CallOptions = {}): Promise<FormsProfileUpdate> {
    return this.client.call<FormsProfileUpdate>("POST", `/api/v1/profile-updates/${encodeURIComponent(parameters.id)}/approve`, {  }, undefined, "data", options);
  }

  /** Rejects a profile update. */
  profileUpdatesReject(parameters: { id: string }, options: CallOptions = {}): Promise<FormsProfileUpdate> {
    return this.client.call<FormsProfileUpdate>("POST", `/api/v1/profile-updates/${encodeURIComponent(parameters.id)}/reject`, {  }, undefined, "data", options);
  }

  /** Lists profile field mappings. */
  profileFieldMappingsList(parameters: { page?: number; limit?: number; cursor?: string; isActive?: boolean } = {}, options: CallOptions = {}): Promise<Page<Array<FormsProfileFieldMapping>>> {
    return this.client.call<Page<Array<FormsProfileFieldMapping>>>("GET", `/api/v1/profile-field-mappings`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, isActive: parameters.isActive }, undefined, "whole", options);
  }

  /** Adds a profile field mapping. */
  profileFieldMappingsCreate(body: FormsProfileFieldMappingsCreateBody, options: CallOptions = {}): Promise<FormsProfileFieldMapping> {
    return this.client.call<FormsProfileFieldMapping>("POST", `/api/v1/profile-field-mappings`, {  }, body, "data", options);
  }

  /** Reads a profile field mapping. */
  profileFieldMappingsGet(parameters: { id: string }, options: CallOptions = {}): Promise<FormsProfileFieldMapping> {
    return this.client.call<FormsProfileFieldMapping>("GET", `/api/v1/profile-field-mappings/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Writes a profile field mapping anew. */
  profileFieldMappingsReplace(parameters: { id: string }, body: FormsProfileFieldMappingsReplaceBody, options: CallOptions = {}): Promise<FormsProfileFieldMapping> {
    return this.client.call<FormsProfileFieldMapping>("PUT", `/api/v1/profile-field-mappings/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a profile field mapping. */
  profileFieldMappingsDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/profile-field-mappings/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }
}

export class IdParserOperations {
  constructor(private readonly client: Client) {}

  /** Lists patterns of student numbers. */
  idPatternsList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "priority" | "-priority" | "createdAt" | "-createdAt"; q?: string; universityCode?: string; isActive?: boolean } = {}, options: CallOptions = {}): Promise<Page<Array<IDParserIDPattern>>> {
    return this.client.call<Page<Array<IDParserIDPattern>>>("GET", `/api/v1/id-patterns`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, universityCode: parameters.universityCode, isActive: parameters.isActive }, undefined, "whole", options);
  }

  /** Adds a pattern of student numbers. */
  idPatternsCreate(body: IdParserIdPatternsCreateBody, options: CallOptions = {}): Promise<IDParserIDPattern> {
    return this.client.call<IDParserIDPattern>("POST", `/api/v1/id-patterns`, {  }, body, "data", options);
  }

  /** Reads a pattern. */
  idPatternsGet(parameters: { id: string }, options: CallOptions = {}): Promise<IDParserIDPattern> {
    return this.client.call<IDParserIDPattern>("GET", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replaces a pattern. */
  idPatternsReplace(parameters: { id: string }, body: IdParserIdPatternsReplaceBody, options: CallOptions = {}): Promise<IDParserIDPattern> {
    return this.client.call<IDParserIDPattern>("PUT", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Changes parts of a pattern. */
  idPatternsUpdate(parameters: { id: string }, body: IdParserIdPatternsUpdateBody = {}, options: CallOptions = {}): Promise<IDParserIDPattern> {
    return this.client.call<IDParserIDPattern>("PATCH", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a pattern. */
  idPatternsDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Finds student numbers in a text. */
  studentIdsParse(body: IdParserStudentIdsParseBody, options: CallOptions = {}): Promise<IDParserParsedText> {
    return this.client.call<IDParserParsedText>("POST", `/api/v1/student-ids/parse`, {  }, body, "data", options);
  }

  /** Finds student numbers in up to 1,000 texts. */
  studentIdsParseBatch(body: IdParserStudentIdsParseBatchBody, options: CallOptions = {}): Promise<IDParserParsedBatch> {
    return this.client.call<IDParserParsedBatch>("POST", `/api/v1/student-ids/parse-batch`, {  }, body, "data", options);
  }

  /** Checks a student number. */
  studentIdsVerify(body: IdParserStudentIdsVerifyBody, options: CallOptions = {}): Promise<IDParserStudentIDVerification> {
    return this.client.call<IDParserStudentIDVerification>("POST", `/api/v1/student-ids/verify`, {  }, body, "data", options);
  }
}

export class NotifierOperations {
  constructor(private readonly client: Client) {}

  /** Lists one's own notifications. */
  notificationsList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt"; unread?: boolean } = {}, options: CallOptions = {}): Promise<Page<Array<NotifierInboxNotification>>> {
    return this.client.call<Page<Array<NotifierInboxNotification>>>("GET", `/api/v1/notifications`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, unread: parameters.unread }, undefined, "whole", options);
  }

  /** Marks a notification as read. */
  notificationsRead(parameters: { id: string }, options: CallOptions = {}): Promise<NotifierInboxNotification> {
    return this.client.call<NotifierInboxNotification>("POST", `/api/v1/notifications/${encodeURIComponent(parameters.id)}/read`, {  }, undefined, "data", options);
  }

  /** Marks all notifications as read. */
  notificationsReadAll(body: NotifierNotificationsReadAllBody = {}, options: CallOptions = {}): Promise<NotifierUnreadCount> {
    return this.client.call<NotifierUnreadCount>("POST", `/api/v1/notifications/read-all`, {  }, body, "data", options);
  }

  /** Counts one's own unread notifications. */
  notificationsCountUnread(options: CallOptions = {}): Promise<NotifierUnreadCount> {
    return this.client.call<NotifierUnreadCount>("GET", `/api/v1/notifications/unread-count`, {  }, undefined, "data", options);
  }

  /** Issues a token for a live connection. */
  realtimeIssueToken(options: CallOptions = {}): Promise<NotifierRealtimeToken> {
    return this.client.call<NotifierRealtimeToken>("POST", `/api/v1/realtime/token`, {  }, undefined, "data", options);
  }
}

export class SocietiesOperations {
  constructor(private readonly client: Client) {}

  /** Founds a society, which waits for a moderator's approval. */
  societiesCreate(body: SocietiesSocietiesCreateBody, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("POST", `/api/v1/societies`, {  }, body, "data", options);
  }

  /** Lists societies that are public or one's own. */
  societiesList(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "createdAt" | "-createdAt" | "memberCount" | "-memberCount"; q?: string; status?: "pending" | "active" | "suspended" | "archived"; universityId?: string } = {}, options: CallOptions = {}): Promise<Page<Array<SocietiesSociety>>> {
    return this.client.call<Page<Array<SocietiesSociety>>>("GET", `/api/v1/societies`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, status: parameters.status, universityId: parameters.universityId }, undefined, "whole", options);
  }

  /** Reads a society. */
  societiesGet(parameters: { id: string }, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replaces a society's description. */
  societiesReplace(parameters: { id: string }, body: SocietiesSocietiesReplaceBody, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("PUT", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Changes parts of a society's description. */
  societiesUpdate(parameters: { id: string }, body: SocietiesSocietiesUpdateBody = {}, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("PATCH", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Deletes a society. */
  societiesDelete(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Approves a pending society, or lifts a suspension. */
  societiesApprove(parameters: { id: string }, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/approve`, {  }, undefined, "data", options);
  }

  /** Suspends an active society. */
  societiesSuspend(parameters: { id: string }, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/suspend`, {  }, undefined, "data", options);
  }

  /** Archives a society. */
  societiesArchive(parameters: { id: string }, options: CallOptions = {}): Promise<SocietiesSociety> {
    return this.client.call<SocietiesSociety>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/archive`, {  }, undefined, "data", options);
  }

  /** Lists a society's members. */
  membersList(parameters: { id: string; page?: number; limit?: number; cursor?: string; sort?: "joinedAt" | "-joinedAt"; role?: "member" | "admin" | "president" }, options: CallOptions = {}): Promise<Page<Array<SocietiesMember>>> {
    return this.client.call<Page<Array<SocietiesMember>>>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/members`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, role: parameters.role }, undefined, "whole", options);
  }

  /** Changes a member's role. */
  membersChangeRole(parameters: { id: string; userId: string }, body: SocietiesMembersChangeRoleBody, options: CallOptions = {}): Promise<SocietiesMember> {
    return this.client.call<SocietiesMember>("PATCH", `/api/v1/societies/${encodeURIComponent(parameters.id)}/members/${encodeURIComponent(parameters.userId)}`, {  }, body, "data", options);
  }

  /** Removes a member. */
  membersRemove(parameters: { id: string; userId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/societies/${encodeURIComponent(parameters.id)}/members/${encodeURIComponent(parameters.userId)}`, {  }, undefined, "nothing", options);
  }

  /** Leaves a society. */
  membersLeave(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/leave`, {  }, undefined, "nothing", options);
  }

  /** Transfers the presidency to another member. */
  membersTransferPresidency(parameters: { id: string }, body: SocietiesMembersTransferPresidencyBody, options: CallOptions = {}): Promise<SocietiesMember> {
    return this.client.call<SocietiesMember>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/transfer-presidency`, {  }, body, "data", options);
  }

  /** Reads how a society takes new members. */
  registrationGet(parameters: { id: string }, options: CallOptions = {}): Promise<SocietiesRegistrationSettings> {
    return this.client.call<SocietiesRegistrationSettings>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registration`, {  }, undefined, "data", options);
  }

  /** Sets how a society takes new members. */
  registrationConfigure(parameters: { id: string }, body: SocietiesRegistrationConfigureBody, options: CallOptions = {}): Promise<SocietiesRegistrationSettings> {
    return this.client.call<SocietiesRegistrationSettings>("PUT", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registration`, {  }, body, "data", options);
  }

  /** Registers for a society with answers to its form. */
  registrationsCreate(parameters: { id: string }, body: SocietiesRegistrationsCreateBody, options: CallOptions = {}): Promise<SocietiesRegistration> {
    return this.client.call<SocietiesRegistration>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations`, {  }, body, "data", options);
  }

  /** Lists a society's registrations. */
  registrationsList(parameters: { id: string; page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt"; status?: "pending" | "approved" | "rejected" | "withdrawn" }, options: CallOptions = {}): Promise<Page<Array<SocietiesRegistration>>> {
    return this.client.call<Page<Array<SocietiesRegistration>>>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, status: parameters.status }, undefined, "whole", options);
  }

  /** Approves a registration, which makes the applicant a member. */
  registrationsApprove(parameters: { id: string; registrationId: string }, options: CallOptions = {}): Promise<SocietiesRegistration> {
    return this.client.call<SocietiesRegistration>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/${encodeURIComponent(parameters.registrationId)}/approve`, {  }, undefined, "data", options);
  }

  /** Rejects a registration. */
  registrationsReject(parameters: { id: string; registrationId: string }, body: SocietiesRegistrationsRejectBody = {}, options: CallOptions = {}): Promise<SocietiesRegistration> {
    return this.client.call<SocietiesRegistration>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/${encodeURIComponent(parameters.registrationId)}/reject`, {  }, body, "data", options);
  }

  /** Reads one's own registration. */
  registrationsGetOwn(parameters: { id: string }, options: CallOptions = {}): Promise<SocietiesRegistration> {
    return this.client.call<SocietiesRegistration>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/mine`, {  }, undefined, "data", options);
  }

  /** Withdraws one's own registration. */
  registrationsWithdraw(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/mine`, {  }, undefined, "nothing", options);
  }
}

export class Client {
  readonly academic = new AcademicOperations(this);
  readonly auth = new AuthOperations(this);
  readonly forms = new FormsOperations(this);
  readonly idParser = new IdParserOperations(this);
  readonly notifier = new NotifierOperations(this);
  readonly societies = new SocietiesOperations(this);

  constructor(private readonly options: ClientOptions) {}

  async call<Result>(
    method: string,
    path: string,
    query: Record<string, QueryValue>,
    body: unknown,
    read: "data" | "whole" | "text" | "nothing",
    options: CallOptions,
    accept = "application/json",
  ): Promise<Result> {
    const url = new URL(this.options.baseUrl.replace(/\/+$/, "") + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = { Accept: accept };
    const token = typeof this.options.token === "function" ? await this.options.token() : this.options.token;
    if (token) headers["Authorization"] = `Bearer ${token}`;
    else if (this.options.apiKey) headers["X-API-Key"] = this.options.apiKey;
    const csrf = typeof this.options.csrfToken === "function" ? this.options.csrfToken() : this.options.csrfToken;
    if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
    if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
    if (options.ifMatch) headers["If-Match"] = options.ifMatch;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await (this.options.fetch ?? fetch)(url.toString(), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: this.options.credentials,
      signal: options.signal,
    });
    options.onResponse?.(response);
    if (!response.ok) throw await refusal(response);
    if (read === "nothing") return undefined as unknown as Result;
    if (read === "text") return (await response.text()) as unknown as Result;
    const answer = await response.json();
    return read === "data" ? answer.data : answer;
  }
}

async function refusal(response: Response): Promise<APIError> {
  const wait = response.headers.get("Retry-After");
  const answer = members(await response.json().catch(() => null));
  const error = members(answer.error);
  return new APIError(
    response.status,
    error.code ?? "UNKNOWN",
    error.message ?? response.statusText,
    error.details ?? [],
    answer.requestId ?? response.headers.get("X-Request-Id") ?? "",
    wait === null || !/^\d+$/.test(wait) ? undefined : Number(wait),
  );
}

/** An object's members; none of what is no object. */
function members(value: unknown): Record<string, any> {
  return typeof value === "object" && value !== null ? value : {};
}
