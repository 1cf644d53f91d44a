"""Reads one mail on stdin with Python's own parser and says as JSON what a person would see of it."""
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys

raw = sys.stdin.buffer.read()
# The policy for mails whose headers may be UTF-8 (RFC 6532) is the same but for how it writes.
mail = email.message_from_bytes(raw, policy=email.policy.default)


def addresses(name):
    """[{name, address}] of a header that holds mailboxes."""
    values = [value for key, value in mail.raw_items() if key.lower() == name]
    if not values:
        return []
    # Header bytes above ASCII reach us as surrogates: they are UTF-8 (RFC 6532).
    unfolded = "".join(values[0].splitlines()).encode("ascii", "surrogateescape").decode()
    modern = email.policy.SMTPUTF8.header_factory(name, unfolded)
    # The names come from the older of Python's two parsers: the newer one puts a blank between two encoded words of a
    # display name, where RFC 2047 §6.2 wants none.
    older = email.utils.getaddresses([unfolded])
    assert [a.addr_spec for a in modern.addresses] == [address for _, address in older], (unfolded, older)
    names = [str(email.header.make_header(email.header.decode_header(shown))) for shown, _ in older]
    allowed = "local-part contains non-ASCII characters)"  # by RFC 6532 they may
    return [{"name": shown, "address": a.addr_spec, "defects": [str(d) for d in modern.defects if str(d) != allowed]}
            for shown, a in zip(names, modern.addresses)]


def body(subtype):
    part = mail.get_body((subtype,))
    return part.get_content().replace("\r\n", "\n") if part is not None else None


def parts(message):
    yield message
    for part in message.iter_parts() if message.is_multipart() else ():
        yield from parts(part)


def attachment(part):
    content = part.get_payload(decode=True)
    return {"filename": part.get_filename(), "contentType": part.get_content_type(),
            "charset": part.get_content_charset(), "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest()}


date = mail["date"]
head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
print(json.dumps({
    "headerNames": mail.keys(),
    "from": addresses("from"), "to": addresses("to"), "replyTo": addresses("reply-to"),
    "subject": mail["subject"], "messageId": mail["message-id"],
    "date": date.datetime.isoformat() if date is not None and date.datetime else None,
    "listUnsubscribe": mail["list-unsubscribe"], "listUnsubscribePost": mail["list-unsubscribe-post"],
    "autoSubmitted": mail["auto-submitted"],
    "types": [part.get_content_type() for part in parts(mail)],
    "text": body("plain"), "html": body("html"),
    "attachments": [attachment(part) for part in mail.iter_attachments()] if mail.is_multipart() else [],
    "defects": [str(defect) for part in parts(mail) for defect in part.defects],
    "headerDefects": [f"{name}: {defect}" for part in parts(mail) for name, value in part.items()
                      for defect in getattr(value, "defects", ())],
    "longestLine": max(len(line) for line in raw.split(b"\n")),
    "bareLineEnds": raw.count(b"\n") - raw.count(b"\r\n") + raw.count(b"\r") - raw.count(b"\r\n"),
    "isAscii": raw.isascii(), "head": head,
}))
