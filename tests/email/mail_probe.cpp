// Lives for the tests of mail in JavaScript: mails as JSON in, one a line; their bytes, or the server's answers, out.
//   mail_probe mime
//   mail_probe send URL [--ca FILE] [--sender ADDRESS] [--hello NAME] [--timeout-ms N] [--insecure] [--threads N]
//     [--idle-ms N] [--linger-ms N]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "email/mime.h"
#include "email/smtp_options.h"
#include "email/smtp_transport.h"

namespace {

using voyages::email::Answer;
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

struct Settings {
  voyages::email::SmtpOptions options;
  std::size_t threads = 1;
  std::chrono::milliseconds linger{0};  // how long the transport has nothing to do before it ends
};

// `words` begin with the URL.
Settings settings_of(const std::vector<std::string>& words) {
  const bool insecure = std::ranges::find(words, "--insecure") != words.end();
  auto options = voyages::email::parse_smtp_url(words.at(0), insecure);
  if (!options) throw std::invalid_argument(options.error().message);
  Settings settings{.options = std::move(*options)};
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--insecure") continue;
    const auto& name = words[i];
    const auto& value = words.at(++i);
    if (name == "--ca") ::setenv("SSL_CERT_FILE", value.c_str(), 1);
    if (name == "--sender") settings.options.sender = value;
    if (name == "--hello") settings.options.hello_name = value;
    if (name == "--timeout-ms") settings.options.handover_timeout = std::chrono::milliseconds(std::stoi(value));
    if (name == "--idle-ms") settings.options.idle_timeout = std::chrono::milliseconds(std::stoi(value));
    if (name == "--linger-ms") settings.linger = std::chrono::milliseconds(std::stoi(value));
    if (name == "--threads") settings.threads = std::stoul(value);
  }
  return settings;
}

std::string to_json(const Answer& answer) {
  constexpr std::array<std::string_view, 4> verdicts{"accepted", "deferred", "rejected", "unknown_recipient"};
  return boost::json::serialize(
      boost::json::object{{"verdict", verdicts.at(static_cast<std::size_t>(answer.verdict))}, {"text", answer.text}});
}

// Every thread takes the next mail; the answers are in the mails' order.
std::vector<std::string> send_all(const Settings& settings, const std::vector<Message>& mails) {
  voyages::email::SmtpTransport transport(settings.options);
  std::vector<std::string> answers(mails.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (auto i = next++; i < mails.size(); i = next++) answers[i] = to_json(transport.send("mail", mails[i]));
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < settings.threads; ++i) others.emplace_back(work);
  work();
  others.clear();
  std::this_thread::sleep_for(settings.linger);
  return answers;
}

void run(const std::vector<std::string>& words) {
  std::vector<Message> mails;
  std::string line;
  while (std::getline(std::cin, line)) mails.push_back(message_of(boost::json::parse(line).as_object()));
  if (words.at(0) == "mime") {
    for (const auto& mail : mails) fmt::print("{}", to_mime(mail));
  } else {
    for (const auto& answer : send_all(settings_of({words.begin() + 1, words.end()}), mails))
      fmt::print("{}\n", answer);
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    run({words + 1, words + count});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
