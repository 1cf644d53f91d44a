#include "email/mime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "email/header_fields.h"
#include "email/mime_encoding.h"

namespace voyages::email {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Message a_message() {
  Message message;
  message.message_id = "019ab1c2-0000-7000-8000-000000000001@example.com";
  message.date = *parse_rfc3339("2026-11-24T08:05:09.123Z");
  message.from = {"Cloud Voyages", "noreply@example.com"};
  message.to = {"", "ada@example.com"};
  message.content = {"Hello", "Hello Ada.\n", "<p>Hello Ada.</p>\n"};
  return message;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    EXPECT_NE(end, std::string_view::npos) << "a last line without its end";
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return lines;
}

std::string header_block(const std::string& mime) { return mime.substr(0, mime.find("\r\n\r\n") + 2); }

// A reader's view: folded lines joined.
std::string unfolded(std::string text) {
  for (auto at = text.find("\r\n "); at != std::string::npos; at = text.find("\r\n ")) text.erase(at, 2);
  return text;
}

void expect_well_formed_lines(const std::string& mime) {
  for (const auto& line : lines_of(mime)) {
    EXPECT_LE(line.size(), 78U) << line;
    EXPECT_EQ(line.find_first_of(std::string("\r\n\0", 3)), std::string::npos) << line;
  }
}

TEST(Mime, WritesBothBodiesThePlainestFirst) {
  const auto mime = to_mime(a_message());
  EXPECT_THAT(mime, StartsWith("Date: Tue, 24 Nov 2026 08:05:09 +0000\r\n"
                               "From: Cloud Voyages <noreply@example.com>\r\n"
                               "To: ada@example.com\r\n"
                               "Subject: Hello\r\n"
                               "Message-ID: <019ab1c2-0000-7000-8000-000000000001@example.com>\r\n"
                               "Auto-Submitted: auto-generated\r\n"
                               "MIME-Version: 1.0\r\n"
                               "Content-Type: multipart/alternative;\r\n boundary=\"=_"));
  EXPECT_LT(mime.find("text/plain; charset=utf-8"), mime.find("text/html; charset=utf-8"));
  EXPECT_THAT(mime, EndsWith("_alternative--\r\n"));
  EXPECT_THAT(mime, Not(HasSubstr("List-Unsubscribe")));
  expect_well_formed_lines(mime);
}

TEST(Mime, WritesTheSameBytesOnEachTry) { EXPECT_EQ(to_mime(a_message()), to_mime(a_message())); }

TEST(Mime, LeavesOutAPartThatSaysNothing) {
  auto message = a_message();
  message.content.html.clear();
  EXPECT_THAT(to_mime(message), EndsWith("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                         "Content-Transfer-Encoding: quoted-printable\r\n\r\nHello Ada.\r\n"));
  message.content.text.clear();
  EXPECT_THAT(to_mime(message), EndsWith("quoted-printable\r\n\r\n"));
}

TEST(Mime, OffersUnsubscribingInOneClick) {
  auto message = a_message();
  message.unsubscribe_url = "https://example.com/unsubscribe?token=a\r\nBcc: x@example.com";
  EXPECT_THAT(to_mime(message),
              HasSubstr("List-Unsubscribe: <https://example.com/unsubscribe?token=a%0D%0ABcc:%20x@example.com>\r\n"
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

TEST(Mime, NoFieldAddsAHeaderOrALine) {
  const std::string attack = "x\r\nBcc: eve@example.com\n\r\n<script>" + std::string(1, '\0') +
                             "\v\u0085\u2028Bcc: eve@example.com\rBcc: eve@example.com";
  auto message = a_message();
  message.message_id = message.content.subject = message.unsubscribe_url = attack;
  message.from = message.reply_to = message.to = {attack, attack};
  message.attachments.push_back({attack, attack, attack});
  const auto mime = to_mime(message);
  for (const auto& line : lines_of(header_block(mime))) EXPECT_THAT(line, Not(StartsWith("Bcc")));
  EXPECT_THAT(mime, Not(HasSubstr("\nBcc")));
  EXPECT_THAT(header_block(mime), HasSubstr("MIME-Version"));
}

TEST(Mime, FoldsLongSubjectsAtTheirSpaces) {
  std::string subject;
  for (int i = 0; i < 60; ++i) subject += (i == 0 ? "" : " ") + std::string("word");
  const auto field = text_field("Subject", subject);
  expect_well_formed_lines(field);
  EXPECT_EQ(unfolded(field), "Subject: " + subject + "\r\n");
}

TEST(Mime, NeverSplitsACodePointBetweenEncodedWords) {
  std::string subject;
  for (int i = 0; i < 100; ++i) subject += "z\u00FC\U0001F680";
  std::string decoded;
  for (const auto& line : lines_of(text_field("Subject", subject))) {
    EXPECT_LE(line.size(), 78U);
    const auto start = line.find("=?UTF-8?B?") + 10;
    const auto piece = from_base64(std::string_view(line).substr(start, line.size() - start - 2));
    ASSERT_TRUE(piece);
    EXPECT_TRUE(is_utf8(*piece));
    decoded += *piece;
  }
  EXPECT_EQ(decoded, subject);
}

TEST(Mime, EncodesWhatWouldBeReadAsAnEncodedWord) {
  EXPECT_THAT(text_field("Subject", "=?UTF-8?Q?=0D=0ABcc?="), Not(HasSubstr("?Q?")));
}

TEST(Mime, QuotesDisplayNamesWhereNeeded) {
  EXPECT_EQ(mailbox_field("To", {"Ada Lovelace", "ada@example.com"}), "To: Ada Lovelace <ada@example.com>\r\n");
  EXPECT_EQ(mailbox_field("To", {"Lovelace, Ada \"A\\L\"", "ada@example.com"}),
            "To: \"Lovelace, Ada \\\"A\\\\L\\\"\" <ada@example.com>\r\n");
  EXPECT_EQ(mailbox_field("To", {"Zo\u00EB", "zoe@example.com"}), "To: =?UTF-8?B?Wm/Dqw==?= <zoe@example.com>\r\n");
}

TEST(Mime, WritesAddressesAsServersWantThem) {
  EXPECT_EQ(to_wire_address("Ada@B\u00FCcher.Example"), "ada@xn--bcher-kva.example");
  EXPECT_EQ(to_wire_address("j\u00F6rg@example.com"), "j\u00F6rg@example.com");
  EXPECT_EQ(to_wire_address("root@localhost"), "root@localhost");
  EXPECT_EQ(to_wire_address("a@b.example>, <c@d.example\r\n"), "not-an-address@invalid.invalid");
  EXPECT_EQ(to_wire_address(""), "not-an-address@invalid.invalid");
}

TEST(Mime, NeedsSmtputf8ForLocalPartsAlone) {
  auto message = a_message();
  message.to = {"J\u00F6rg", "joerg@b\u00FCcher.example"};
  EXPECT_FALSE(needs_smtputf8(message));
  message.to.address = "j\u00F6rg@example.com";
  EXPECT_TRUE(needs_smtputf8(message));
}

TEST(Mime, QuotedPrintableKeepsToItsLines) {
  EXPECT_EQ(to_quoted_printable("a = b \n\tc\t\n"), "a =3D b=20\r\n\tc=09\r\n");
  EXPECT_EQ(to_quoted_printable("one\r\ntwo\rthree\n.\n..\nFrom me\n"),
            "one\r\ntwo\r\nthree\r\n.\r\n..\r\n=46rom me\r\n");
  EXPECT_EQ(to_quoted_printable(std::string(76, 'x')), std::string(76, 'x'));
  EXPECT_EQ(to_quoted_printable(std::string(77, 'x')), std::string(75, 'x') + "=\r\nxx");
  EXPECT_EQ(to_quoted_printable(std::string(75, 'x') + ' '), std::string(75, 'x') + "=\r\n=20");
  EXPECT_EQ(to_quoted_printable(std::string(73, 'x') + "\u00FC"), std::string(73, 'x') + "=\r\n=C3=BC");
  EXPECT_EQ(to_quoted_printable(std::string(75, 'x') + "From x"), std::string(75, 'x') + "=\r\n=46rom x");
}

TEST(Mime, BoundariesAreInNoBody) {
  auto message = a_message();
  const auto first = to_mime(message);
  const auto at = first.find("boundary=\"") + 10;
  const auto boundary = first.substr(at, first.find('"', at) - at);
  message.content.text = "--" + boundary + "\n--" + boundary + "--\n";
  const auto second = to_mime(message);
  std::size_t count = 0;
  for (auto i = second.find("--" + boundary); i != std::string::npos; i = second.find("--" + boundary, i + 1)) ++count;
  EXPECT_EQ(count, 3U);  // two parts and the end
}

TEST(Mime, AttachesFiles) {
  auto message = a_message();
  message.attachments.push_back({"report.pdf", "application/pdf", std::string(100, 'x')});
  message.attachments.push_back(
      {"\u00DCbersicht 2026/\"Q1\"; lang und l\u00E4nger.csv", "text/csv; charset=utf-8", ""});
  message.attachments.push_back({"\u00FC.txt", "text/plain", "x"});
  message.attachments.push_back({"", "multipart/mixed; boundary=x", "x"});
  const auto mime = to_mime(message);
  EXPECT_THAT(mime, HasSubstr("Content-Type: multipart/mixed;"));
  EXPECT_THAT(mime, HasSubstr("Content-Type: application/pdf\r\nContent-Disposition: attachment; "
                              "filename=\"report.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\neHh4"));
  EXPECT_THAT(mime, HasSubstr("Content-Type: text/csv; charset=utf-8\r\n"
                              "Content-Disposition: attachment; filename*0*=UTF-8''%C3%9Cbersicht%202026;\r\n"
                              " filename*1*=%2F%22Q1%22%3B%20lang%20und; filename*2*=%20l%C3%A4nger.csv\r\n"));
  EXPECT_THAT(mime, HasSubstr("Content-Disposition: attachment; filename*=UTF-8''%C3%BC.txt\r\n"));
  EXPECT_THAT(mime, HasSubstr("Content-Type: application/octet-stream\r\nContent-Disposition: attachment\r\n"));
  expect_well_formed_lines(mime);
}

}  // namespace
}  // namespace voyages::email
