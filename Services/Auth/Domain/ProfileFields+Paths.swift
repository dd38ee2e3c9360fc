import AuthContracts
import Contracts

extension ProfileFields {
    /// The fields as a JSON object with a member for each, `null` where nothing was said.
    private var json: JSONObject {
        get throws { try JSONParser.parse(jsonBytes).objectValue ?? JSONObject() }
    }

    /// The values at some paths; `null` where nothing was said.
    func values(at paths: [ProfilePath]) throws -> [String: JSONValue] {
        let json = try json
        let pairs = paths.map { path in
            (path.text, path.customKey.map { custom?[$0] ?? .null } ?? json[path.text] ?? .null)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The fields after some of them were set; `null` forgets one.
    ///
    /// The others may have been accepted under earlier rules, so only the new values are read as a request.
    ///
    /// - Throws: `ValidationError` where a value does not fit its field.
    func setting(_ values: [String: JSONValue]) throws -> ProfileFields {
        var json = try json
        var custom = custom ?? [:]
        var new = JSONObject()
        var newCustom = JSONObject()
        for (text, value) in values {
            if let key = ProfilePath(text)?.customKey {
                if value == .null { custom.removeValue(forKey: key) } else { custom[key] = value }
                newCustom[key] = value
            } else {
                json[text] = value
                new[text] = value
            }
        }
        if !newCustom.isEmpty { new["custom"] = .object(newCustom) }
        _ = try ProfileFields.read(.object(new))
        if !custom.isEmpty || self.custom != nil {
            json["custom"] = .object(JSONObject(custom.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        }
        return try ProfileFields.read(accepted: .object(json))
    }
}
