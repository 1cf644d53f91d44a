#include "email/smtp_session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "base/encoding.h"
#include "email/smtp_data.h"
#include "email/smtp_hello.h"

namespace voyages::email {

namespace {

using http::client::StreamFailed;
using Security = SmtpOptions::Security;
using Verdict = Answer::Verdict;
using std::chrono::steady_clock;

// How long the good-bye at the end of a connection may take.
constexpr std::chrono::seconds quit_timeout{2};
// How long to look for the reason why a server takes no more.
constexpr std::chrono::seconds late_reply_timeout{2};
// RFC 5321 §4.5.3.1.4: of a command, with some room for its verb.
constexpr std::size_t longest_argument = 480;

bool is_seven_bit(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Closed by the server, for now (RFC 5321 §3.8).
bool is_closing(int code) { return code == 421; }

}  // namespace

SmtpSession::SmtpSession(http::client::TlsContext& tls, const SmtpOptions& options, const LastMoment& last)
    : tls_(tls), options_(options), last_(last) {
  if (options_.security == Security::none && !options_.username.empty() && !is_local(options_))
    throw std::invalid_argument("an SMTP password must not travel without TLS");
}

SmtpSession::~SmtpSession() { quit(); }

Answer SmtpSession::send(const Envelope& envelope, std::string_view mime) {
  handover_end_ = steady_clock::now() + options_.handover_timeout;
  if (channel_ && !channel_->is_quiet()) channel_.reset();
  const bool kept = is_open();
  auto answer = try_once(envelope, mime);
  // Servers end connections that have idled, or carried many mails.
  if (kept && lost_ && !handed_over_) answer = try_once(envelope, mime);
  return answer;
}

Answer SmtpSession::try_once(const Envelope& envelope, std::string_view mime) {
  lost_ = handed_over_ = false;
  stage_ = SmtpStage::sender;
  try {
    if (!channel_) {
      if (auto ending = open()) {
        quit();
        return *ending;
      }
    }
    auto answer = transfer(envelope, mime);
    if (answer.verdict != Verdict::accepted) quit();
    return answer;
  } catch (const StreamFailed& error) {
    auto answer = failure(describe(error));
    channel_.reset();
    lost_ = !error.timed_out() && steady_clock::now() < last_.get();  // the end of the program is no loss
    return answer;
  } catch (const BadSmtpReply& error) {
    channel_.reset();
    return failure(error.what());
  } catch (...) {
    channel_.reset();
    throw;
  }
}

SmtpSession::Ending SmtpSession::open() {
  stage_ = SmtpStage::greeting;
  channel_.emplace(options_.host, options_.port, steady_clock::now() + options_.connect_timeout, last_);
  if (options_.security == Security::tls) start_encryption();
  if (auto ending = unless(2, channel_->read_reply(step_deadline()))) return ending;
  if (auto ending = say_hello()) return ending;
  if (options_.security == Security::starttls) {
    if (auto ending = start_tls()) return ending;
  }
  return authenticate();
}

SmtpSession::Ending SmtpSession::say_hello() {
  stage_ = SmtpStage::hello;
  features_ = {};
  const auto name = choose_hello_name(options_.hello_name, machine_name(), channel_->local_address());
  const auto reply = ask("EHLO " + name);
  // RFC 5321 §3.2: a server from before there were extensions.
  if (reply.code == 500 || reply.code == 502) return unless(2, ask("HELO " + name));
  if (auto ending = unless(2, reply)) return ending;
  features_ = to_features(reply);
  return std::nullopt;
}

SmtpSession::Ending SmtpSession::start_tls() {
  if (!features_.starttls) return failure("the server offers no STARTTLS, and without TLS nothing is sent");
  stage_ = SmtpStage::starttls;
  if (auto ending = unless(2, ask("STARTTLS"))) return ending;
  start_encryption();
  // RFC 3207 §4.2: what the server said before counts for nothing.
  return say_hello();
}

void SmtpSession::start_encryption() {
  const http::client::Origin origin{.tls = true, .host = options_.host, .port = options_.port};
  channel_->start_tls(tls_, origin, steady_clock::now() + options_.connect_timeout);
}

SmtpSession::Ending SmtpSession::authenticate() {
  if (options_.username.empty()) return std::nullopt;
  stage_ = SmtpStage::authentication;
  if (features_.offers("PLAIN")) return authenticate_plain();
  if (features_.offers("LOGIN")) return authenticate_login();
  if (features_.mechanisms.empty())
    return failure("the server offers no AUTH, but the SMTP URL has a user and a password");
  return failure(fmt::format("the server offers AUTH by {} alone, and we can PLAIN and LOGIN",
                             fmt::join(features_.mechanisms, ", ")));
}

// RFC 4616 §2.
SmtpSession::Ending SmtpSession::authenticate_plain() {
  const Secret credentials(fmt::format("{}{}{}{}", '\0', options_.username, '\0', options_.password.expose()));
  const Secret response(to_base64(credentials.expose()));
  if (response.size() <= longest_argument)
    return unless(2, ask(Secret(fmt::format("AUTH PLAIN {}", response.expose()))));
  // RFC 4954 §4: what is too long for a command follows as a line of its own.
  if (auto ending = unless(3, ask("AUTH PLAIN"))) return ending;
  return unless(2, ask(response));
}

// By draft-murchison-sasl-login: the server asks for the user, then for the password.
SmtpSession::Ending SmtpSession::authenticate_login() {
  if (auto ending = unless(3, ask("AUTH LOGIN"))) return ending;
  if (auto ending = unless(3, ask(to_base64(options_.username)))) return ending;
  return unless(2, ask(Secret(to_base64(options_.password.expose()))));
}

Answer SmtpSession::transfer(const Envelope& envelope, std::string_view mime) {
  if (envelope.needs_smtputf8 && !features_.smtputf8)
    return {Verdict::rejected, "The mail server does not take addresses that are not ASCII (SMTPUTF8)."};
  if (features_.most_bytes != 0 && mime.size() > features_.most_bytes) {
    return {Verdict::rejected, fmt::format("The mail has {} bytes, and the mail server takes at most {}.", mime.size(),
                                           features_.most_bytes)};
  }
  const auto data = to_smtp_data(mime);
  if (auto ending = declare(envelope, mime)) return *ending;
  const auto reply = hand_over(data);
  if (auto ending = unless(2, reply)) return *ending;
  channel_->finish_exchange();
  return {Verdict::accepted, has_credentials(reply) ? std::to_string(reply.code) : to_answer_text(to_line(reply))};
}

// All that comes before the mail itself.
SmtpSession::Ending SmtpSession::declare(const Envelope& envelope, std::string_view mime) {
  stage_ = SmtpStage::sender;
  auto sender = fmt::format("MAIL FROM:<{}>", envelope.sender);
  if (features_.size) sender += fmt::format(" SIZE={}", mime.size());
  if (features_.eight_bit && !is_seven_bit(mime)) sender += " BODY=8BITMIME";
  if (envelope.needs_smtputf8) sender += " SMTPUTF8";
  if (auto ending = unless(2, ask(sender))) return ending;
  stage_ = SmtpStage::recipient;
  if (auto ending = unless(2, ask(fmt::format("RCPT TO:<{}>", envelope.recipient)))) return ending;
  stage_ = SmtpStage::data;
  return unless(3, ask("DATA"));
}

// A write that waits does not hear that the program ends, so it waits no longer than a try may go on then.
std::chrono::milliseconds SmtpSession::piece_timeout() const {
  return std::min(options_.command_timeout, options_.stop_timeout);
}

SmtpReply SmtpSession::hand_over(std::string_view data) {
  handed_over_ = true;
  try {
    channel_->write(data, handover_end_, piece_timeout());
  } catch (const StreamFailed&) {
    // A server that refuses a mail in its middle says why before it goes.
    if (auto reply = find_late_refusal()) return *reply;
    throw;
  }
  return channel_->read_reply(steady_clock::now() + options_.verdict_timeout);
}

std::optional<SmtpReply> SmtpSession::find_late_refusal() {
  try {
    auto reply = channel_->read_reply(steady_clock::now() + late_reply_timeout);
    // A yes to half a mail is none.
    if (reply.code >= 400) return reply;
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

SmtpReply SmtpSession::ask(std::string_view command) {
  if (command.find_first_of("\r\n") != std::string_view::npos)
    throw std::invalid_argument("an SMTP command has one line");
  const Secret line(fmt::format("{}\r\n", command));
  const auto deadline = step_deadline();
  channel_->write(line.expose(), deadline, piece_timeout());
  return channel_->read_reply(deadline);
}

SmtpReply SmtpSession::ask(const Secret& command) { return ask(command.expose()); }

SmtpSession::Ending SmtpSession::unless(int code_class, const SmtpReply& reply) {
  if (reply.code / 100 == code_class) return std::nullopt;
  lost_ = is_closing(reply.code);
  const auto line = to_line(reply);
  // A server that repeats what it was told must not get it into our log.
  const auto text =
      has_credentials(reply) ? fmt::format("{} (not shown: it has credentials)", reply.code) : to_answer_text(line);
  return Answer{verdict_of(stage_, line), text, stage_ >= SmtpStage::recipient && !is_closing(reply.code)};
}

Answer SmtpSession::failure(std::string_view reason) const {
  const auto place = options_.host.find(':') == std::string::npos ? options_.host : '[' + options_.host + ']';
  return {Verdict::deferred, to_answer_text(fmt::format("{}:{}: {}", place, options_.port, reason))};
}

std::string SmtpSession::describe(const StreamFailed& error) const {
  if (!error.timed_out() || !is_open()) return error.what();
  auto text = fmt::format("timed out at {}: {}", name_of(stage_), error.what());
  if (stage_ == SmtpStage::greeting && options_.security != Security::tls)
    text += "; a server that begins with TLS is written smtps://";
  return text;
}

// Also with a line's end in their middle.
bool SmtpSession::has_credentials(const SmtpReply& reply) const {
  if (options_.username.empty()) return false;
  const auto password = options_.password.expose();
  const Secret plain(fmt::format("{}{}{}{}", '\0', options_.username, '\0', password));
  const Secret encoded[] = {Secret(password), Secret(to_base64(password)), Secret(to_base64(plain.expose()))};
  const Secret texts[] = {Secret(to_line(reply)), Secret(to_line(reply, ""))};
  return std::ranges::any_of(encoded, [&](const Secret& secret) {
    return std::ranges::any_of(
        texts, [&](const Secret& text) { return text.expose().find(secret.expose()) != std::string_view::npos; });
  });
}

Deadline SmtpSession::step_deadline() const {
  return std::min(steady_clock::now() + options_.command_timeout, handover_end_);
}

void SmtpSession::quit() {
  if (!channel_) return;
  try {
    const auto deadline = steady_clock::now() + quit_timeout;
    if (!lost_ && channel_->is_quiet()) {
      channel_->write("QUIT\r\n", deadline, quit_timeout);
      (void)channel_->read_reply(deadline);  // whatever it is
    }
    channel_.reset();
  } catch (const std::exception&) {
    channel_.reset();
  }
}

}  // namespace voyages::email
