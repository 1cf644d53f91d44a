// Lives for the tests of mail in JavaScript: mails as JSON in, one a line; their bytes, or the server's answers, out.
//   mail_probe mime
#include <fmt/format.h>

#include <boost/json.hpp>
#include <exception>
#include <iostream>
#include <string>

#include "base/encoding.h"
#include "crypto/initialize.h"
#include "email/mime.h"

namespace {

using voyages::email::Attachment;
using voyages::email::Mailbox;
using voyages::email::Message;

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

Mailbox mailbox_of(const boost::json::object& mail, std::string_view name) {
  const auto* value = mail.if_contains(name);
  if (value == nullptr) return {};
  return {text_of(value->as_object(), "name"), text_of(value->as_object(), "address")};
}

Message message_of(const boost::json::object& mail) {
  Message message{
      .message_id = text_of(mail, "message_id"),
      .date = voyages::parse_rfc3339(text_of(mail, "date")).value(),
      .from = mailbox_of(mail, "from"),
      .reply_to = mailbox_of(mail, "reply_to"),
      .to = mailbox_of(mail, "to"),
      .content = {text_of(mail, "subject"), text_of(mail, "text"), text_of(mail, "html")},
      .unsubscribe_url = text_of(mail, "unsubscribe_url"),
  };
  const auto* attachments = mail.if_contains("attachments");
  if (attachments == nullptr) return message;
  for (const auto& value : attachments->as_array()) {
    const auto& attachment = value.as_object();
    message.attachments.push_back({text_of(attachment, "filename"), text_of(attachment, "content_type"),
                                   voyages::from_base64(text_of(attachment, "base64")).value()});
  }
  return message;
}

int run(const std::vector<std::string>& words) {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto message = message_of(boost::json::parse(line).as_object());
    if (words.size() == 1 && words[0] == "mime") {
      fmt::print("{}", to_mime(message));
    } else {
      throw std::invalid_argument("mail_probe mime");
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
