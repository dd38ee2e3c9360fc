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

export interface Page<Item> {
  data: Array<Item>;
  pagination: Pagination;
}

type QueryValue = string | number | boolean | Array<string | number> | undefined | null;

export interface APIKey {
  id: string;
  name: string;
  prefix: string;
  scopes: Array<string>;
  expiresAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
}

export interface AddPage {
  title?: string | null;
  description?: string | null;
  order?: number | null;
  conditionalLogic?: ConditionalLogicInput | null;
  questions?: Array<QuestionInput> | null;
}

export interface AddQuestion {
  pageId?: string | null;
  type: QuestionType;
  title: string;
  description?: string | null;
  required?: boolean | null;
  order?: number | null;
  options?: Array<QuestionOptionInput> | null;
  rows?: Array<QuestionRowInput> | null;
  validationRules?: ValidationRulesInput | null;
  conditionalLogic?: ConditionalLogicInput | null;
  profileFieldKey?: string | null;
}

export type AssignableRole = "member" | "admin";

export interface AutofillField {
  value: unknown;
  profileFieldKey: string;
  source: AutofillFieldSource;
}

export type AutofillFieldSource = "profile" | "mapping";

export interface ChangeMemberRole {
  role: AssignableRole;
}

export interface ChangePassword {
  currentPassword: string;
  newPassword: string;
}

export type Checksum = "none" | "luhn" | "mod11" | "mod97" | "weighted";

export interface ChecksumParameters {
  weights: Array<number>;
  modulus: number;
  characters: string | null;
  complement: boolean | null;
}

export interface ChecksumParametersInput {
  weights: Array<number>;
  modulus: number;
  characters?: string | null;
  complement?: boolean | null;
}

export interface Comparison {
  questionId: string;
  operator: ComparisonOperator;
  value: ComparisonValue | null;
}

export interface ComparisonInput {
  questionId: string;
  operator: ComparisonOperator;
  value?: ComparisonValue | null;
}

export type ComparisonOperator = "equals" | "not-equals" | "contains" | "not-contains" | "greater-than" | "less-than" | "between" | "is-answered" | "is-empty" | "in" | "not-in" | "starts-with" | "matches";

export type ComparisonValue = string | number | boolean | Array<string | number | boolean>;

export type Condition = Comparison | ConditionGroup;

export interface ConditionGroup {
  match: ConditionMatch;
  conditions: Array<Condition>;
}

export interface ConditionGroupInput {
  match?: ConditionMatch;
  conditions: Array<ConditionInput>;
}

export type ConditionInput = ComparisonInput | ConditionGroupInput;

export type ConditionMatch = "all" | "any";

export interface ConditionalLogic {
  action: LogicAction;
  targetPageId: string | null;
  match: ConditionMatch;
  conditions: Array<Condition>;
}

export interface ConditionalLogicInput {
  action: LogicAction;
  targetPageId?: string | null;
  match?: ConditionMatch;
  conditions: Array<ConditionInput>;
}

export interface ConditionalLogicPatch {
  action?: LogicAction;
  targetPageId?: string | null;
  match?: ConditionMatch;
  conditions?: Array<ConditionInput>;
}

export interface ConfigureRegistration {
  formId: string;
  opensAt?: string | null;
  closesAt?: string | null;
  requiresApproval?: boolean | null;
  capacity?: number | null;
  fee?: Fee | null;
}

export interface CreateAPIKey {
  name: string;
  scopes?: Array<string> | null;
  expiresAt?: string | null;
}

export interface CreateDepartment {
  universityId: string;
  name: string;
  code: string;
}

export interface CreateForm {
  title: string;
  description?: string | null;
  entityType?: FormEntityType | null;
  entityId?: string | null;
  settings?: FormSettingsInput | null;
  pages?: Array<FormPageInput> | null;
  universityId?: string | null;
}

export interface CreateIDPattern {
  universityCode: string;
  name: string;
  pattern: string;
  checksum?: Checksum | null;
  checksumParameters?: ChecksumParametersInput | null;
  fields?: Record<string, IDFieldInput> | null;
  examples?: IDExamplesInput | null;
  priority?: number | null;
  isActive?: boolean | null;
}

export interface CreateProfileFieldMapping {
  fieldKey: string;
  displayLabel: string;
  category?: string | null;
  dataType: string;
  profilePath: string;
  defaultValidationRules?: ValidationRulesInput | null;
  isActive?: boolean | null;
}

export interface CreateProgram {
  departmentId: string;
  name: string;
  degree: Degree;
  duration: number;
}

export interface CreateSociety {
  name: string;
  slug?: string | null;
  description?: string | null;
  logo?: string | null;
  visibility?: SocietyVisibility | null;
  universityId?: string | null;
}

export interface CreateUniversity {
  name: string;
  code: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone?: string | null;
  mailDomains?: Array<string> | null;
}

export interface CreatedAPIKey {
  id: string;
  name: string;
  prefix: string;
  scopes: Array<string>;
  expiresAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
  key: string;
}

export type Degree = "Bachelor" | "Master" | "PhD";

export interface DeleteOwnUser {
  password: string;
}

