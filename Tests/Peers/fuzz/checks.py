"""What must hold for every reply, whoever asked for whatever."""
import datetime
import re
import unicodedata

from client import Raw
from world import may_see

MARK = re.compile(rb"zq[a-z0-9]{10}", re.IGNORECASE)
CODE = re.compile(r"^[A-Z][A-Z0-9_]*$")


def marks_in(body):
    return {found.lower().decode() for found in MARK.findall(body or b"")}


def faults_of(reply, request, operation, is_hostile):
    """Yields (check, what, detail) for everything that is wrong with a reply by itself."""
    status = reply.status
    if status >= 500:
        if status == 503 and "retry-after" in reply.headers:
            yield "overload", "503", ""
        elif status == 504:
            yield ("work refused" if is_hostile else "overload"), "504", ""
        else:
            yield "server error", f"{status} {reply.code}", str(reply)
    if status == 429:
        yield ("overload", "429", "") if "retry-after" in reply.headers else ("envelope", "429 without Retry-After", "")
    identifier = reply.headers.get("x-request-id")
    if not identifier:
        yield "envelope", f"{status} without X-Request-Id", str(reply)
    given = request.headers.get("X-Request-Id")
    # What is too long for nginx is refused before it reads headers.
    if given and identifier and given != identifier and status not in (414, 431):
        yield "envelope", f"{status} with another X-Request-Id than the caller's", f"{given} → {identifier}"
    if status >= 400:
        yield from faults_of_refusal(reply, identifier)
    if operation is None:
        return
    if status in (204, 304) and reply.body:
        yield "schema", f"{status} with a body", ""
    if reply.is_success and not reply.body and request.method != "HEAD" and "content-type" in reply.headers:
        yield "schema", f"{status} gives an empty body a type", reply.headers["content-type"]
    if reply.json is not None or status in (204, 304) or status >= 400:
        fault = operation.fault_in(status, reply.json)
        # What can't be parsed as HTTP is refused before there is an operation.
        if fault and not (status in (413, 414, 431) and is_hostile and "not described" in fault):
            yield "schema", f"{status} {reply.code or ''} {fault}".replace("  ", " "), ""
    elif reply.is_success and reply.body and not operation.response(status).get("content"):
        yield "schema", f"{status} with a body of no described type", reply.headers.get("content-type", "")


def faults_of_refusal(reply, identifier):
    json, status = reply.json, reply.status
    if not isinstance(json, dict) or json.get("success") is not False or not isinstance(json.get("error"), dict):
        yield "envelope", f"{status} outside the envelope", reply.body[:200].decode(errors="replace")
        return
    error = json["error"]
    if not CODE.match(str(error.get("code"))):
        yield "envelope", f"{status} with the code {error.get('code')!r}", ""
    if not error.get("message") or not isinstance(error.get("message"), str):
        yield "envelope", f"{status} without a message", ""
    if json.get("statusCode") != status:
        yield "envelope", f"{status} says {json.get('statusCode')}", ""
    if json.get("requestId") != identifier:
        yield "envelope", f"{status} has another requestId than X-Request-Id", f"{json.get('requestId')} {identifier}"
    if error.get("code") == "VALIDATION_ERROR":
        details = error.get("details")
        if not details or not all(isinstance(d, dict) and isinstance(d.get("field"), str) and d.get("message") for d in details):
            yield "envelope", "VALIDATION_ERROR without details", str(json)[:300]
    if status == 401 and "bearer" not in reply.headers.get("www-authenticate", "").lower():
        yield "envelope", "401 without WWW-Authenticate", ""
    if status == 405 and "allow" not in reply.headers:
        yield "envelope", "405 without Allow", ""


def leaks_in(reply, request, person, marks):
    """Yields (kind of thing, detail) for every mark that this person must not see."""
    sent = marks_in(request.body) | marks_in(request.path.encode())
    for text in marks_in(reply.body) - sent:
        mark = marks.known.get(text)
        if mark is not None and may_see(person, mark) is False and not is_notice(request.operation, person, mark):
            state = mark.thing.state.get("status") if mark.thing is not None else None
            yield f"{mark.kind}" + (f" ({state})" if state else ""), f"{text} of {mark.owner} in {mark.thing} was told to {person} ({person.role})"


def is_notice(operation, person, mark):
    """True for a notice on a society that somebody applied to: it stays theirs, and part of what they export."""
    tells = operation.id.startswith("notifier.") or operation.id == "auth.profile.export"
    return tells and mark.thing is not None and person in mark.thing.extra.get("known_to", [])


# MARK: what was written against what is read

SETS = ("mailDomains", "scopes")  # lists whose order says nothing


def moment(text):
    try:
        value = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return value.replace(tzinfo=value.tzinfo or datetime.UTC)


def plain(text):
    return unicodedata.normalize("NFC", text).strip().replace("\r\n", "\n")


def difference(written, read, path="", loose=(), known=None):
    """The first place where what is read isn't what was written, up to documented normalisation; None if there is none.

    Instants may be in another zone, absent and null are alike, texts are NFC and trimmed; members named in `loose` are
    stored in a form of their own, and members that no schema knows (`known`) are passed over.
    """
    name = path.rsplit(".", 1)[-1]
    if name in loose:
        return None
    if isinstance(written, Raw):
        try:
            written = float(written)
        except ValueError:
            return None
    if written in (None, False, [], {}, "") and read in (None, False, [], {}, ""):
        return None
    if written is None:
        return None  # what is reset may have a default
    if isinstance(written, dict) and isinstance(read, dict):
        for member, value in written.items():
            if known is not None and member not in known:
                continue
            found = difference(value, read.get(member), f"{path}.{member}", loose)
            if found:
                return found
        return None
    if isinstance(written, list) and isinstance(read, list):
        if name in SETS:
            written, read = (sorted({str(element).lower() for element in list}) for list in (written, read))
        if len(written) != len(read):
            return f"{path}: {len(written)} elements written, {len(read)} read"
        return next((d for w, r in zip(written, read) if (d := difference(w, r, path + ".*", loose))), None)
    if isinstance(written, str) and isinstance(read, str):
        if plain(written) == plain(read):
            return None
        first, second = moment(written), moment(read)
        if first and second and abs((first - second).total_seconds()) < 0.001:
            return None
        if written.lower() == read.lower() and len(written) == 36:
            return None  # an id
    elif isinstance(written, bool) == isinstance(read, bool) and isinstance(written, (int, float)) and isinstance(read, (int, float)):
        if written == read or abs(written - read) <= 1e-12 * max(abs(written), abs(read)):
            return None
    return f"{path}: {str(written)[:80]!r} written, {str(read)[:80]!r} read"
