#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voyages::http {

enum class Method { get, head, post, put, patch, del, options, other };

std::string_view to_string(Method method);
/// By its name (RFC 9110 §9.1: names have case); `other` for any that is not ours.
Method parse_method(std::string_view name);

/// Header fields in order of arrival; names compare without regard to case (RFC 9110 §5.1).
class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// Replaces every field of this name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
  /// The first field of this name, or nothing.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// The first field's value, or the empty string.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  void clear() { fields_.clear(); }

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// A body that comes piece by piece: larger than memory should hold, or made while it is sent. Its reader pulls the
/// pieces one after the other, from one thread at a time, but not always from the same.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The next piece, empty ones included; nothing at the end. It may wait. What it throws breaks an answer off, such
  /// that the client can tell; the source of a request throws `BodyBroken`.
  virtual std::optional<std::string> next() = 0;
};

/// A body whose pieces come in their own time, such as events. While there is none, it has no thread: `next` never
/// waits, and may run on a thread of the network.
class WaitingSource : public BodySource {
 public:
  /// False when `next` has a piece or the end. True when there is nothing yet: `wake` is then called once, from any
  /// thread, as soon as there is. `next` may be called all the same, and brings an empty piece. The source forgets the
  /// `wake` of an earlier call.
  virtual bool wait(std::function<void()> wake) = 0;
  /// What tells a client, while nothing comes, that the connection lives; a client that is gone is noticed by it.
  [[nodiscard]] virtual std::string_view heartbeat() const { return {}; }
  /// What is sent last when the server ends before the source does.
  [[nodiscard]] virtual std::string_view farewell() const { return {}; }
};

/// The rest of a request's body will not come. A handler lets it through: the front door answers it by its reason.
class BodyBroken : public std::runtime_error {
 public:
  enum class Reason { gone, too_slow, too_large, malformed };
  explicit BodyBroken(Reason reason);
  [[nodiscard]] Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

/// A request as a runtime hands it over: syntax checked, sizes bounded, body complete unless it is streamed.
struct Request {
  Method method = Method::get;
  std::string target;  // as received, origin form: `/auth/me?x=1`
  Headers headers{};
  std::string body{};
  /// Instead of `body`, on a route that `streams_body`: pieces as they arrive. Good until the handler returns.
  std::shared_ptr<BodySource> source{};
  std::string peer_ip{};  // of the connection; see `client_ip` in http/forwarded.h for who is behind a proxy
  bool tls = false;       // this connection is encrypted
  std::string request_id{};

  /// The part of `target` before `?`, still percent-encoded.
  [[nodiscard]] std::string_view raw_path() const { return std::string_view(target).substr(0, target.find('?')); }
  /// The part after `?`, or the empty string.
  [[nodiscard]] std::string_view raw_query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  }
};

/// An answer. A runtime adds what frames it: `Date`, `Content-Length`, `Connection`.
struct Response {
  int status = 200;
  Headers headers{};
  std::string body{};
  /// Instead of `body`: bytes that outlive the server, such as an embedded page, so that no connection copies them.
  std::string_view static_body{};
  /// Instead of either: a body that is streamed. It is not compressed.
  std::shared_ptr<BodySource> source{};
  /// How many bytes `source` brings, or would bring to a GET, where that is known: the `Content-Length`. A source that
  /// brings more or fewer is broken off.
  std::optional<std::uint64_t> source_bytes{};

  [[nodiscard]] std::string_view content() const { return static_body.empty() ? std::string_view(body) : static_body; }
};

/// How a request must be run, so that slow kinds cannot hold up quick ones.
enum class Lane {
  quick,     // microseconds, reads at most: on the thread that read the request
  blocking,  // waits for a durable write: on a pool
  hashing,   // waits for a password to be hashed, milliseconds of CPU: on a pool of its own
  outgoing,  // waits for another server, which may be slow to answer: on a pool of its own
};

/// What a runtime serves: the application behind its front door. Thread-safe.
class Handler {
 public:
  virtual ~Handler() = default;
  [[nodiscard]] virtual Lane lane(const Request& request) const = 0;
  /// How long a body may be that the handler takes by `Request::source`; nothing when it takes `Request::body`. Asked
  /// when the head is read, so the body is not there yet.
  [[nodiscard]] virtual std::optional<std::uint64_t> streamed_body_limit(const Request& request) const;
  /// Never throws: whatever happens becomes a response.
  [[nodiscard]] virtual Response handle(const Request& request) = 0;
};

}  // namespace voyages::http
