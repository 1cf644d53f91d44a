#include "http/client/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/client/connection_pool.h"
#include "http/client/plain_stream.h"
#include "http/client/request_writer.h"
#include "http/client/response_reader.h"
#include "http/client/tls.h"

namespace voyages::http::client {

namespace {

// A body up to this size goes out with the head, in one packet or one TLS record.
constexpr std::size_t joined_body_bytes = 16 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;

// RFC 9110 §9.2.2.
bool is_idempotent(Method method) { return method != Method::post && method != Method::patch; }

std::string describe_origin(const Origin& origin) {
  return fmt::format("{}://{}", origin.tls ? "https" : "http", origin.authority());
}

/// How far an exchange came before it failed.
struct Progress {
  bool sent = false;      // the whole request, so it may have arrived
  bool answered = false;  // a byte of an answer came
};

}  // namespace

struct Client::Implementation {
  explicit Implementation(Trust trust) : tls(trust, "http/1.1") {}

  std::unique_ptr<Stream> connect(const Origin& origin, Deadline deadline) {
    auto socket = Socket::connect(origin.host, origin.port, deadline);
    if (origin.tls) return tls.connect(std::move(socket), origin, deadline);
    return std::make_unique<PlainStream>(std::move(socket));
  }

  Response exchange(std::unique_ptr<Stream> stream, const Origin& origin, const Request& request,
                    const std::string& head, const Limits& limits, Deadline deadline, Progress& progress);

  TlsContext tls;
  ConnectionPool pool;  // after what its streams use
};

Response Client::Implementation::exchange(std::unique_ptr<Stream> stream, const Origin& origin, const Request& request,
                                          const std::string& head, const Limits& limits, Deadline deadline,
                                          Progress& progress) {
  if (request.body.size() <= joined_body_bytes) {
    stream->write(head + request.body, deadline);
  } else {
    stream->write(head, deadline);
    stream->write(request.body, deadline);
  }
  progress.sent = true;

  ResponseReader reader(request.method == Method::head, limits.response_bytes);
  std::string buffer(read_bytes, '\0');
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
  }
  stream->finish_exchange();
  if (reader.keep_alive()) pool.put(origin, std::move(stream));
  return reader.take();
}

Client::Client(Trust trust) : implementation_(std::make_unique<Implementation>(trust)) {}

Client::~Client() = default;

Response Client::send(const Origin& origin, const Request& request, const Limits& limits) {
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
      return implementation_->exchange(std::move(stream), origin, request, head, limits, deadline, progress);
    } catch (const StreamFailed& error) {
      // A server may close an idle connection at the very moment when it is used again (RFC 9112 §9.3.1).
      const bool again = !progress.sent || is_idempotent(request.method);
      if (kept && !progress.answered && !error.timed_out() && again) continue;
      throw TransferFailed(describe_origin(origin) + ": " + error.what(), progress.sent, error.timed_out());
    } catch (const BadResponse& error) {
      if (kept && !progress.answered && is_idempotent(request.method)) continue;
      throw TransferFailed(describe_origin(origin) + ": " + error.what(), true);
    }
  }
}

}  // namespace voyages::http::client
