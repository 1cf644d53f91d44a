#include "http/conditional.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/encoding.h"
#include "base/http_date.h"
#include "base/result.h"
#include "base/text.h"
#include "http/problem.h"

namespace voyages::http {

namespace {

constexpr ErrorCode precondition_failed{"precondition_failed", "This has changed since. Get it again first."};
constexpr ErrorCode range_not_satisfiable{"range_not_satisfiable",
                                          "There are no such bytes. `Content-Range` says how many there are."};

/// RFC 9110 §8.8.3 entity-tag.
struct EntityTag {
  bool is_weak = false;
  std::string_view opaque;  // with its quotes
};

// Takes a tag off the beginning of a list; nothing when there is none. A tag may have commas in it.
std::optional<EntityTag> take_etag(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(", \t"), list.size()));
  EntityTag tag{.is_weak = list.starts_with("W/"), .opaque = {}};
  if (tag.is_weak) list.remove_prefix(2);
  const auto end = list.starts_with('"') ? list.find('"', 1) : std::string_view::npos;
  if (end == std::string_view::npos) return std::nullopt;
  tag.opaque = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  if (!list.empty() && std::string_view(", \t").find(list.front()) == std::string_view::npos) return std::nullopt;
  return tag;
}

bool match(const EntityTag& one, const EntityTag& other, EtagComparison comparison) {
  if (comparison == EtagComparison::strong && (one.is_weak || other.is_weak)) return false;
  return one.opaque == other.opaque;
}

std::optional<std::uint64_t> read_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // A number beyond 64 bits is one beyond every size.
  const bool too_large = error == std::errc::result_out_of_range;
  if (digits.empty() || stopped != end || (error != std::errc() && !too_large)) return std::nullopt;
  return too_large ? UINT64_MAX : number;
}

std::optional<Time> second_of(const std::optional<Time>& time) {
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*time);
}

// RFC 9110 §13.2.2 steps 1 and 2: what must hold for anything to be done.
bool fails_precondition(const Request& request, const Content& content) {
  if (const auto* if_match = request.headers.find("If-Match")) {
    return !names_etag(*if_match, content.etag, EtagComparison::strong);
  }
  const auto since = parse_http_date(request.headers.get("If-Unmodified-Since"));
  return since && content.last_modified && second_of(content.last_modified) > since;
}

// Steps 3 and 4: what the client has already.
bool is_not_modified(const Request& request, const Content& content) {
  if (const auto* if_none_match = request.headers.find("If-None-Match")) {
    return names_etag(*if_none_match, content.etag, EtagComparison::weak);
  }
  const auto since = parse_http_date(request.headers.get("If-Modified-Since"));
  return since && content.last_modified && second_of(content.last_modified) <= since;
}

// Step 5, §13.1.5: a part fits only to the very bytes that the client has.
bool range_applies(const Request& request, const Content& content) {
  const auto* if_range = request.headers.find("If-Range");
  if (!if_range) return true;
  if (if_range->starts_with('"') || if_range->starts_with("W/")) {
    return names_etag(*if_range, content.etag, EtagComparison::strong);
  }
  const auto date = parse_http_date(*if_range);
  return date && second_of(content.last_modified) == date;
}

void add_validators(Headers& headers, const Content& content) {
  if (!content.etag.empty()) headers.add("ETag", content.etag);
  if (content.last_modified) headers.add("Last-Modified", to_http_date(*content.last_modified));
}

}  // namespace

bool names_etag(std::string_view list, std::string_view etag, EtagComparison comparison) {
  if (trim(list) == "*") return true;
  const auto ours = take_etag(etag);
  if (!ours) return false;
  while (const auto tag = take_etag(list)) {
    if (match(*tag, *ours, comparison)) return true;
  }
  return false;
}

RangeChoice choose_range(std::string_view field, std::uint64_t size) {
  using Kind = RangeChoice::Kind;
  const auto equals = field.find('=');
  if (equals == std::string_view::npos || !equal_ignoring_case(field.substr(0, equals), "bytes")) return {};
  const auto spec = trim(field.substr(equals + 1));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return {};
  const auto last = read_number(spec.substr(dash + 1));
  if (dash == 0) {
    if (!last) return {};
    if (*last == 0) return {.kind = Kind::unsatisfiable};
    if (size == 0) return {};  // all of it, and there is no way to name that part
    const auto count = std::min(*last, size);
    return {.kind = Kind::part, .first = size - count, .count = count};
  }
  const auto first = read_number(spec.substr(0, dash));
  const bool is_open = dash + 1 == spec.size();
  if (!first || (!is_open && !last) || (last && *last < *first)) return {};
  if (*first >= size) return {.kind = Kind::unsatisfiable};
  const auto end = is_open ? size : std::min(*last, size - 1) + 1;
  return {.kind = Kind::part, .first = *first, .count = end - *first};
}

Response serve_content(const Request& request, const Content& content, std::string_view request_id) {
  if (fails_precondition(request, content)) return problem(412, precondition_failed, request_id);
  Response response;
  add_validators(response.headers, content);
  if (is_not_modified(request, content)) {
    response.status = 304;
    return response;
  }
  RangeChoice range;
  // RFC 9110 §14.2: of methods, GET alone has ranges.
  const auto* asked = request.method == Method::get ? request.headers.find("Range") : nullptr;
  if (asked && range_applies(request, content)) range = choose_range(*asked, content.size);
  if (range.kind == RangeChoice::Kind::unsatisfiable) {
    auto refused = problem(416, range_not_satisfiable, request_id);
    refused.headers.add("Content-Range", fmt::format("bytes */{}", content.size));
    return refused;
  }
  if (range.kind == RangeChoice::Kind::whole) {
    range.count = content.size;
  } else {
    response.status = 206;
    response.headers.add("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, content.size));
  }
  response.headers.add("Content-Type", content.content_type);
  response.headers.add("Accept-Ranges", "bytes");
  response.source_bytes = range.count;
  if (request.method != Method::head) response.source = content.open(range.first, range.count);
  return response;
}

}  // namespace voyages::http
