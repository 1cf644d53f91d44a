#include "http/front_door.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/uuid.h"
#include "base/visible_text.h"
#include "http/compression.h"
#include "http/conditional.h"
#include "http/problem.h"

namespace voyages::http {

namespace {

constexpr ErrorCode not_found{"not_found", "There is nothing at this address. GET /docs shows what there is."};
constexpr ErrorCode method_not_allowed{"method_not_allowed", "This address has other methods. See the `Allow` field."};
constexpr ErrorCode not_implemented{"not_implemented", "This method is not known here."};
constexpr ErrorCode internal_error{
    "internal_error", "Something broke on our side. Try again; if it stays, tell the operator the request id."};
constexpr ErrorCode body_too_large{"payload_too_large", "The body is larger than this address accepts."};
constexpr ErrorCode body_too_late{"request_timeout", "The request did not arrive in time."};
constexpr ErrorCode body_malformed{"bad_request", "The request is not well-formed HTTP/1.1."};
constexpr ErrorCode unavailable{"unavailable", "The service is too busy or out of space right now. Try again soon."};

// At most 256 bytes of it, in UTF-8 whatever was sent, and nothing that hides: it goes into the log and into the table.
std::string readable_user_agent(std::string_view sent) {
  std::string text(sent.substr(0, 256));
  if (is_utf8(text)) return replace_hidden(text);
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return replace_hidden(text);
}

bool is_compressible(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json") ||
         content_type.starts_with("application/javascript") || content_type.starts_with("image/svg");
}

// RFC 9110 §8.8.1: a strong tag names one sequence of bytes, and gzipped they are others.
void weaken_etag(Headers& headers) {
  const auto* etag = headers.find("ETag");
  if (etag && !etag->starts_with("W/")) headers.set("ETag", "W/" + *etag);
}

// Adds the field only where the handler did not set its own.
void add_default(Headers& headers, std::string_view name, std::string_view value) {
  if (!headers.find(name)) headers.add(std::string(name), std::string(value));
}

// What every answer has, of a handler or not.
void add_safe_fields(Headers& headers, std::string_view request_id) {
  headers.add("X-Request-Id", std::string(request_id));
  add_default(headers, "Cache-Control", "no-store");
  add_default(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Referrer-Policy", "no-referrer");
}

Response broken_body(BodyBroken::Reason reason, std::string_view request_id) {
  switch (reason) {
    case BodyBroken::Reason::too_large:
      return problem(413, body_too_large, request_id);
    case BodyBroken::Reason::gone:
    case BodyBroken::Reason::too_slow:
      return problem(408, body_too_late, request_id);
    case BodyBroken::Reason::malformed:
      break;
  }
  return problem(400, body_malformed, request_id);
}

/// A body that has come as a whole, for a handler that pulls it.
class WholeBody final : public BodySource {
 public:
  explicit WholeBody(std::string body) : body_(std::move(body)) {}
  std::optional<std::string> next() override { return std::exchange(body_, std::nullopt); }

 private:
  std::optional<std::string> body_;
};

}  // namespace

struct FrontDoor::Call {
  Context context{};
  const Route* route = nullptr;
};

FrontDoor::FrontDoor(const Router& router, Authenticator& authenticator, const Clock& clock, Logger& log,
                     Metrics& metrics, FrontDoorOptions options)
    : router_(router),
      authenticator_(authenticator),
      clock_(clock),
      log_(log),
      metrics_(metrics),
      options_(std::move(options)),
      unmatched_(make_metrics("none")) {
  for (const auto& route : router.routes()) route_metrics_.emplace(&route, make_metrics(route.operation_id));
}

FrontDoor::RouteMetrics FrontDoor::make_metrics(std::string_view operation_id) {
  RouteMetrics metrics{};
  for (int status_class = 1; status_class <= 5; ++status_class) {
    metrics.by_class[status_class] =
        &metrics_.counter("voyages_http_requests_total", "Requests answered.",
                          fmt::format("operation=\"{}\",status=\"{}xx\"", operation_id, status_class));
  }
  metrics.duration =
      &metrics_.histogram("voyages_http_request_duration_seconds", "Time from request read to answer made.",
                          fmt::format("operation=\"{}\"", operation_id));
  return metrics;
}

Lane FrontDoor::lane(const Request& request) const {
  const auto found = router_.find(request.method, request.raw_path());
  const auto* match = std::get_if<Router::Match>(&found);
  return match ? match->route->lane(request.headers) : Lane::quick;
}

std::optional<std::uint64_t> FrontDoor::streamed_body_limit(const Request& request) const {
  const auto found = router_.find(request.method, request.raw_path());
  const auto* match = std::get_if<Router::Match>(&found);
  return match ? match->route->streamed_body_limit() : std::nullopt;
}

Response FrontDoor::handle(const Request& request) {
  const auto started = std::chrono::steady_clock::now();
  Call call;
  auto& context = call.context;
  context.now = clock_.now();
  context.request_id = request.request_id.empty() ? request.headers.get("X-Request-Id") : request.request_id;
  if (!is_request_id(context.request_id)) context.request_id = new_uuid7(context.now);
  context.client_ip = client_ip(request, options_.trusted_proxies);
  context.user_agent = readable_user_agent(request.headers.get("User-Agent"));

  auto response = try_answer(request, call);
  report(request, call, response, started);
  return response;
}

Response FrontDoor::try_answer(const Request& request, Call& call) {
  const auto& id = call.context.request_id;
  Response response;
  bool failed = false;
  try {
    response = answer(request, call);
  } catch (const BodyBroken& broken) {
    response = broken_body(broken.reason(), id);
  } catch (const Unavailable& exception) {
    log_.error("unavailable", {{"request_id", id}, {"error", exception.what()}});
    Error error(unavailable);
    error.retry_after = std::chrono::seconds(1);
    response = problem(503, error, id);
  } catch (const std::exception& exception) {
    log_.error("unhandled exception", {{"request_id", id}, {"error", exception.what()}});
    failed = true;
  }
  try {
    if (failed) response = problem(500, internal_error, id);
    finish(request, call, response);
    return response;
  } catch (const std::exception& exception) {
    log_.error("an answer could not be finished", {{"request_id", id}, {"error", exception.what()}});
  }
  // Nothing of what failed is left in this one.
  response = problem(500, internal_error, id);
  add_safe_fields(response.headers, id);
  return response;
}

Response FrontDoor::answer(const Request& request, Call& call) {
  if (request.method == Method::options) return preflight(request, call);
  const auto found = router_.find(request.method, request.raw_path());
  if (const auto* match = std::get_if<Router::Match>(&found)) {
    call.route = match->route;
    return run(request, *match, call);
  }
  if (const auto* wrong = std::get_if<Router::WrongMethod>(&found)) {
    const bool known = request.method != Method::other;
    auto response = problem(known ? 405 : 501, known ? method_not_allowed : not_implemented, call.context.request_id);
    response.headers.add("Allow", wrong->allow);
    return response;
  }
  return problem(404, not_found, call.context.request_id);
}

Response FrontDoor::run(const Request& request, const Router::Match& match, Call& call) {
  const auto& route = *match.route;
  auto& context = call.context;
  const auto* key = route.key();
  const bool has_key = key && request.headers.find(key->header);
  if (has_key && !(request.headers.count(key->header) == 1 && key->opens(request.headers.get(key->header)))) {
    auto response = problem(401, key->refused, context.request_id);
    response.headers.add("WWW-Authenticate", R"(Bearer realm="voyages")");
    return response;
  }
  if (route.needs_sign_in() && !has_key) {
    auto caller = authenticator_.authenticate(request, route.permission(), context.now);
    if (!caller) {
      const auto code = caller.error().code;
      const bool is_forbidden =
          code == forbidden.code || code == service_not_allowed.code || code == cross_site_request.code;
      auto response = problem(is_forbidden ? 403 : 401, caller.error(), context.request_id);
      // RFC 6750 §3: a refused token names the reason, a missing one does not.
      const bool missing = !request.headers.find("Authorization");
      response.headers.add("WWW-Authenticate", missing        ? R"(Bearer realm="voyages")"
                                               : is_forbidden ? R"(Bearer realm="voyages", error="insufficient_scope")"
                                                              : R"(Bearer realm="voyages", error="invalid_token")");
      return response;
    }
    context.caller = std::move(*caller);
  }
  if (!route.streamed_body_limit() || request.source) return route.run(route, request, match.parameters, context);
  // A short one, or one of a runtime that reads every body first.
  if (request.body.size() > *route.streamed_body_limit()) return problem(413, body_too_large, context.request_id);
  auto streamed = request;
  streamed.source = std::make_shared<WholeBody>(std::exchange(streamed.body, {}));
  return route.run(route, streamed, match.parameters, context);
}

bool FrontDoor::allows_origin(Cors cors, std::string_view origin) const {
  if (cors != Cors::configured) return cors == Cors::any;
  return std::ranges::any_of(options_.cors_origins,
                             [&](const std::string& allowed) { return allowed == "*" || allowed == origin; });
}

// The rule of the route that a preflight asks about.
Cors FrontDoor::cors_of(const Request& request) const {
  const auto method = parse_method(request.headers.get("Access-Control-Request-Method"));
  const auto found = router_.find(method, request.raw_path());
  const auto* match = std::get_if<Router::Match>(&found);
  return match ? match->route->cors() : Cors::configured;
}

// Fetch standard §3.2: an answer to OPTIONS, with the methods that the address has.
Response FrontDoor::preflight(const Request& request, Call& call) const {
  const auto found = router_.find(Method::other, request.raw_path());
  const auto* wrong = std::get_if<Router::WrongMethod>(&found);
  if (!wrong) return problem(404, not_found, call.context.request_id);
  Response response{.status = 204};
  response.headers.add("Allow", wrong->allow);
  if (allows_origin(cors_of(request), request.headers.get("Origin")) &&
      request.headers.find("Access-Control-Request-Method")) {
    response.headers.add("Access-Control-Allow-Methods", wrong->allow);
    response.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP, X-Request-Id");
    response.headers.add("Access-Control-Max-Age", "600");
  }
  return response;
}

void FrontDoor::add_cors(const Request& request, Cors cors, Response& response) const {
  if (cors == Cors::never || (cors == Cors::configured && options_.cors_origins.empty())) return;
  if (cors == Cors::configured) response.headers.add("Vary", "Origin");
  const auto* origin = request.headers.find("Origin");
  if (!origin || !allows_origin(cors, *origin)) return;
  const bool any = cors == Cors::any || std::ranges::find(options_.cors_origins, "*") != options_.cors_origins.end();
  response.headers.add("Access-Control-Allow-Origin", any ? "*" : *origin);
  response.headers.add("Access-Control-Expose-Headers",
                       "X-Request-Id, Retry-After, ETag, DPoP-Nonce, WWW-Authenticate");
}

void FrontDoor::finish(const Request& request, Call& call, Response& response) const {
  auto& headers = response.headers;
  for (const auto& field : call.context.response_headers) headers.add(field.name, field.value);
  const bool is_preflight = request.method == Method::options;
  add_cors(request, is_preflight ? cors_of(request) : call.route ? call.route->cors() : Cors::configured, response);
  const bool is_read = request.method == Method::get || request.method == Method::head;
  // Only answers to reads: an answer that carries a fresh secret beside text of the caller's must not be compressed
  // (BREACH).
  const bool in_two_forms = is_read && response.content().size() >= options_.compress_from_bytes &&
                            !headers.find("Content-Encoding") && is_compressible(headers.get("Content-Type"));
  if (in_two_forms) {
    // A page that keeps both forms has said so itself.
    if (headers.get("Vary") != "Accept-Encoding") headers.add("Vary", "Accept-Encoding");
    weaken_etag(headers);
  }
  if (const auto* etag = headers.find("ETag"); etag && is_read && response.status == 200) {
    const auto* if_none_match = request.headers.find("If-None-Match");
    if (if_none_match && names_etag(*if_none_match, *etag, EtagComparison::weak)) {
      response.status = 304;
      response.body.clear();
      response.static_body = {};
      response.source.reset();
      response.source_bytes.reset();
      headers.remove("Content-Encoding");
    }
  }
  if (in_two_forms && response.status != 304 && accepts_gzip(request.headers.get("Accept-Encoding"))) {
    response.body = gzip(response.content());
    response.static_body = {};
    headers.add("Content-Encoding", "gzip");
  }
  add_safe_fields(headers, call.context.request_id);
  if (is_secure(request, options_.trusted_proxies)) {
    headers.add("Strict-Transport-Security", "max-age=31536000");
  }
}

void FrontDoor::report(const Request& request, const Call& call, const Response& response,
                       std::chrono::steady_clock::time_point started) {
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - started;
  const auto found = route_metrics_.find(call.route);
  const auto& metrics = found == route_metrics_.end() ? unmatched_ : found->second;
  metrics.by_class[std::clamp(response.status / 100, 1, 5)]->add();
  metrics.duration->observe(duration.count());

  // A probe every second would bury what matters.
  const bool routine = call.route && call.route->tag() == "health" && response.status < 400;
  const auto level = routine ? LogLevel::debug : LogLevel::info;
  if (!log_.enabled(level)) return;
  const std::string_view user_id = call.context.caller ? std::string_view(call.context.caller->user_id) : "";
  const Logger::Fields fields{{"request_id", call.context.request_id},
                              {"user_id", user_id},
                              {"method", to_string(request.method)},
                              {"route", call.route ? std::string_view(call.route->path) : ""},
                              {"status", std::int64_t{response.status}},
                              {"duration_ms", duration.count() * 1e3},
                              {"ip", call.context.client_ip}};
  routine ? log_.debug("request", fields) : log_.info("request", fields);
}

}  // namespace voyages::http
