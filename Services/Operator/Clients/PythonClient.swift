import Contracts

/// Writes the client for Python: typed dictionaries, and a small client over the standard library.
struct PythonClient {
    let model: APIModel

    var text: String {
        ([Self.runtime] + model.types.map(type) + model.services.map(service) + [client]).joined(separator: "\n\n")
    }

    /// Names that are no identifiers are possible in the functional form alone, so all types have it.
    private func type(_ type: APIModel.NamedType) -> String {
        switch type.definition {
        case .alias(let shape): return "\(type.name): TypeAlias = \(text(name(of: shape)))"
        case .members(let members):
            let lines = members.map { member in
                let value = name(of: member.shape)
                return "    \(text(member.name)): \(text(member.isRequired ? value : "NotRequired[\(value)]")),\n"
            }
            return "\(type.name) = TypedDict(\"\(type.name)\", {\n\(lines.joined())})"
        }
    }

    private func text(_ value: String) -> String { String(decoding: JSONValue.string(value).bytes, as: UTF8.self) }

    private func name(of shape: APIModel.Shape) -> String {
        switch shape {
        case .any: "Any"
        case .null: "None"
        case .boolean: "bool"
        case .integer: "int"
        case .number: "float"
        case .string: "str"
        case .literals(let words): "Literal[\(words.map(text).joined(separator: ", "))]"
        case .array(let item): "list[\(name(of: item))]"
        case .map(let value): "dict[str, \(name(of: value))]"
        case .named(let name): name
        case .union(let shapes): "Union[\(shapes.map(name).joined(separator: ", "))]"
        }
    }

    private func service(_ service: (name: String, operations: [APIModel.Operation])) -> String {
        let methods = service.operations.map(method).joined(separator: "\n")
        return """
            class \(className(service.name)):
                def __init__(self, client: "Client") -> None:
                    self._client = client

            \(methods)
            """
    }

    private func className(_ service: String) -> String {
        service.split(separator: "-").map(\.withCapital).joined() + "Operations"
    }

    /// As Python writes names: `responseId` is `response_id`, `createAPIKey` is `create_api_key`.
    private func snake(_ name: String) -> String {
        let words = name.replacing(/([a-z0-9])([A-Z])/) { "\($0.output.1)_\($0.output.2)" }
        // An initialism ends before the next word, but not before the s of its plural.
        return words.replacing(/([A-Z])([A-Z](?!s(?:[A-Z]|$))[a-z])/) { "\($0.output.1)_\($0.output.2)" }.lowercased()
    }

    private func method(_ operation: APIModel.Operation) -> String {
        func argument(_ member: APIModel.Member) -> String {
            let type = name(of: member.shape)
            return "\(snake(member.name)): "
                + (member.isRequired ? quoted(type) : "\(quoted("Optional[\(type)]")) = None")
        }
        var arguments = ["self"] + operation.pathParameters.map(argument)
        if let body = operation.body {
            arguments.append(
                "body: \(quoted(operation.isBodyRequired ? name(of: body) : "Optional[\(name(of: body))]"))"
                    + (operation.isBodyRequired ? "" : " = None")
            )
        }
        arguments += ["*"] + operation.queryParameters.map(argument)
        arguments.append("options: CallOptions = CallOptions()")
        let path = operation.pathParameters.reduce(operation.path) { path, member in
            path.replacing("{\(member.name)}", with: "{quote(\(snake(member.name)), safe='')}")
        }
        let query = operation.queryParameters.map { "\(text($0.name)): \(snake($0.name))" }.joined(separator: ", ")
        let (type, read) =
            switch operation.reply {
            case .data(let shape): (name(of: shape), "[\"data\"]")
            case .page(let item): ("tuple[list[\(name(of: item))], Pagination]", "")
            case .bare(let shape): (name(of: shape), "")
            case .text: ("str", "")
            case nil: ("None", "")
            }
        let body = operation.body == nil ? "None" : operation.isBodyRequired ? "body" : "body or {}"
        let accept = if case .text(let type)? = operation.reply { ", \(text(type))" } else { "" }
        let call = "self._client.call(\"\(operation.method)\", f\"\(path)\", {\(query)}, \(body), options\(accept))"
        let last =
            switch operation.reply {
            case nil: "        \(call)"
            case .page:
                "        answer = \(call)\n        return cast(\(quoted(type)), (answer[\"data\"], answer[\"pagination\"]))"
            case .data, .bare, .text: "        return cast(\(quoted(type)), \(call)\(read))"
            }
        return """
                def \(snake(operation.name))(\(arguments.joined(separator: ", "))) -> \(quoted(type)):
                    \"\"\"\(operation.summary).\"\"\"
            \(last)

            """
    }

    private func quoted(_ type: String) -> String { "'\(type)'" }

    private var client: String {
        let fields = model.services.map {
            "        self.\($0.name.replacing("-", with: "_")) = \(className($0.name))(self)\n"
        }
        return Self.clientHead + fields.joined() + Self.clientBody
    }

    private static let runtime = """
        # Made by `rovierr clients generate` from the OpenAPI document. Do not edit.
        \"\"\"A typed client of Rovierr's HTTP API that needs nothing but the standard library.\"\"\"
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
            \"\"\"What a call may have beside its own arguments.\"\"\"

            #: Makes a POST run once, however often it is sent within a day.
            idempotency_key: Optional[str] = None
            #: Writes only what has this ETag.
            if_match: Optional[str] = None
            #: Sees every answer's status and headers, such as ETag.
            on_response: Optional[Callable[[int, Message], None]] = None
            timeout: float = 30.0


        @dataclass(eq=False)  # errors are hashed where they are handled
        class APIError(Exception):
            \"\"\"A refusal, with the code that never changes.\"\"\"

            status: int
            code: str
            message: str
            request_id: str
            #: Seconds after which it is worth trying again.
            retry_after: Optional[int] = None
            details: list[dict[str, str]] = field(default_factory=list)

            def __str__(self) -> str:
                return f"{self.status} {self.code}: {self.message}"
        """

    private static let clientHead = """
        class Client:
            \"\"\"All operations, by service.\"\"\"

            def __init__(
                self, base_url: str, token: Union[str, Callable[[], Optional[str]], None] = None, *,
                api_key: Optional[str] = None,
            ) -> None:
                self.base_url = base_url.rstrip("/")
                self.token = token
                self.api_key = api_key

        """

    private static let clientBody = """

            def call(
                self, method: str, path: str, query: Mapping[str, Any], body: Optional[Mapping[str, Any]],
                options: CallOptions, accept: str = "application/json",
            ) -> Any:
                \"\"\"Sends a request; the answer is the whole body, or None. It is text where no JSON is accepted.\"\"\"
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

        """
}
