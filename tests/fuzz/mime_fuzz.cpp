#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "email/mime.h"

// Whatever stands in a mail's fields: no field adds a header or ends the head early, lines end in CRLF and are short,
// and all of it is 7-bit.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_line(std::string_view line) {
  require(line.size() <= 998);
  for (const char c : line) require(c == '\t' || (c >= 0x20 && c < 0x7f));
}

std::size_t count_lines_that_begin_with(std::string_view head, std::string_view name) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < head.size(); at = head.find("\r\n", at) + 2) {
    if (head.substr(at).starts_with(name)) ++count;
    if (head.find("\r\n", at) == std::string_view::npos) break;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto half = input.substr(0, size / 2);
  const auto rest = input.substr(size / 2);
  const auto mail = voyages::email::to_mime({.message_id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071@example.com",
                                             .from = {std::string(half), "from@example.com"},
                                             .to = {std::string(rest), "to@example.com"},
                                             .content = {std::string(input), std::string(half), std::string(rest)},
                                             .attachments = {{std::string(half), "text/plain", std::string(rest)}}});
  const auto end = mail.find("\r\n\r\n");
  require(end != std::string::npos);
  const auto head = std::string_view(mail).substr(0, end + 2);
  for (const auto* name : {"Subject:", "From:", "To:", "Message-ID:"})
    require(count_lines_that_begin_with(head, name) == 1);
  require(count_lines_that_begin_with(head, "Bcc:") == 0);
  for (std::size_t at = 0; at < mail.size();) {
    const auto line_end = mail.find("\r\n", at);
    require(line_end != std::string::npos);
    check_line(std::string_view(mail).substr(at, line_end - at));
    at = line_end + 2;
  }
  return 0;
}
