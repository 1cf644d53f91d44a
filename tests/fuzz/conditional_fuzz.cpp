#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/http_date.h"
#include "http/conditional.h"
#include "http/events.h"

// Whatever a request's conditions and range say, the answer names bytes that there are, and no others.

namespace voyages::fuzz {

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// Takes a line off; what is left when there is no more.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void check_answer(const http::Request& request, std::uint64_t size) {
  http::Content content{.content_type = "text/plain",
                        .size = size,
                        .etag = R"("v1")",
                        .last_modified = from_epoch_s(784'111'777),
                        .open = [size](std::uint64_t first, std::uint64_t count) {
                          require(first <= size && count <= size - first);
                          return std::shared_ptr<http::BodySource>();
                        }};
  const auto answer = http::serve_content(request, content, "id");
  if (answer.status == 206) require(request.headers.find("Range") && *answer.source_bytes > 0);
  if (answer.status == 200) require(answer.source_bytes == size);
  require(answer.status == 200 || answer.status == 206 || answer.status == 304 || answer.status == 412 ||
          answer.status == 416);
}

void check_event(std::string_view data) {
  const auto text = http::format_event({.data = std::string(data)});
  require(text.ends_with("\n\n") && text.find("\n\n") == text.size() - 2);
  for (std::string_view rest = text; rest != "\n";) require(take_line(rest).starts_with("data: "));
}

// A line each: the size, Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since.
void run(std::string_view input) {
  check_event(input);
  const auto content_bytes = std::strtoull(std::string(take_line(input)).c_str(), nullptr, 10);
  http::Request request{.target = "/"};
  for (const auto* name :
       {"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}) {
    const auto value = take_line(input);
    if (!value.empty()) request.headers.add(name, std::string(value));
    if (const auto time = parse_http_date(value)) require(parse_http_date(to_http_date(*time)) == time);
  }
  check_answer(request, content_bytes);
}

}  // namespace

}  // namespace voyages::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voyages::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
