#include "email/smtp_data.h"

#include <algorithm>
#include <stdexcept>

namespace voyages::email {

std::string to_smtp_data(std::string_view mime) {
  std::string data;
  data.reserve(mime.size() + mime.size() / 64 + 16);
  while (!mime.empty()) {
    const auto end = std::min(mime.find_first_of("\r\n"), mime.size());
    if (mime.starts_with('.')) data += '.';
    data.append(mime.substr(0, end)).append("\r\n");
    mime.remove_prefix(end);
    if (!mime.empty() && !mime.starts_with("\r\n")) throw std::invalid_argument("a mail's lines end with CRLF");
    mime.remove_prefix(std::min<std::size_t>(2, mime.size()));
  }
  return data += ".\r\n";
}

}  // namespace voyages::email
