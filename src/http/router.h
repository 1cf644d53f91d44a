#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "http/context.h"
#include "http/message.h"
#include "http/schema.h"

namespace voyages::http {

/// What a path template's `{names}` matched, percent-decoded.
using PathParameters = std::vector<std::pair<std::string_view, std::string>>;

/// Whose pages a browser lets read an answer (Fetch standard §3.2).
enum class Cors {
  configured,  // the origins that the operator named
  any,         // everybody's: what needs no cookie and is for programs of all sites
  never,       // nobody's but ours
};

/// One operation: all that is known of it, said once at its declaration. The typed parts are erased into three
/// functions.
class Route {
 public:
  /// A way to fail, as the contract lists it.
  struct Failure {
    int status;
    ErrorCode error;
  };
  /// Where the input's fields come from, for the contract.
  struct Input {
    boost::json::object schema;                        // of the struct; empty when there is no input
    bool from_body = false;                            // else from the query
    bool refused = true;                               // bad input is answered 400 and 422, as typed handlers do
    std::string_view media_type = "application/json";  // of the body
  };

  Method method = Method::get;
  std::string path;          // a template: `/auth/sessions/{id}`
  std::string operation_id;  // shared by the use case's file, function and test: `login`

  std::function<Response(const Route&, const Request&, const PathParameters&, Context&)> run;
  std::function<Input(SchemaBook&)> describe_input;
  std::function<boost::json::object(SchemaBook&)> describe_output;  // an empty object: no content

  Route& summary(std::string_view text) { return summary_ = text, *this; }
  Route& description(std::string_view text) { return description_ = text, *this; }
  Route& tag(std::string_view text) { return tag_ = text, *this; }
  Route& lane(Lane lane) { return lane_ = lane, *this; }
  /// The lane of requests that have this header field, where it makes them another kind of work.
  Route& lane_with(std::string_view field, Lane lane) { return lane_field_ = field, lane_with_field_ = lane, *this; }
  /// The status of the usual success; else 200, or 204 from a typed handler without output.
  Route& answers(int status) { return success_ = status, *this; }
  /// Another success that the handler may choose by `Context::status`, with the same body.
  Route& may_answer(int status, std::string_view when) { return also_.emplace_back(status, when), *this; }
  /// A field of the usual success that carries meaning of its own, for the contract.
  Route& header(std::string_view name, std::string_view text) { return headers_.emplace_back(name, text), *this; }
  /// Maps one of the use case's errors to a status. An error that no route declares is a bug, and becomes a 500.
  Route& fails(int status, const ErrorCode& error) { return failures_.push_back({status, error}), *this; }
  /// Only for a signed-in user; with a permission (`users:read`), only for callers that have it: users, services and
  /// OAuth clients.
  Route& signed_in(std::string_view permission = {}) { return signed_in_ = true, permission_ = permission, *this; }
  /// Or, instead of a signed-in caller, whoever sends this key. The handler then has no `Context::caller`.
  Route& or_key(std::shared_ptr<const HeaderKey> key) { return key_ = std::move(key), *this; }
  /// A GET that has effects, such as using up a code: HEAD, which may have none (RFC 9110 §9.2.1), does not find it.
  Route& no_head() { return takes_head_ = false, *this; }
  Route& cors(Cors cors) { return cors_ = cors, *this; }
  /// The handler takes the body by `Request::source`, up to so many bytes, and never the whole of it in memory.
  Route& streams_body(std::uint64_t max_bytes) { return streamed_body_limit_ = max_bytes, *this; }
  /// Pages and the like, which are no part of the API's contract.
  Route& hidden() { return hidden_ = true, *this; }

  [[nodiscard]] std::string_view summary() const { return summary_; }
  [[nodiscard]] std::string_view description() const { return description_; }
  [[nodiscard]] std::string_view tag() const { return tag_; }
  [[nodiscard]] Lane lane(const Headers& headers) const {
    return !lane_field_.empty() && headers.find(lane_field_) ? lane_with_field_ : lane_;
  }
  [[nodiscard]] int success() const { return success_; }
  [[nodiscard]] const auto& also() const { return also_; }
  [[nodiscard]] const auto& headers() const { return headers_; }
  [[nodiscard]] const auto& failures() const { return failures_; }
  [[nodiscard]] bool needs_sign_in() const { return signed_in_; }
  [[nodiscard]] std::string_view permission() const { return permission_; }
  [[nodiscard]] const HeaderKey* key() const { return key_.get(); }
  [[nodiscard]] bool takes_head() const { return takes_head_ && method == Method::get; }
  [[nodiscard]] Cors cors() const { return cors_; }
  [[nodiscard]] bool is_hidden() const { return hidden_; }
  [[nodiscard]] std::optional<std::uint64_t> streamed_body_limit() const { return streamed_body_limit_; }
  /// The declared status of an error; nothing for an undeclared one.
  [[nodiscard]] std::optional<int> status_of(std::string_view code) const;

 private:
  std::string summary_;
  std::string description_;
  std::string tag_;
  std::string permission_;
  Lane lane_ = Lane::blocking;
  std::string lane_field_;
  Lane lane_with_field_ = Lane::blocking;
  int success_ = 200;
  std::vector<std::pair<int, std::string>> also_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::vector<Failure> failures_;
  std::shared_ptr<const HeaderKey> key_;
  Cors cors_ = Cors::configured;
  std::optional<std::uint64_t> streamed_body_limit_;
  bool takes_head_ = true;
  bool signed_in_ = false;
  bool hidden_ = false;
};

/// All routes. Built once at start, then only read, so it is thread-safe.
class Router {
 public:
  struct Match {
    const Route* route;
    PathParameters parameters;
  };
  /// The path exists, the method does not; `allow` is the value for the `Allow` field.
  struct WrongMethod {
    std::string allow;
  };
  struct NoMatch {};

  /// Throws std::logic_error when the method and path, or the operation id, are taken: a bug that shows at the first
  /// start.
  Route& add(Route route);
  /// HEAD finds the GET route, unless that is `no_head()`.
  [[nodiscard]] std::variant<NoMatch, WrongMethod, Match> find(Method method, std::string_view raw_path) const;
  [[nodiscard]] const std::deque<Route>& routes() const { return routes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Template {
    std::vector<std::string> segments;  // `{name}` or a literal
    std::vector<const Route*> routes;   // one a method
  };

  std::deque<Route> routes_;  // a deque never moves what it holds
  std::unordered_map<std::string, std::vector<const Route*>, Hash, std::equal_to<>> exact_;
  std::vector<Template> templates_;
};

/// Percent-decodes (RFC 3986 §2.1), `+` as a space where `plus_is_space`; nothing for a broken escape, a NUL or bad
/// UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Splits a query string into decoded pairs; nothing when one is malformed or there are more than 100.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view raw_query);

}  // namespace voyages::http
