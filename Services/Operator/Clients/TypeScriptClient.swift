import Contracts

/// Writes the client for TypeScript: types, and a small client over `fetch`.
struct TypeScriptClient {
    let model: APIModel

    var text: String {
        ([Self.runtime] + model.types.map(type) + model.services.map(service) + [client]).joined(separator: "\n")
    }

    private func type(_ type: APIModel.NamedType) -> String {
        switch type.definition {
        case .alias(let shape): return "export type \(type.name) = \(name(of: shape));\n"
        case .members(let members):
            let lines = members.map { "  \(key($0.name))\($0.isRequired ? "" : "?"): \(name(of: $0.shape));\n" }
            return "export interface \(type.name) {\n\(lines.joined())}\n"
        }
    }

    private func key(_ name: String) -> String {
        name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? name : text(name)
    }

    private func text(_ value: String) -> String { String(decoding: JSONValue.string(value).bytes, as: UTF8.self) }

    private func name(of shape: APIModel.Shape) -> String {
        switch shape {
        case .any: "unknown"
        case .null: "null"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .literals(let words): words.map(text).joined(separator: " | ")
        case .array(let item): "Array<\(name(of: item))>"
        case .map(let value): "Record<string, \(name(of: value))>"
        case .named(let name): name
        case .union(let shapes): shapes.map(name).joined(separator: " | ")
        }
    }

    private func service(_ service: (name: String, operations: [APIModel.Operation])) -> String {
        let methods = service.operations.map(method).joined(separator: "\n")
        return
            "export class \(className(service.name)) {\n  constructor(private readonly client: Client) {}\n\n\(methods)}\n"
    }

    private func className(_ service: String) -> String {
        service.split(separator: "-").map(\.withCapital).joined() + "Operations"
    }

    private func method(_ operation: APIModel.Operation) -> String {
        let parameters = operation.pathParameters + operation.queryParameters
        var arguments: [String] = []
        if !parameters.isEmpty {
            let members = parameters.map { "\(key($0.name))\($0.isRequired ? "" : "?"): \(name(of: $0.shape))" }
            let mayLack = !parameters.contains(where: \.isRequired) && !(operation.isBodyRequired)
            arguments.append("parameters: { \(members.joined(separator: "; ")) }" + (mayLack ? " = {}" : ""))
        }
        if let body = operation.body {
            arguments.append("body: \(name(of: body))" + (operation.isBodyRequired ? "" : " = {}"))
        }
        arguments.append("options: CallOptions = {}")
        let path = operation.pathParameters.reduce(operation.path) { path, member in
            path.replacing("{\(member.name)}", with: "${encodeURIComponent(parameters.\(member.name))}")
        }
        let query = operation.queryParameters.map { "\(key($0.name)): parameters.\($0.name)" }.joined(separator: ", ")
        let (type, read) =
            switch operation.reply {
            case .data(let shape): (name(of: shape), "data")
            case .page(let item): ("Page<\(name(of: item))>", "whole")
            case .bare(let shape): (name(of: shape), "whole")
            case .text: ("string", "text")
            case nil: ("void", "nothing")
            }
        let body = operation.body == nil ? "undefined" : "body"
        let accept = if case .text(let type)? = operation.reply { ", \(text(type))" } else { "" }
        return """
              /** \(operation.summary).\(operation.isDeprecated ? " @deprecated" : "") */
              \(operation.name)(\(arguments.joined(separator: ", "))): Promise<\(type)> {
                return this.client.call<\(type)>("\(operation.method)", `\(path)`, { \(query) }, \(body), "\(read)", options\(accept));
              }

            """
    }

    private var client: String {
        let fields = model.services.map {
            "  readonly \($0.name.split(separator: "-").camelCase) = new \(className($0.name))(this);\n"
        }
        return Self.clientHead + fields.joined() + Self.clientBody
    }

    private static let runtime = """
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

        """

    private static let clientHead = """
        export class Client {

        """

    private static let clientBody = """

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
            const url = new URL(this.options.baseUrl.replace(/\\/+$/, "") + path);
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
            wait === null || !/^\\d+$/.test(wait) ? undefined : Number(wait),
          );
        }

        /** An object's members; none of what is no object. */
        function members(value: unknown): Record<string, any> {
          return typeof value === "object" && value !== null ? value : {};
        }

        """
}