export interface Department {
  id: string;
  universityId: string;
  name: string;
  code: string;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface DuplicateForm {
  title?: string | null;
}

export interface Fee {
  amountMinor: number;
  currency: string;
}

export interface Form {
  id: string;
  title: string;
  description: string | null;
  entityType: FormEntityType;
  entityId: string | null;
  status: FormStatus;
  settings: FormSettings;
  version: number;
  pages: Array<FormPage>;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
}

export type FormEntityType = "society" | "event" | "survey";

export interface FormPage {
  id: string;
  title: string | null;
  description: string | null;
  order: number;
  conditionalLogic: ConditionalLogic | null;
  questions: Array<Question>;
}

export interface FormPageInput {
  id?: string | null;
  title?: string | null;
  description?: string | null;
  order?: number | null;
  conditionalLogic?: ConditionalLogicInput | null;
  questions?: Array<QuestionInput> | null;
}

export interface FormResponse {
  id: string;
  formId: string;
  formVersion: number;
  userId: string | null;
  answers: unknown;
  paymentStatus: PaymentStatus | null;
  submittedAt: string;
  completionTime: number | null;
}

export interface FormSettings {
  opensAt: string | null;
  closesAt: string | null;
  maxResponses: number | null;
  oneResponsePerUser: boolean;
  allowEdits: boolean;
  anonymous: boolean;
  public: boolean;
  confirmationMessage: string | null;
  payment: PaymentSettings | null;
  notifications: NotificationSettings | null;
  shuffleQuestions: boolean;
}

export interface FormSettingsInput {
  opensAt?: string | null;
  closesAt?: string | null;
  maxResponses?: number | null;
  oneResponsePerUser?: boolean | null;
  allowEdits?: boolean | null;
  anonymous?: boolean | null;
  public?: boolean | null;
  confirmationMessage?: string | null;
  payment?: PaymentSettingsInput | null;
  notifications?: NotificationSettingsInput | null;
  shuffleQuestions?: boolean | null;
}

export interface FormSettingsPatch {
  opensAt?: string | null;
  closesAt?: string | null;
  maxResponses?: number | null;
  oneResponsePerUser?: boolean | null;
  allowEdits?: boolean | null;
  anonymous?: boolean | null;
  public?: boolean | null;
  confirmationMessage?: string | null;
  payment?: PaymentSettingsInput | null;
  notifications?: NotificationSettingsInput | null;
  shuffleQuestions?: boolean | null;
}

export type FormStatus = "draft" | "published" | "closed" | "archived";

export interface FormSummary {
  id: string;
  title: string;
  description: string | null;
  entityType: FormEntityType;
  entityId: string | null;
  status: FormStatus;
  settings: FormSettings;
  version: number;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
}

export interface IDExamples {
  accept: Array<string> | null;
  reject: Array<string> | null;
}

export interface IDExamplesInput {
  accept?: Array<string> | null;
  reject?: Array<string> | null;
}

export interface IDField {
  description: string | null;
  pivot: number | null;
  values: Record<string, string> | null;
}

export interface IDFieldInput {
  description?: string | null;
  pivot?: number | null;
  values?: Record<string, string> | null;
}

export interface IDPattern {
  id: string;
  universityId: string;
  universityCode: string;
  name: string;
  pattern: string;
  checksum: Checksum;
  checksumParameters: ChecksumParameters | null;
  fields: Record<string, IDField>;
  examples: IDExamples;
  priority: number;
  isActive: boolean;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface InboxNotification {
  id: string;
  type: string;
  title: string;
  body: string;
  data: unknown;
  readAt: string | null;
  createdAt: string;
}

export interface LogIn {
  email: string;
  password: string;
  cookie?: boolean | null;
}

export interface LogOut {
  scope?: LogOutScope | null;
}

export type LogOutScope = "all" | "current";

export type LogicAction = "show" | "hide" | "require" | "skip-to";

export interface Member {
  userId: string;
  name: string | null;
  image: string | null;
  role: MemberRole;
  joinedAt: string;
}

export type MemberRole = "member" | "admin" | "president";

export type Normalization = "separators" | "case" | "digits";

export interface NotificationSettings {
  onSubmit: Array<string> | null;
  digest: NotificationSettingsDigest | null;
}

export type NotificationSettingsDigest = "off" | "daily" | "weekly";

export interface NotificationSettingsInput {
  onSubmit?: Array<string> | null;
  digest?: NotificationSettingsDigest | null;
}

export interface PageOrder {
  id: string;
  questions: Array<string>;
}

export interface Pagination {
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  nextCursor: string | null;
}

export interface ParseStudentIDBatch {
  items: Array<ParseStudentIDBatchItem>;
}

export interface ParseStudentIDBatchItem {
  text: string;
  universityCode?: string | null;
}

export interface ParseStudentIDs {
  text: string;
  universityCode?: string | null;
}

export interface ParsedBatch {
  results: Array<ParsedText>;
}

export interface ParsedText {
  matches: Array<StudentIDMatch>;
  patternsConfigured: boolean;
}

export interface PaymentSettings {
  required: boolean;
  price: Price | null;
  instructions: string | null;
}

export interface PaymentSettingsInput {
  required?: boolean | null;
  price?: Price | null;
  instructions?: string | null;
}

export type PaymentStatus = "pending" | "paid" | "refunded" | "waived";

export interface PersonalData {
  records: Record<string, unknown>;
  truncated: Array<string>;
}

export interface Price {
  amountMinor: number;
  currency: string;
}

export interface Profile {
  firstName: string | null;
  lastName: string | null;
  preferredName: string | null;
  studentId: string | null;
  universityId: string | null;
  departmentId: string | null;
  programId: string | null;
  yearOfStudy: number | null;
  phone: string | null;
  dateOfBirth: string | null;
  gender: string | null;
  nationality: string | null;
  address: StructuredText | null;
  dietaryRequirements: string | null;
  emergencyContact: StructuredText | null;
  bio: string | null;
  interests: Array<string> | null;
  custom: Record<string, unknown> | null;
  studentIdVerified: boolean | null;
  revision: number;
  updatedAt: string | null;
}

export interface ProfileExport {
  services: Record<string, PersonalData>;
  missing: Array<string>;
}

export interface ProfileFieldMapping {
  id: string;
  fieldKey: string;
  displayLabel: string;
  category: string | null;
  dataType: string;
  profilePath: string;
  defaultValidationRules: ValidationRules | null;
  isActive: boolean;
}

export interface ProfileUpdate {
  id: string;
  formId: string;
  responseId: string;
  questionId: string;
  profileFieldKey: string;
  oldValue: unknown;
  newValue: unknown;
  status: ProfileUpdateStatus;
  createdAt: string;
  decidedAt: string | null;
}

export type ProfileUpdateStatus = "pending" | "approved" | "rejected";

export interface Program {
  id: string;
  departmentId: string;
  universityId: string;
  name: string;
  degree: Degree;
  duration: number;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface PublicKey {
  kid: string;
  x: string;
  kty: string;
  crv: string;
  alg: string;
  use: string;
}

export interface PublicKeySet {
  keys: Array<PublicKey>;
}

export interface Question {
  id: string;
  type: QuestionType;
  title: string;
  description: string | null;
  required: boolean;
  order: number;
  options: Array<QuestionOption>;
  rows: Array<QuestionRow>;
  validationRules: ValidationRules | null;
  conditionalLogic: ConditionalLogic | null;
  profileFieldKey: string | null;
}

export interface QuestionInput {
  id?: string | null;
  type: QuestionType;
  title: string;
  description?: string | null;
  required?: boolean | null;
  order?: number | null;
  options?: Array<QuestionOptionInput> | null;
  rows?: Array<QuestionRowInput> | null;
  validationRules?: ValidationRulesInput | null;
  conditionalLogic?: ConditionalLogicInput | null;
  profileFieldKey?: string | null;
}

export interface QuestionOption {
  value: string;
  label: string | null;
  quota: number | null;
}

export interface QuestionOptionInput {
  value: string;
  label?: string | null;
  quota?: number | null;
}

export interface QuestionRow {
  value: string;
  label: string | null;
}

export interface QuestionRowInput {
  value: string;
  label?: string | null;
}

export type QuestionType = "short-text" | "long-text" | "email" | "phone" | "url" | "number" | "date" | "time" | "datetime" | "multiple-choice" | "checkboxes" | "dropdown" | "rating" | "linear-scale" | "matrix" | "ranking" | "yes-no" | "file-upload" | "signature" | "statement";

export interface ReadAllNotifications {
  upTo?: string | null;
}

export interface RealtimeToken {
  token: string;
  expiresAt: string;
}

export interface RefreshSession {
  refreshToken?: string | null;
}

export interface Register {
  email: string;
  password: string;
  name: string;
  universityId?: string | null;
}

export interface RegisterForSociety {
  answers: Record<string, unknown>;
  updateProfile?: Array<string> | null;
}

export interface Registration {
  id: string;
  societyId: string;
  userId: string;
  name: string | null;
  status: RegistrationStatus;
  formId: string;
  responseId: string;
  reason: string | null;
  decidedBy: string | null;
  decidedAt: string | null;
  createdAt: string;
}

export interface RegistrationSettings {
  formId: string;
  opensAt: string | null;
  closesAt: string | null;
  requiresApproval: boolean;
  capacity: number | null;
  fee: Fee | null;
  updatedAt: string;
}

export type RegistrationStatus = "pending" | "approved" | "rejected" | "withdrawn";

export interface RejectRegistration {
  reason?: string | null;
}

export interface ReorderForm {
  pages: Array<PageOrder>;
}

export interface ReplaceDepartment {
  name: string;
  code: string;
}

export interface ReplaceForm {
  title: string;
  description?: string | null;
  settings?: FormSettingsInput | null;
  pages?: Array<FormPageInput> | null;
}

export interface ReplaceIDPattern {
  name: string;
  pattern: string;
  checksum?: Checksum | null;
  checksumParameters?: ChecksumParametersInput | null;
  fields?: Record<string, IDFieldInput> | null;
  examples?: IDExamplesInput | null;
  priority?: number | null;
  isActive?: boolean | null;
}

export interface ReplaceProfile {
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
  address?: StructuredText | null;
  dietaryRequirements?: string | null;
  emergencyContact?: StructuredText | null;
  bio?: string | null;
  interests?: Array<string> | null;
  custom?: Record<string, unknown> | null;
}

export interface ReplaceProfileFieldMapping {
  fieldKey: string;
  displayLabel: string;
  category?: string | null;
  dataType: string;
  profilePath: string;
  defaultValidationRules?: ValidationRulesInput | null;
  isActive?: boolean | null;
}

export interface ReplaceProgram {
  name: string;
  degree: Degree;
  duration: number;
}

export interface ReplaceSociety {
  name: string;
  slug?: string | null;
  description?: string | null;
  logo?: string | null;
  visibility?: SocietyVisibility | null;
}

export interface ReplaceUniversity {
  name: string;
  code: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone?: string | null;
  mailDomains?: Array<string> | null;
}

export type Role = "student" | "moderator" | "admin" | "platform-admin";

export interface Session {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  current: boolean;
}

export interface SetUserRole {
  role: Role;
}

export interface SignedIn {
  user: User;
  accessToken: string | null;
  refreshToken: string | null;
  tokenType: string;
  expiresIn: number;
  csrfToken: string | null;
}

export interface Society {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  universityId: string;
  logo: string | null;
  status: SocietyStatus;
  visibility: SocietyVisibility;
  memberCount: number;
  createdAt: string;
  updatedAt: string;
}

export type SocietyStatus = "pending" | "active" | "suspended" | "archived";

export type SocietyVisibility = "public" | "members";

export type StructuredText = string | Record<string, string>;

export interface StudentIDClaims {
  departmentCode?: string | null;
  entryYear?: number | null;
}

export interface StudentIDMatch {
  universityCode: string;
  universityId: string;
  patternId: string;
  studentId: string;
  fields: Record<string, string>;
  valid: boolean;
  confidence: number;
  source: StudentIDSource;
  ambiguous: boolean;
  reasons: Array<StudentIDReason>;
  normalization: Array<Normalization>;
}

export type StudentIDReason = "no-pattern-configured" | "no-pattern-matches" | "wrong-check-digit" | "implausible-year" | "department-differs" | "entry-year-differs";

export type StudentIDSource = "text";

export interface StudentIDVerification {
  valid: boolean;
  reasons: Array<StudentIDReason>;
  patternsConfigured: boolean;
  studentId: string;
  patternId: string | null;
  fields: Record<string, string>;
  normalization: Array<Normalization>;
}

export interface SubmitResponse {
  answers: Record<string, unknown>;
  updateProfile?: Array<string> | null;
  startedAt?: string | null;
  formVersion?: number | null;
}

export interface TransferPresidency {
  userId: string;
}

export interface University {
  id: string;
  name: string;
  code: string;
  city: string | null;
  country: string | null;
  website: string | null;
  logo: string | null;
  timeZone: string;
  mailDomains: Array<string>;
  revision: number;
  createdAt: string;
  updatedAt: string;
}

export interface UnreadCount {
  count: number;
}

export interface UpdateDepartment {
  name?: string;
  code?: string;
}

export interface UpdateForm {
  title?: string;
  description?: string | null;
  settings?: FormSettingsPatch;
  pages?: Array<FormPageInput>;
}

export interface UpdateIDPattern {
  name?: string;
  pattern?: string;
  checksum?: Checksum;
  checksumParameters?: ChecksumParametersInput | null;
  fields?: Record<string, IDFieldInput> | null;
  examples?: IDExamplesInput | null;
  priority?: number;
  isActive?: boolean;
}

export interface UpdatePage {
  title?: string | null;
  description?: string | null;
  order?: number;
  conditionalLogic?: ConditionalLogicPatch | null;
}

export interface UpdateProgram {
  name?: string;
  degree?: Degree;
  duration?: number;
}

export interface UpdateQuestion {
  pageId?: string | null;
  type?: QuestionType;
  title?: string;
  description?: string | null;
  required?: boolean;
  order?: number;
  options?: Array<QuestionOptionInput> | null;
  rows?: Array<QuestionRowInput> | null;
  validationRules?: ValidationRulesPatch | null;
  conditionalLogic?: ConditionalLogicPatch | null;
  profileFieldKey?: string | null;
}

export interface UpdateSociety {
  name?: string;
  slug?: string;
  description?: string | null;
  logo?: string | null;
  visibility?: SocietyVisibility;
}

export interface UpdateUniversity {
  name?: string;
  code?: string;
  city?: string | null;
  country?: string | null;
  website?: string | null;
  logo?: string | null;
  timeZone?: string | null;
  mailDomains?: Array<string> | null;
}

export interface User {
  id: string;
  email: string;
  name: string;
  image: string | null;
  emailVerified: boolean;
  role: Role;
  tenantId: string | null;
  isActive: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface ValidationRules {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  min?: number;
  max?: number;
  step?: number;
  minSelections?: number;
  maxSelections?: number;
  minDate?: string;
  maxDate?: string;
  fileTypes?: Array<string>;
  maxFileSizeBytes?: number;
  maxFiles?: number;
  message?: string;
}

export interface ValidationRulesInput {
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

export interface ValidationRulesPatch {
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

export interface VerifyStudentID {
  studentId: string;
  universityCode?: string | null;
  universityId?: string | null;
  claims?: StudentIDClaims | null;
}

export class AcademicOperations {
  constructor(private readonly client: Client) {}

