#include "http/client/client.h"

#include <algorithm>
#include <utility>

#include "http/client/connection_pool.h"
#include "http/client/plain_stream.h"
#include "http/client/request_writer.h"
#include "http/client/response_reader.h"
#include "http/client/socket.h"
#include "http/client/tls.h"

namespace voyages::http::client {

namespace {

// A body up to this size goes out with the head, in one packet or one TLS record.
constexpr std::size_t joined_body_bytes = 16 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;

// RFC 9110 §9.2.2.
bool is_idempotent(Method method) { return method != Method::post && method != Method::patch; }

/// How far an exchange came before it failed.
struct Progress {
  bool sent = false;      // the whole request, so it may have arrived
  bool answered = false;  // a byte of an answer came
};

/// The answer as one value.
class Collector final : public Receiver {
 public:
  void head(Response head) override { response = std::move(head); }
  void body(std::string_view piece) override { response.body += piece; }

  Response response;
};

}  // namespace

struct Client::Implementation {
  Implementation(Trust trust, Connect connector) : make_socket(std::move(connector)), tls(trust, "http/1.1") {}

  std::unique_ptr<Stream> connect(const Origin& origin, Deadline deadline) {
    auto socket = make_socket(origin, deadline);
    if (origin.tls) return tls.connect(std::move(socket), origin, deadline);
    return std::make_unique<PlainStream>(std::move(socket));
  }

  void exchange(std::unique_ptr<Stream> stream, const Origin& origin, const Request& request, const std::string& head,
                const Limits& limits, Deadline deadline, Receiver& receiver, Progress& progress);

  Connect make_socket;
  TlsContext tls;
  ConnectionPool pool;  // after what its streams use
};

void Client::Implementation::exchange(std::unique_ptr<Stream> stream, const Origin& origin, const Request& request,
                                      const std::string& head, const Limits& limits, Deadline deadline,
                                      Receiver& receiver, Progress& progress) {
  if (request.body.size() <= joined_body_bytes) {
    stream->write(head + request.body, deadline);
  } else {
    stream->write(head, deadline);
    stream->write(request.body, deadline);
  }
  progress.sent = true;

  ResponseReader reader(request.method == Method::head, limits.response_bytes);
  std::string buffer(read_bytes, '\0');
  bool has_head = false;
  while (!reader.done()) {
    // A server that never stops to talk is never waited for.
    if (std::chrono::steady_clock::now() >= deadline) throw StreamFailed("no whole answer in time", true);
    const auto got = stream->read(buffer, deadline);
    if (got == 0) {
      reader.finish();
    } else {
      progress.answered = true;
      reader.feed(std::string_view(buffer).substr(0, got));
    }
    if (!has_head && reader.has_head()) {
      receiver.head(reader.head());
      has_head = true;
    }
    if (const auto piece = reader.take_body(); !piece.empty()) receiver.body(piece);
  }
  stream->finish_exchange();
  if (reader.keep_alive()) pool.put(origin, std::move(stream));
}

Client::Client(Trust trust)
    : Client(trust, [](const Origin& origin, Deadline deadline) {
        return Socket::connect(origin.host, origin.port, deadline);
      }) {}

Client::Client(Trust trust, Connect connect)
    : implementation_(std::make_unique<Implementation>(trust, std::move(connect))) {}

Client::~Client() = default;

Response Client::send(const Origin& origin, const Request& request, const Limits& limits) {
  Collector collector;
  send(origin, request, limits, collector);
  return std::move(collector.response);
}

void Client::send(const Origin& origin, const Request& request, const Limits& limits, Receiver& receiver) {
  const auto head = write_head(origin, request);
  const auto deadline = std::chrono::steady_clock::now() + limits.total;
  while (true) {
    bool kept = false;
    Progress progress;
    try {
      auto stream = implementation_->pool.take(origin);
      kept = stream != nullptr;
      if (!stream) {
        stream =
            implementation_->connect(origin, std::min(std::chrono::steady_clock::now() + limits.connect, deadline));
      }
      implementation_->exchange(std::move(stream), origin, request, head, limits, deadline, receiver, progress);
      return;
    } catch (const StreamFailed& error) {
      // A server may close an idle connection at the very moment when it is used again (RFC 9112 §9.3.1).
      const bool again = !progress.sent || is_idempotent(request.method);
      if (kept && !progress.answered && !error.timed_out() && again) continue;
      throw TransferFailed(origin.text() + ": " + error.what(), progress.sent, error.timed_out());
    } catch (const BadResponse& error) {
      if (kept && !progress.answered && is_idempotent(request.method)) continue;
      throw TransferFailed(origin.text() + ": " + error.what(), true);
    }
  }
}

}  // namespace voyages::http::client
