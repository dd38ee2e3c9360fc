internal import CIDN2

/// Converts domain names from the form people write to the form that DNS uses.
public enum DomainName {
    /// The ASCII form of a domain name (IDNA 2008 with the mappings of UTS #46, non-transitional).
    ///
    /// - Parameter text: Stream-safe text of at most some hundred characters.
    /// - Returns: The name in lower case, such as `xn--bcher-kva.example`; `nil` if it is not a domain name.
    public static func ascii(_ text: String) -> String? {
        // The library would drop these, which would yield a different name.
        guard text.unicodeScalars.allSatisfy(isKept) else { return nil }
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue | IDN2_USE_STD3_ASCII_RULES.rawValue)
        var output: UnsafeMutablePointer<CChar>?
        guard unsafe idn2_to_ascii_8z(text, &output, flags) == IDN2_OK.rawValue, let output = unsafe output else {
            return nil
        }
        defer { unsafe idn2_free(output) }
        return unsafe String(cString: output).lowercased()
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return UInt8(scalar.value).isASCIILetterOrDigit || scalar == "-" || scalar == "." }
        return !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isWhitespace
    }
}
