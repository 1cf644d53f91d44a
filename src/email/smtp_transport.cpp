#include "email/smtp_transport.h"

#include <algorithm>
#include <utility>

#include "email/header_fields.h"
#include "email/mime.h"

namespace voyages::email {

SmtpTransport::SmtpTransport(SmtpOptions options)
    : options_(std::move(options)), tls_(http::client::Trust::system, {}) {}

SmtpTransport::~SmtpTransport() = default;

Answer SmtpTransport::send(std::string_view, const Message& message) {
  const auto recipient = find_wire_address(message.to.address);
  if (!recipient) return {Answer::Verdict::rejected, "The recipient's address is not an e-mail address."};
  const auto sender = find_wire_address(options_.sender.empty() ? message.from.address : options_.sender);
  if (!sender) return {Answer::Verdict::deferred, "The sender's address is not an e-mail address: see the settings."};
  const bool international = !std::ranges::all_of(*sender, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const auto mime = to_mime(message);

  auto session = take();
  auto answer = session->send({*sender, *recipient, international || needs_smtputf8(message)}, mime);
  if (session->is_open()) put_back(std::move(session));
  return answer;
}

std::chrono::seconds SmtpTransport::try_limit() const {
  // The margin is for looking up the server's name, which takes as long as the system lets it, and for good-byes.
  constexpr std::chrono::minutes margin{2};
  return std::chrono::ceil<std::chrono::seconds>(options_.handover_timeout + options_.verdict_timeout) + margin;
}

void SmtpTransport::finish_soon() { last_.set(std::chrono::steady_clock::now() + options_.stop_timeout); }

SmtpTransport::Session SmtpTransport::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<SmtpSession>(tls_, options_, last_);
  // The one that was used last: the others may come to their end.
  auto session = std::move(idle_.back().session);
  idle_.pop_back();
  return session;
}

void SmtpTransport::put_back(Session session) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back({std::move(session), std::chrono::steady_clock::now()});
  if (!janitor_.joinable()) janitor_ = std::jthread([this](const std::stop_token& stop) { end_idle_sessions(stop); });
  changed_.notify_one();
}

// Saying good-bye may take a moment, during which nobody waits for the lock.
void SmtpTransport::end_idle_sessions(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (idle_.empty()) {
      changed_.wait(lock, stop, [this] { return !idle_.empty(); });
      continue;
    }
    const auto end = idle_.front().since + options_.idle_timeout;
    if (std::chrono::steady_clock::now() < end) {
      // Only the clock matters: the oldest stays the oldest, or is taken.
      changed_.wait_until(lock, stop, end, [] { return false; });
      continue;
    }
    auto session = std::move(idle_.front().session);
    idle_.erase(idle_.begin());
    lock.unlock();
    session.reset();
    lock.lock();
  }
}

}  // namespace voyages::email
