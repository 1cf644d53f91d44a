#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "email/smtp_reply_reader.h"

namespace voyages::email {

/// What a server can do, by its answer to EHLO (RFC 5321 §4.1.1.1).
struct SmtpFeatures {
  bool starttls = false;                  // RFC 3207
  bool smtputf8 = false;                  // RFC 6531
  bool eight_bit = false;                 // 8BITMIME, RFC 6152
  bool size = false;                      // RFC 1870
  std::uint64_t most_bytes = 0;           // with `size`: of a mail; 0: the server does not say
  std::vector<std::string> mechanisms{};  // of AUTH (RFC 4954)

  [[nodiscard]] bool offers(std::string_view mechanism) const;
};

SmtpFeatures to_features(const SmtpReply& reply_to_ehlo);

}  // namespace voyages::email
