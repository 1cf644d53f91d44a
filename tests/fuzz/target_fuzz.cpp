#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "base/encoding.h"
#include "http/endpoint.h"

// What a request's target, and then its body, say is read or refused, and never throws.

namespace voyages::fuzz {

// Described structs must have linkage.
struct PlaceInput {
  http::Uuid id;
  std::optional<http::Integer<1, 100>> limit;
  std::optional<bool> open;
  std::optional<http::Text<1, 10>> name;
  std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(PlaceInput, (), (id, limit, open, name, due))

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_clean(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

http::Router make_router() {
  http::Router router;
  http::Endpoints routes(router, "fuzz");
  const auto take = [](const PlaceInput& input, http::Context&) -> Result<void> {
    require(!input.limit || (input.limit->value >= 1 && input.limit->value <= 100));
    require(!input.name || is_clean(input.name->text()));
    return {};
  };
  routes.get("/places", "list", take);
  routes.get("/places/{id}", "get", take);
  routes.post("/places/{id}", "change", take);
  routes.get("/places/{id}/names/{name}", "name", take);
  return router;
}

void decode(std::string_view text) {
  for (const bool plus_is_space : {false, true}) {
    const auto decoded = http::percent_decode(text, plus_is_space);
    require(!decoded || (is_clean(*decoded) && decoded->size() <= text.size()));
  }
  const auto query = http::parse_query(text);
  if (!query) return;
  require(query->size() <= 100);
  for (const auto& [name, value] : *query) require(is_clean(name) && is_clean(value));
}

void serve(const http::Router& router, const http::Request& request) {
  const auto found = router.find(request.method, request.raw_path());
  const auto* match = std::get_if<http::Router::Match>(&found);
  if (!match) return;
  for (const auto& [name, value] : match->parameters) require(is_clean(value));
  http::Context context;
  const auto status = match->route->run(*match->route, request, match->parameters, context).status;
  require(status == 204 || status == 400 || status == 415 || status == 422);
}

}  // namespace

// The target ends with the first line, the body follows.
void read(std::string_view input) {
  static const http::Router router = make_router();
  const auto line = std::min(input.find('\n'), input.size());
  http::Request request{.target = std::string(input.substr(0, line))};
  decode(request.target);
  decode(request.raw_query());
  serve(router, request);
  request.method = http::Method::post;
  request.body = input.substr(std::min(line + 1, input.size()));
  request.headers.add("Content-Type", "application/json");
  serve(router, request);
}

}  // namespace voyages::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voyages::fuzz::read({reinterpret_cast<const char*>(data), size});
  return 0;
}