  /** List universities. */
  listUniversities(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "code" | "-code" | "createdAt" | "-createdAt"; q?: string } = {}, options: CallOptions = {}): Promise<Page<University>> {
    return this.client.call<Page<University>>("GET", `/api/v1/universities`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q }, undefined, "whole", options);
  }

  /** Add a university. */
  createUniversity(body: CreateUniversity, options: CallOptions = {}): Promise<University> {
    return this.client.call<University>("POST", `/api/v1/universities`, {  }, body, "data", options);
  }

  /** Read a university. */
  getUniversity(parameters: { id: string }, options: CallOptions = {}): Promise<University> {
    return this.client.call<University>("GET", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a university. */
  replaceUniversity(parameters: { id: string }, body: ReplaceUniversity, options: CallOptions = {}): Promise<University> {
    return this.client.call<University>("PUT", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Change parts of a university. */
  updateUniversity(parameters: { id: string }, body: UpdateUniversity, options: CallOptions = {}): Promise<University> {
    return this.client.call<University>("PATCH", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a university. */
  deleteUniversity(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/universities/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** List departments. */
  listDepartments(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "code" | "-code" | "createdAt" | "-createdAt"; q?: string; universityId?: string } = {}, options: CallOptions = {}): Promise<Page<Department>> {
    return this.client.call<Page<Department>>("GET", `/api/v1/departments`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, universityId: parameters.universityId }, undefined, "whole", options);
  }

  /** Add a department to a university. */
  createDepartment(body: CreateDepartment, options: CallOptions = {}): Promise<Department> {
    return this.client.call<Department>("POST", `/api/v1/departments`, {  }, body, "data", options);
  }

  /** Read a department. */
  getDepartment(parameters: { id: string }, options: CallOptions = {}): Promise<Department> {
    return this.client.call<Department>("GET", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a department. */
  replaceDepartment(parameters: { id: string }, body: ReplaceDepartment, options: CallOptions = {}): Promise<Department> {
    return this.client.call<Department>("PUT", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Change parts of a department. */
  updateDepartment(parameters: { id: string }, body: UpdateDepartment, options: CallOptions = {}): Promise<Department> {
    return this.client.call<Department>("PATCH", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a department. */
  deleteDepartment(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/departments/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** List programs. */
  listPrograms(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "duration" | "-duration" | "createdAt" | "-createdAt"; q?: string; universityId?: string; departmentId?: string; degree?: Degree } = {}, options: CallOptions = {}): Promise<Page<Program>> {
    return this.client.call<Page<Program>>("GET", `/api/v1/programs`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, universityId: parameters.universityId, departmentId: parameters.departmentId, degree: parameters.degree }, undefined, "whole", options);
  }

  /** Add a program to a department. */
  createProgram(body: CreateProgram, options: CallOptions = {}): Promise<Program> {
    return this.client.call<Program>("POST", `/api/v1/programs`, {  }, body, "data", options);
  }

  /** Read a program. */
  getProgram(parameters: { id: string }, options: CallOptions = {}): Promise<Program> {
    return this.client.call<Program>("GET", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a program. */
  replaceProgram(parameters: { id: string }, body: ReplaceProgram, options: CallOptions = {}): Promise<Program> {
    return this.client.call<Program>("PUT", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Change parts of a program. */
  updateProgram(parameters: { id: string }, body: UpdateProgram, options: CallOptions = {}): Promise<Program> {
    return this.client.call<Program>("PATCH", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a program. */
  deleteProgram(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/programs/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }
}

export class AuthOperations {
  constructor(private readonly client: Client) {}

  /** Open an account and sign it in. */
  register(body: Register, options: CallOptions = {}): Promise<SignedIn> {
    return this.client.call<SignedIn>("POST", `/api/v1/auth/register`, {  }, body, "data", options);
  }

  /** Log in. */
  logIn(body: LogIn, options: CallOptions = {}): Promise<SignedIn> {
    return this.client.call<SignedIn>("POST", `/api/v1/auth/login`, {  }, body, "data", options);
  }

  /** Exchange a refresh token for a new pair. */
  refreshSession(body: RefreshSession = {}, options: CallOptions = {}): Promise<SignedIn> {
    return this.client.call<SignedIn>("POST", `/api/v1/auth/refresh-token`, {  }, body, "data", options);
  }

  /** End the caller's sessions everywhere, or only this one. */
  logOut(body: LogOut = {}, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("POST", `/api/v1/auth/logout`, {  }, body, "nothing", options);
  }

  /** List where the caller is signed in. */
  listSessions(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt" | "lastUsedAt" | "-lastUsedAt" } = {}, options: CallOptions = {}): Promise<Page<Session>> {
    return this.client.call<Page<Session>>("GET", `/api/v1/auth/sessions`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort }, undefined, "whole", options);
  }

  /** End one of the caller's sessions. */
  endSession(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/auth/sessions/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Change the password and end all sessions and API keys. */
  changePassword(body: ChangePassword, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("POST", `/api/v1/auth/change-password`, {  }, body, "nothing", options);
  }

  /** Read the caller's account. */
  getOwnUser(options: CallOptions = {}): Promise<User> {
    return this.client.call<User>("GET", `/api/v1/users/me`, {  }, undefined, "data", options);
  }

  /** Delete the caller's account and personal data. */
  deleteOwnUser(body: DeleteOwnUser, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/users/me`, {  }, body, "nothing", options);
  }

  /** Read an account. */
  getUser(parameters: { id: string }, options: CallOptions = {}): Promise<User> {
    return this.client.call<User>("GET", `/api/v1/users/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** List accounts. */
  listUsers(parameters: { page?: number; limit?: number; cursor?: string; q?: string; sort?: "createdAt" | "-createdAt" | "name" | "-name" | "email" | "-email" } = {}, options: CallOptions = {}): Promise<Page<User>> {
    return this.client.call<Page<User>>("GET", `/api/v1/users`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, q: parameters.q, sort: parameters.sort }, undefined, "whole", options);
  }

  /** Give an account another role. */
  setUserRole(parameters: { id: string }, body: SetUserRole, options: CallOptions = {}): Promise<User> {
    return this.client.call<User>("PUT", `/api/v1/users/${encodeURIComponent(parameters.id)}/role`, {  }, body, "data", options);
  }

  /** Create an API key, which only this reply shows. */
  createAPIKey(body: CreateAPIKey, options: CallOptions = {}): Promise<CreatedAPIKey> {
    return this.client.call<CreatedAPIKey>("POST", `/api/v1/api-keys`, {  }, body, "data", options);
  }

  /** List the caller's API keys. */
  listAPIKeys(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt" | "name" | "-name" } = {}, options: CallOptions = {}): Promise<Page<APIKey>> {
    return this.client.call<Page<APIKey>>("GET", `/api/v1/api-keys`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort }, undefined, "whole", options);
  }

  /** End one of the caller's API keys at once. */
  deleteAPIKey(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/api-keys/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Read the caller's profile. */
  getProfile(options: CallOptions = {}): Promise<Profile> {
    return this.client.call<Profile>("GET", `/api/v1/profile`, {  }, undefined, "data", options);
  }

  /** Replace the caller's profile. */
  replaceProfile(body: ReplaceProfile = {}, options: CallOptions = {}): Promise<Profile> {
    return this.client.call<Profile>("PUT", `/api/v1/profile`, {  }, body, "data", options);
  }

  /** Export what all services hold on the caller. */
  exportProfile(options: CallOptions = {}): Promise<ProfileExport> {
    return this.client.call<ProfileExport>("GET", `/api/v1/profile/export`, {  }, undefined, "data", options);
  }

  /** List the public keys of access tokens. */
  listKeys(options: CallOptions = {}): Promise<PublicKeySet> {
    return this.client.call<PublicKeySet>("GET", `/.well-known/jwks.json`, {  }, undefined, "whole", options);
  }
}

export class FormsOperations {
  constructor(private readonly client: Client) {}

  /** List forms. */
  listForms(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "title" | "-title"; q?: string; status?: FormStatus; entityType?: FormEntityType; entityId?: string } = {}, options: CallOptions = {}): Promise<Page<FormSummary>> {
    return this.client.call<Page<FormSummary>>("GET", `/api/v1/forms`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, status: parameters.status, entityType: parameters.entityType, entityId: parameters.entityId }, undefined, "whole", options);
  }

  /** Create a form. */
  createForm(body: CreateForm, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("POST", `/api/v1/forms`, {  }, body, "data", options);
  }

  /** Read a form. */
  getForm(parameters: { id: string }, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a form. */
  replaceForm(parameters: { id: string }, body: ReplaceForm, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("PUT", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Change a form. */
  updateForm(parameters: { id: string }, body: UpdateForm, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("PATCH", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a form. */
  deleteForm(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Publish a form. */
  publishForm(parameters: { id: string }, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/publish`, {  }, undefined, "data", options);
  }

  /** Close a form. */
  closeForm(parameters: { id: string }, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/close`, {  }, undefined, "data", options);
  }

  /** Reopen a closed form. */
  reopenForm(parameters: { id: string }, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/reopen`, {  }, undefined, "data", options);
  }

  /** Archive a form. */
  archiveForm(parameters: { id: string }, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/archive`, {  }, undefined, "data", options);
  }

  /** Copy a form. */
  duplicateForm(parameters: { id: string }, body: DuplicateForm = {}, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/duplicate`, {  }, body, "data", options);
  }

  /** Add a page to a form. */
  addPage(parameters: { id: string }, body: AddPage = {}, options: CallOptions = {}): Promise<FormPage> {
    return this.client.call<FormPage>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/pages`, {  }, body, "data", options);
  }

  /** Change a page. */
  updatePage(parameters: { id: string; pageId: string }, body: UpdatePage, options: CallOptions = {}): Promise<FormPage> {
    return this.client.call<FormPage>("PATCH", `/api/v1/forms/${encodeURIComponent(parameters.id)}/pages/${encodeURIComponent(parameters.pageId)}`, {  }, body, "data", options);
  }

  /** Remove a page. */
  removePage(parameters: { id: string; pageId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}/pages/${encodeURIComponent(parameters.pageId)}`, {  }, undefined, "nothing", options);
  }

  /** Add a question to a form. */
  addQuestion(parameters: { id: string }, body: AddQuestion, options: CallOptions = {}): Promise<Question> {
    return this.client.call<Question>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/questions`, {  }, body, "data", options);
  }

  /** Change a question. */
  updateQuestion(parameters: { id: string; questionId: string }, body: UpdateQuestion, options: CallOptions = {}): Promise<Question> {
    return this.client.call<Question>("PATCH", `/api/v1/forms/${encodeURIComponent(parameters.id)}/questions/${encodeURIComponent(parameters.questionId)}`, {  }, body, "data", options);
  }

  /** Remove a question. */
  removeQuestion(parameters: { id: string; questionId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}/questions/${encodeURIComponent(parameters.questionId)}`, {  }, undefined, "nothing", options);
  }

  /** Reorder pages and questions. */
  reorderForm(parameters: { id: string }, body: ReorderForm, options: CallOptions = {}): Promise<Form> {
    return this.client.call<Form>("PUT", `/api/v1/forms/${encodeURIComponent(parameters.id)}/order`, {  }, body, "data", options);
  }

  /** Fill smart fields from the profile. */
  getAutofill(parameters: { id: string }, options: CallOptions = {}): Promise<Record<string, AutofillField>> {
    return this.client.call<Record<string, AutofillField>>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/autofill`, {  }, undefined, "data", options);
  }

  /** Submit a response to a form. */
  submitResponse(parameters: { id: string }, body: SubmitResponse, options: CallOptions = {}): Promise<FormResponse> {
    return this.client.call<FormResponse>("POST", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses`, {  }, body, "data", options);
  }

  /** List a form's responses. */
  listResponses(parameters: { id: string; page?: number; limit?: number; cursor?: string; sort?: "submittedAt" | "-submittedAt" }, options: CallOptions = {}): Promise<Page<FormResponse>> {
    return this.client.call<Page<FormResponse>>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort }, undefined, "whole", options);
  }

  /** Export a form's responses as CSV. */
  exportResponses(parameters: { id: string; cursor?: string; bom?: boolean }, options: CallOptions = {}): Promise<string> {
    return this.client.call<string>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses.csv`, { cursor: parameters.cursor, bom: parameters.bom }, undefined, "text", options, "text/csv");
  }

  /** Read a response. */
  getResponse(parameters: { id: string; responseId: string }, options: CallOptions = {}): Promise<FormResponse> {
    return this.client.call<FormResponse>("GET", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses/${encodeURIComponent(parameters.responseId)}`, {  }, undefined, "data", options);
  }

  /** Delete a response. */
  deleteResponse(parameters: { id: string; responseId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/forms/${encodeURIComponent(parameters.id)}/responses/${encodeURIComponent(parameters.responseId)}`, {  }, undefined, "nothing", options);
  }

  /** List the caller's profile updates. */
  listProfileUpdates(parameters: { page?: number; limit?: number; cursor?: string; status?: ProfileUpdateStatus } = {}, options: CallOptions = {}): Promise<Page<ProfileUpdate>> {
    return this.client.call<Page<ProfileUpdate>>("GET", `/api/v1/profile-updates`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, status: parameters.status }, undefined, "whole", options);
  }

  /** Approve a profile update. */
  approveProfileUpdate(parameters: { id: string }, options: CallOptions = {}): Promise<ProfileUpdate> {
    return this.client.call<ProfileUpdate>("POST", `/api/v1/profile-updates/${encodeURIComponent(parameters.id)}/approve`, {  }, undefined, "data", options);
  }

  /** Reject a profile update. */
  rejectProfileUpdate(parameters: { id: string }, options: CallOptions = {}): Promise<ProfileUpdate> {
    return this.client.call<ProfileUpdate>("POST", `/api/v1/profile-updates/${encodeURIComponent(parameters.id)}/reject`, {  }, undefined, "data", options);
  }

  /** List profile field mappings. */
  listProfileFieldMappings(parameters: { page?: number; limit?: number; cursor?: string; isActive?: boolean } = {}, options: CallOptions = {}): Promise<Page<ProfileFieldMapping>> {
    return this.client.call<Page<ProfileFieldMapping>>("GET", `/api/v1/profile-field-mappings`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, isActive: parameters.isActive }, undefined, "whole", options);
  }

  /** Add a profile field mapping. */
  createProfileFieldMapping(body: CreateProfileFieldMapping, options: CallOptions = {}): Promise<ProfileFieldMapping> {
    return this.client.call<ProfileFieldMapping>("POST", `/api/v1/profile-field-mappings`, {  }, body, "data", options);
  }

  /** Read a profile field mapping. */
  getProfileFieldMapping(parameters: { id: string }, options: CallOptions = {}): Promise<ProfileFieldMapping> {
    return this.client.call<ProfileFieldMapping>("GET", `/api/v1/profile-field-mappings/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a profile field mapping. */
  replaceProfileFieldMapping(parameters: { id: string }, body: ReplaceProfileFieldMapping, options: CallOptions = {}): Promise<ProfileFieldMapping> {
    return this.client.call<ProfileFieldMapping>("PUT", `/api/v1/profile-field-mappings/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a profile field mapping. */
  deleteProfileFieldMapping(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/profile-field-mappings/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }
}

export class IdParserOperations {
  constructor(private readonly client: Client) {}

  /** List patterns of student numbers. */
  listIDPatterns(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "priority" | "-priority" | "createdAt" | "-createdAt"; q?: string; universityCode?: string; isActive?: boolean } = {}, options: CallOptions = {}): Promise<Page<IDPattern>> {
    return this.client.call<Page<IDPattern>>("GET", `/api/v1/id-patterns`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, universityCode: parameters.universityCode, isActive: parameters.isActive }, undefined, "whole", options);
  }

  /** Add a pattern of student numbers. */
  createIDPattern(body: CreateIDPattern, options: CallOptions = {}): Promise<IDPattern> {
    return this.client.call<IDPattern>("POST", `/api/v1/id-patterns`, {  }, body, "data", options);
  }

  /** Read a pattern. */
  getIDPattern(parameters: { id: string }, options: CallOptions = {}): Promise<IDPattern> {
    return this.client.call<IDPattern>("GET", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a pattern. */
  replaceIDPattern(parameters: { id: string }, body: ReplaceIDPattern, options: CallOptions = {}): Promise<IDPattern> {
    return this.client.call<IDPattern>("PUT", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Change parts of a pattern. */
  updateIDPattern(parameters: { id: string }, body: UpdateIDPattern, options: CallOptions = {}): Promise<IDPattern> {
    return this.client.call<IDPattern>("PATCH", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a pattern. */
  deleteIDPattern(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/id-patterns/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Find student numbers in a text. */
  parseStudentIDs(body: ParseStudentIDs, options: CallOptions = {}): Promise<ParsedText> {
    return this.client.call<ParsedText>("POST", `/api/v1/student-ids/parse`, {  }, body, "data", options);
  }

  /** Find student numbers in up to 1,000 texts. */
  parseStudentIDBatch(body: ParseStudentIDBatch, options: CallOptions = {}): Promise<ParsedBatch> {
    return this.client.call<ParsedBatch>("POST", `/api/v1/student-ids/parse-batch`, {  }, body, "data", options);
  }

  /** Check a student number. */
  verifyStudentID(body: VerifyStudentID, options: CallOptions = {}): Promise<StudentIDVerification> {
    return this.client.call<StudentIDVerification>("POST", `/api/v1/student-ids/verify`, {  }, body, "data", options);
  }
}

export class NotifierOperations {
  constructor(private readonly client: Client) {}

  /** List one's own notifications. */
  listNotifications(parameters: { page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt"; unread?: boolean } = {}, options: CallOptions = {}): Promise<Page<InboxNotification>> {
    return this.client.call<Page<InboxNotification>>("GET", `/api/v1/notifications`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, unread: parameters.unread }, undefined, "whole", options);
  }

  /** Mark a notification as read. */
  readNotification(parameters: { id: string }, options: CallOptions = {}): Promise<InboxNotification> {
    return this.client.call<InboxNotification>("POST", `/api/v1/notifications/${encodeURIComponent(parameters.id)}/read`, {  }, undefined, "data", options);
  }

  /** Mark all notifications as read. */
  readAllNotifications(body: ReadAllNotifications = {}, options: CallOptions = {}): Promise<UnreadCount> {
    return this.client.call<UnreadCount>("POST", `/api/v1/notifications/read-all`, {  }, body, "data", options);
  }

  /** Count one's own unread notifications. */
  countUnread(options: CallOptions = {}): Promise<UnreadCount> {
    return this.client.call<UnreadCount>("GET", `/api/v1/notifications/unread-count`, {  }, undefined, "data", options);
  }

  /** Issue a token for a live connection. */
  issueRealtimeToken(options: CallOptions = {}): Promise<RealtimeToken> {
    return this.client.call<RealtimeToken>("POST", `/api/v1/realtime/token`, {  }, undefined, "data", options);
  }
}

export class SocietiesOperations {
  constructor(private readonly client: Client) {}

  /** Found a society, which a moderator then approves. */
  createSociety(body: CreateSociety, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("POST", `/api/v1/societies`, {  }, body, "data", options);
  }

  /** List societies that are public or one's own. */
  listSocieties(parameters: { page?: number; limit?: number; cursor?: string; sort?: "name" | "-name" | "createdAt" | "-createdAt" | "memberCount" | "-memberCount"; q?: string; status?: SocietyStatus; universityId?: string } = {}, options: CallOptions = {}): Promise<Page<Society>> {
    return this.client.call<Page<Society>>("GET", `/api/v1/societies`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, q: parameters.q, status: parameters.status, universityId: parameters.universityId }, undefined, "whole", options);
  }

  /** Read a society. */
  getSociety(parameters: { id: string }, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, undefined, "data", options);
  }

  /** Replace a society's description. */
  replaceSociety(parameters: { id: string }, body: ReplaceSociety, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("PUT", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Change parts of a society's description. */
  updateSociety(parameters: { id: string }, body: UpdateSociety, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("PATCH", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, body, "data", options);
  }

  /** Delete a society. */
  deleteSociety(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/societies/${encodeURIComponent(parameters.id)}`, {  }, undefined, "nothing", options);
  }

  /** Approve a pending society, or lift a suspension. */
  approveSociety(parameters: { id: string }, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/approve`, {  }, undefined, "data", options);
  }

  /** Suspend an active society. */
  suspendSociety(parameters: { id: string }, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/suspend`, {  }, undefined, "data", options);
  }

  /** Archive a society. */
  archiveSociety(parameters: { id: string }, options: CallOptions = {}): Promise<Society> {
    return this.client.call<Society>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/archive`, {  }, undefined, "data", options);
  }

  /** List a society's members. */
  listMembers(parameters: { id: string; page?: number; limit?: number; cursor?: string; sort?: "joinedAt" | "-joinedAt"; role?: MemberRole }, options: CallOptions = {}): Promise<Page<Member>> {
    return this.client.call<Page<Member>>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/members`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, role: parameters.role }, undefined, "whole", options);
  }

  /** Change a member's role. */
  changeMemberRole(parameters: { id: string; userId: string }, body: ChangeMemberRole, options: CallOptions = {}): Promise<Member> {
    return this.client.call<Member>("PATCH", `/api/v1/societies/${encodeURIComponent(parameters.id)}/members/${encodeURIComponent(parameters.userId)}`, {  }, body, "data", options);
  }

  /** Remove a member. */
  removeMember(parameters: { id: string; userId: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("DELETE", `/api/v1/societies/${encodeURIComponent(parameters.id)}/members/${encodeURIComponent(parameters.userId)}`, {  }, undefined, "nothing", options);
  }

  /** Leave a society. */
  leaveSociety(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
    return this.client.call<void>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/leave`, {  }, undefined, "nothing", options);
  }

  /** Transfer the presidency to another member. */
  transferPresidency(parameters: { id: string }, body: TransferPresidency, options: CallOptions = {}): Promise<Member> {
    return this.client.call<Member>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/transfer-presidency`, {  }, body, "data", options);
  }

  /** Read a society's registration settings. */
  getRegistrationSettings(parameters: { id: string }, options: CallOptions = {}): Promise<RegistrationSettings> {
    return this.client.call<RegistrationSettings>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registration`, {  }, undefined, "data", options);
  }

  /** Configure how a society takes new members. */
  configureRegistration(parameters: { id: string }, body: ConfigureRegistration, options: CallOptions = {}): Promise<RegistrationSettings> {
    return this.client.call<RegistrationSettings>("PUT", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registration`, {  }, body, "data", options);
  }

  /** Register for a society with answers to its form. */
  registerForSociety(parameters: { id: string }, body: RegisterForSociety, options: CallOptions = {}): Promise<Registration> {
    return this.client.call<Registration>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations`, {  }, body, "data", options);
  }

  /** List a society's registrations. */
  listRegistrations(parameters: { id: string; page?: number; limit?: number; cursor?: string; sort?: "createdAt" | "-createdAt"; status?: RegistrationStatus }, options: CallOptions = {}): Promise<Page<Registration>> {
    return this.client.call<Page<Registration>>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations`, { page: parameters.page, limit: parameters.limit, cursor: parameters.cursor, sort: parameters.sort, status: parameters.status }, undefined, "whole", options);
  }

  /** Approve a registration, which makes the applicant a member. */
  approveRegistration(parameters: { id: string; registrationId: string }, options: CallOptions = {}): Promise<Registration> {
    return this.client.call<Registration>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/${encodeURIComponent(parameters.registrationId)}/approve`, {  }, undefined, "data", options);
  }

  /** Reject a registration. */
  rejectRegistration(parameters: { id: string; registrationId: string }, body: RejectRegistration = {}, options: CallOptions = {}): Promise<Registration> {
    return this.client.call<Registration>("POST", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/${encodeURIComponent(parameters.registrationId)}/reject`, {  }, body, "data", options);
  }

  /** Read one's own registration. */
  getOwnRegistration(parameters: { id: string }, options: CallOptions = {}): Promise<Registration> {
    return this.client.call<Registration>("GET", `/api/v1/societies/${encodeURIComponent(parameters.id)}/registrations/mine`, {  }, undefined, "data", options);
  }

  /** Withdraw one's own registration. */
  withdrawRegistration(parameters: { id: string }, options: CallOptions = {}): Promise<void> {
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
