#include "email/mime.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "crypto/token.h"
#include "email/header_fields.h"
#include "email/mime_encoding.h"

namespace voyages::email {

namespace {

// Neither encoding of a body can make `=_` (RFC 2045 §6.7), and a header of a part has none at the start of a line, so
// the boundary is nowhere else. It depends on the message alone: a second try sends the same bytes.
std::string boundary(const Message& message, std::string_view kind) {
  return "=_" + to_hex(crypto::sha256(message.message_id)).substr(0, 32) + '_' + std::string(kind);
}

// RFC 2046 §5.1.1. Each part brings its own headers and is ended by the line break of the delimiter after it.
std::string multipart(std::string_view subtype, const std::string& boundary, const std::vector<std::string>& parts) {
  std::string text = HeaderField("Content-Type")
                         .add("multipart/" + std::string(subtype) + ';')
                         .add("boundary=\"" + boundary + '"')
                         .finish();
  const auto delimiter = "\r\n--" + boundary;
  for (const auto& part : parts) text.append(delimiter).append("\r\n").append(part);
  return text.append(delimiter).append("--\r\n");
}

std::string text_part(std::string_view subtype, std::string_view text) {
  return "Content-Type: text/" + std::string(subtype) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         to_quoted_printable(repair_utf8(text));
}

// RFC 2045 §5.1.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 60 && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
  });
}

// What the caller says that it is, when that can be true of a base64 part (RFC 2045 §6.4); with its character set.
std::string content_type_field(std::string_view content_type) {
  HeaderField field("Content-Type");
  const auto semicolon = std::min(content_type.find(';'), content_type.size());
  const auto media_type = to_lower_ascii(trim(content_type.substr(0, semicolon)));
  const auto slash = std::min(media_type.find('/'), media_type.size());
  const auto type = media_type.substr(0, slash);
  if (!is_token(type) || !is_token(media_type.substr(std::min(slash + 1, media_type.size()))) || type == "multipart" ||
      type == "message")
    return field.add("application/octet-stream").finish();

  constexpr std::string_view charset = "charset=";
  const auto parameter = trim(content_type.substr(std::min(semicolon + 1, content_type.size())));
  const auto value = parameter.substr(std::min(charset.size(), parameter.size()));
  const bool has_charset = equal_ignoring_case(parameter.substr(0, charset.size()), charset) && is_token(value);
  if (!has_charset) return field.add(media_type).finish();
  return field.add(media_type + ';').add(std::string(charset) + std::string(value)).finish();
}

std::string attachment_part(const Attachment& attachment) {
  return content_type_field(attachment.content_type) + attachment_field(attachment.filename) +
         "Content-Transfer-Encoding: base64\r\n\r\n" + to_base64_lines(attachment.bytes);
}

// RFC 2046 §5.1.4: the plainest first. A part that says nothing is left out, for a reader would show it.
std::string body_part(const Message& message) {
  const auto& [subject, text, html] = message.content;
  if (html.empty()) return text_part("plain", text);
  if (text.empty()) return text_part("html", html);
  return multipart("alternative", boundary(message, "alternative"),
                   {text_part("plain", text), text_part("html", html)});
}

std::string headers(const Message& message) {
  std::string text = date_field("Date", message.date) + mailbox_field("From", message.from);
  if (!message.reply_to.address.empty()) text += mailbox_field("Reply-To", message.reply_to);
  text += mailbox_field("To", message.to) + text_field("Subject", message.content.subject) +
          bracketed_field("Message-ID", message.message_id);
  // RFC 3834 §5: so that no vacation responder answers.
  text += "Auto-Submitted: auto-generated\r\n";
  if (!message.unsubscribe_url.empty()) {
    text += bracketed_field("List-Unsubscribe", message.unsubscribe_url);
    text += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";  // RFC 8058 §3.1
  }
  return text + "MIME-Version: 1.0\r\n";
}

}  // namespace

std::string to_mime(const Message& message) {
  std::vector<std::string> parts{body_part(message)};
  for (const auto& attachment : message.attachments) parts.push_back(attachment_part(attachment));
  auto text = headers(message);
  text += parts.size() == 1 ? parts.front() : multipart("mixed", boundary(message, "mixed"), parts);
  // RFC 5321 §4.1.1.4: the mail's last line is a whole one.
  if (!text.ends_with("\r\n")) text += "\r\n";
  return text;
}

bool needs_smtputf8(const Message& message) {
  const auto is_international = [](const Mailbox& mailbox) {
    return std::ranges::any_of(to_wire_address(mailbox.address),
                               [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  };
  return is_international(message.from) || is_international(message.reply_to) || is_international(message.to);
}

}  // namespace voyages::email
