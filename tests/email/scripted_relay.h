#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/tls_server_side.h"

namespace voyages::tests {

/// A command, as a `ScriptedRelay` hears it; `.` stands for the end of a mail.
struct Command {
  std::string line;  // without its end
  unsigned connection = 0;
  bool encrypted = false;

  [[nodiscard]] bool is(std::string_view verb) const { return line.starts_with(verb); }
};

/// What a mail server says that takes every mail.
inline std::string usual_answer(const Command& command) {
  if (command.is("EHLO")) return "250-relay.test at your service\r\n250-8BITMIME\r\n250 SIZE 100000000\r\n";
  if (command.is("DATA")) return "354 go ahead\r\n";
  if (command.is("QUIT")) return "221 2.0.0 bye\r\n";
  return command.is(".") ? "250 2.0.0 queued as 1\r\n" : "250 2.0.0 ok\r\n";
}

/// A mail server on 127.0.0.1 that answers as a test says.
class ScriptedRelay {
 public:
  /// An empty answer closes the connection.
  using Answer = std::function<std::string(const Command&)>;

  explicit ScriptedRelay(Answer answer = usual_answer) : ScriptedRelay(std::move(answer), nullptr, false) {}
  /// Speaks TLS from the start, or after STARTTLS.
  ScriptedRelay(Answer answer, const Identity* identity, bool from_the_start,
                std::string greeting = "220 relay.test ESMTP\r\n")
      : answer_(std::move(answer)),
        tls_(identity ? std::make_unique<TlsServerContext>(*identity) : nullptr),
        from_the_start_(from_the_start),
        greeting_(std::move(greeting)),
        server_([this](ServerSide& side, unsigned number) { serve(side, number); }) {}

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] unsigned connections() const { return server_.connections(); }
  void wait_until_closed(unsigned count) const { server_.wait_until_closed(count); }
  /// All commands so far, but for the mails that follow DATA.
  [[nodiscard]] std::vector<std::string> commands() {
    const std::scoped_lock lock(mutex_);
    return commands_;
  }
  /// The mails, with the dot at their end, byte by byte.
  [[nodiscard]] std::vector<std::string> mails() {
    const std::scoped_lock lock(mutex_);
    return mails_;
  }

 private:
  void serve(ServerSide& side, unsigned number) {
    if (from_the_start_) return serve_encrypted(side, number, true);
    side.send(greeting_);
    if (converse(side, number, false)) serve_encrypted(side, number, false);
  }

  void serve_encrypted(ServerSide& side, unsigned number, bool greets) {
    TlsServerSide tls(*tls_, side);
    if (!tls.accepted()) return;
    if (greets) tls.send(greeting_);
    converse(tls, number, true);
    tls.say_good_bye();
  }

  /// True when TLS is to follow.
  template <class Side>
  bool converse(Side& side, unsigned number, bool encrypted) {
    while (true) {
      Command command{side.receive_line(), number, encrypted};
      if (command.line.empty()) return false;
      if (!command.line.ends_with("\r\n")) {
        note(commands_, "a line that does not end with CRLF");
        return false;
      }
      command.line.resize(command.line.size() - 2);
      note(commands_, command.line);
      auto answer = answer_(command);
      side.send(answer);
      if (answer.empty() || command.is("QUIT")) return false;
      if (command.line == "STARTTLS" && answer.starts_with("220") && tls_) return true;
      if (command.line != "DATA" || !answer.starts_with("354")) continue;
      auto mail = receive_mail(side);
      if (mail.empty()) return false;
      note(mails_, std::move(mail));
      command.line = ".";
      answer = answer_(command);
      side.send(answer);
      if (answer.empty()) return false;
    }
  }

  template <class Side>
  static std::string receive_mail(Side& side) {
    std::string mail;
    while (!mail.ends_with("\r\n.\r\n")) {
      const auto line = side.receive_line();
      if (line.empty()) return {};
      mail += line;
    }
    return mail;
  }

  void note(std::vector<std::string>& list, std::string text) {
    const std::scoped_lock lock(mutex_);
    list.push_back(std::move(text));
  }

  Answer answer_;
  std::unique_ptr<TlsServerContext> tls_;
  bool from_the_start_;
  std::string greeting_;
  std::mutex mutex_;
  std::vector<std::string> commands_;
  std::vector<std::string> mails_;
  ScriptedServer server_;  // last: it begins at once
};

}  // namespace voyages::tests
