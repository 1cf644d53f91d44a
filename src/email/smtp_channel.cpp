#include "email/smtp_channel.h"

#include <algorithm>
#include <utility>

namespace voyages::email {

namespace {

using http::client::StreamFailed;
using std::chrono::steady_clock;

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t read_bytes = 4096;
// How often a wait looks whether the program ends.
constexpr std::chrono::milliseconds look_interval{500};

}  // namespace

SmtpChannel::SmtpChannel(const std::string& host, std::uint16_t port, Deadline deadline, const LastMoment& last)
    : last_(last),
      plain_(http::client::Socket::connect(host, port, std::min(deadline, last.get()))),
      local_address_(plain_.socket().local_address()) {}

void SmtpChannel::start_tls(http::client::TlsContext& tls, const http::client::Origin& origin, Deadline deadline) {
  if (reader_.has_more()) throw BadSmtpReply("the server went on in clear text where TLS was to begin");
  encrypted_ = tls.connect(std::move(plain_).take_socket(), origin, std::min(deadline, last_.get()));
}

http::client::Stream& SmtpChannel::stream() {
  if (encrypted_) return *encrypted_;
  return plain_;
}

void SmtpChannel::write(std::string_view bytes, Deadline deadline, std::chrono::milliseconds piece_timeout) {
  // An answer that came too early must not pass for the answer to this command.
  if (reader_.has_more()) throw BadSmtpReply("the server says more than it was asked");
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, piece_bytes);
    stream().write(piece, std::min({deadline, last_.get(), steady_clock::now() + piece_timeout}));
    bytes.remove_prefix(piece.size());
  }
}

SmtpReply SmtpChannel::read_reply(Deadline deadline) {
  std::string buffer(read_bytes, '\0');
  while (!reader_.done()) {
    wait_for_news(deadline);
    const auto got = stream().read(buffer, deadline);
    if (got == 0) throw StreamFailed("the server closed the connection");
    reader_.feed(std::string_view(buffer).substr(0, got));
  }
  return reader_.take();
}

bool SmtpChannel::is_quiet() { return !reader_.has_more() && stream().is_quiet(); }

void SmtpChannel::finish_exchange() { stream().finish_exchange(); }

void SmtpChannel::wait_for_news(Deadline deadline) {
  while (true) {
    const auto now = steady_clock::now();
    if (now >= last_.get()) throw StreamFailed("the program ended before the answer came");
    if (now >= deadline) throw StreamFailed("no answer in time", true);
    if (stream().wait_for_news(std::min({deadline, last_.get(), now + look_interval}))) return;
  }
}

}  // namespace voyages::email
