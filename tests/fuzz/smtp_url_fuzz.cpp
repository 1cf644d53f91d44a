#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "email/smtp_options.h"

// A URL that is accepted names a host, and sends no password in the clear to another machine.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto options = voyages::email::parse_smtp_url(input);
  if (!options) return 0;
  const bool clear = options->security == voyages::email::SmtpOptions::Security::none;
  if (options->host.empty() || options->port == 0) std::abort();
  if (clear && !voyages::email::is_local(*options)) std::abort();
  return 0;
}
